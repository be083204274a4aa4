package org.liuhen.intake;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpFields;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.intake.people.Act;
import org.liuhen.storage.Vault.Upload;
import org.liuhen.storage.VaultException;

/**
 * The door as the IETF's resumable uploads speak of it (draft-ietf-httpbis-resumable-upload, interop version 8), below {@code
 * /uploads}. The file's digest comes as {@code Repr-Digest} (RFC 9530), what else is known of it as {@code Upload-Metadata}.
 */
public final class Resumable {
    static final String PATH = "/uploads";
    private static final String INTEROP_VERSION = "8";
    private static final String INTEROP = "Upload-Draft-Interop-Version";
    private static final String PARTIAL = "application/partial-upload";
    private static final int UPLOAD_RESUMPTION_SUPPORTED = 104;

    private final Door door;
    private final Senders senders;

    /** Speaks for this door with these senders. */
    public Resumable(Door door, Senders senders) {
        this.door = door;
        this.senders = senders;
    }

    /** Adds the addresses below {@code /uploads}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.options(
                PATH, context -> context.header("Upload-Limit", limit(null)).status(204), Act.PUBLIC);
        routes.post(PATH, senders.knowing(this::create), Act.UPLOAD);
        routes.head(PATH + "/{id}", senders.knowing(this::head), Act.UPLOAD);
        routes.patch(PATH + "/{id}", senders.knowing(this::append), Act.UPLOAD);
        routes.delete(PATH + "/{id}", senders.knowing(this::cancel), Act.UPLOAD);
    }

    private void create(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        boolean complete = complete(context);
        long content = context.req().getContentLengthLong();
        long size;
        if (context.header("Upload-Length") != null) {
            size = Tus.number(context, "Upload-Length", "IN-101");
        } else if (complete && content >= 0) {
            size = content;
        } else {
            throw new Problem(
                    400, "IN-101", "Send Upload-Length: evidence has a size before its bytes come, and a digest");
        }
        if (complete && content >= 0 && content != size) {
            throw new Problem(
                    400, "IN-138", "The upload is said to be complete, but Content-Length is not Upload-Length");
        }
        UploadMetadata metadata =
                UploadMetadata.parse(UploadMetadata.of(context), sender, Digests.ofRepresentation(context));
        Sender admitted = senders.admit(sender, metadata);
        List<BodyReader.Check> checks =
                Digests.ofBody(context); // what is malformed is refused before anything is declared
        EvidenceId id = door.declare(admitted, metadata, size);
        String place = PATH + "/" + id;
        sayEarly(context, place);
        context.header("Location", place);
        context.header("Link", Tus.receiptLink(id));
        context.header("Upload-Limit", limit(id));
        context.status(201);
        receive(context, sender, id, 0, size, checks);
    }

    /**
     * A client that loses the connection in the middle knows already where to go on. Over HTTP/2 only: Jetty writes no headers of
     * such an answer over HTTP/1.1, and without its place it says nothing.
     */
    private static void sayEarly(Context context, String place) {
        boolean http2 = "HTTP/2.0".equals(context.req().getProtocol());
        if (http2 && INTEROP_VERSION.equals(context.header(INTEROP))) {
            ServletContextRequest request = ServletContextRequest.getServletContextRequest(context.req());
            HttpFields early = HttpFields.build().put(INTEROP, INTEROP_VERSION).put("Location", place);
            request.getServletContextResponse()
                    .writeInterim(UPLOAD_RESUMPTION_SUPPORTED, early)
                    .join();
        }
    }

    /** The checks are read from the request before: once a place is taken, only the body decides. */
    private void receive(
            Context context, Sender sender, EvidenceId id, long offset, long size, List<BodyReader.Check> checks)
            throws IOException, FeedUnavailableException, Problem {
        try {
            BodyReader.read(context, door.begin(sender, id, offset), checks, durable -> {
                context.header("Upload-Offset", Long.toString(durable));
                context.header("Upload-Complete", durable == size ? "?1" : "?0");
            });
        } catch (VaultException conflict) {
            if (!conflict.code().equals("VT-102")) {
                throw conflict;
            }
            long expected = door.find(sender, id).offsetBytes();
            context.header("Upload-Offset", Long.toString(expected));
            context.header("Upload-Complete", "?0");
            throw Problem.ofType(
                    409,
                    "VT-102",
                    "https://iana.org/assignments/http-problem-types#mismatching-upload-offset",
                    "The durable bytes end at " + expected + ", not at " + offset + ". Go on there");
        }
    }

    private void head(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        Upload upload = door.find(sender, Tus.id(context));
        long size = upload.declared().sizeBytes();
        context.header("Upload-Offset", Long.toString(upload.offsetBytes()));
        context.header("Upload-Complete", upload.offsetBytes() == size ? "?1" : "?0");
        context.header("Upload-Length", Long.toString(size));
        context.header("Upload-Limit", limit(upload.complete() ? null : upload.id()));
        context.header("Link", Tus.receiptLink(upload.id()));
        context.header("Cache-Control", "no-store");
        context.status(204);
    }

    private void append(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        if (!PARTIAL.equals(context.contentType())) {
            throw new Problem(415, "IN-107", "PATCH takes Content-Type: " + PARTIAL);
        }
        EvidenceId id = Tus.id(context);
        boolean complete = complete(context);
        long offset = Tus.number(context, "Upload-Offset", "IN-109");
        List<BodyReader.Check> checks = Digests.ofBody(context);
        Upload upload = door.find(sender, id);
        long size = upload.declared().sizeBytes();
        if (upload.complete() || upload.offsetBytes() == size) {
            throw Problem.ofType(
                    400,
                    "VT-105",
                    "https://iana.org/assignments/http-problem-types#completed-upload",
                    "This upload is complete and cannot be changed");
        }
        long content = context.req().getContentLengthLong();
        if (complete && content >= 0 && offset + content != size) {
            throw Problem.ofType(
                    400,
                    "IN-138",
                    "https://iana.org/assignments/http-problem-types#inconsistent-upload-length",
                    "The upload is said to be complete, but it would end at " + (offset + content) + " of " + size);
        }
        context.status(complete ? 200 : 204);
        receive(context, sender, id, offset, size, checks);
    }

    private void cancel(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        door.withdraw(sender, Tus.id(context), "taken back by its sender");
        context.status(204);
    }

    /** {@code Upload-Complete}, a boolean of structured fields (RFC 8941). */
    private static boolean complete(Context context) throws Problem {
        String text = context.header("Upload-Complete");
        if (!"?1".equals(text) && !"?0".equals(text)) {
            throw new Problem(400, "IN-139", "Send Upload-Complete: ?1 where these bytes are the last ones, else ?0");
        }
        return text.equals("?1");
    }

    private String limit(EvidenceId id) {
        String size = "max-size=" + door.limits().sizeBytesMax();
        if (id == null) {
            return size;
        }
        long left = Duration.between(Instant.now(), door.expires(id)).toSeconds();
        return size + ", max-age=" + Math.max(0, left);
    }
}
