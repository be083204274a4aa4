package org.liuhen.intake;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpFields;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.VaultException;
import org.liuhen.web.Problem;
import org.liuhen.web.UploadPaths;

/**
 * Uploads by the IETF's resumable uploads (draft-ietf-httpbis-resumable-upload, the text after version 11, interop version 8), below
 * {@code /uploads}. The file's digest comes as {@code Repr-Digest} (RFC 9530), what else is known of it as {@code Upload-Metadata}. Clause by clause:
 * docs/conformance/uploads.md.
 */
public final class Resumable {
    static final String PATH = "/uploads";

    /** The paths of both protocols and of receipts. */
    public static final UploadPaths UPLOAD_PATHS = new UploadPaths(List.of(Tus.PATH, PATH), List.of("/receipts"));

    private static final String INTEROP_VERSION = "8";
    private static final String INTEROP = "Upload-Draft-Interop-Version";
    private static final String PARTIAL = "application/partial-upload";
    private static final int UPLOAD_RESUMPTION_SUPPORTED = 104;
    private static final String LIMIT = "Upload-Limit";
    private static final String LENGTH = "Upload-Length";
    private static final String OFFSET = "Upload-Offset";
    private static final String COMPLETE = "Upload-Complete";
    private static final String PROBLEMS = "https://iana.org/assignments/http-problem-types#";

    private final UploadService uploads;
    private final Senders senders;

    /** Serves this upload service to these senders. */
    public Resumable(UploadService uploads, Senders senders) {
        this.uploads = uploads;
        this.senders = senders;
    }

    /** Adds the addresses below {@code /uploads}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.options(PATH, context -> context.header(LIMIT, limit(null)).status(204), Act.PUBLIC);
        routes.post(PATH, senders.withSender(this::create), Act.UPLOAD);
        routes.head(PATH + "/{id}", senders.withSender(this::answerOffset), Act.UPLOAD);
        routes.get(PATH + "/{id}", senders.withSender(this::answerOffset), Act.UPLOAD);
        routes.patch(PATH + "/{id}", senders.withSender(this::append), Act.UPLOAD);
        routes.delete(PATH + "/{id}", senders.withSender(this::cancel), Act.UPLOAD);
    }

    private void create(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        context.header(LIMIT, limit(null)); // a refusal says it, too
        boolean complete = complete(context);
        long content = context.req().getContentLengthLong();
        Optional<Long> length = StructuredFields.number(context, LENGTH);
        if (length.isEmpty() && (!complete || content < 0)) {
            throw new Problem(
                    400, "IN-101", "Send Upload-Length: evidence has a size before its bytes come, and a digest");
        }
        long size = length.orElse(content);
        requireConsistent(context, 0, content, size, complete);
        UploadMetadata metadata =
                UploadMetadata.parse(UploadMetadata.of(context), sender, Digests.ofRepresentation(context));
        Sender admitted = senders.admit(sender, metadata);
        List<BodyReader.Check> checks =
                Digests.ofBody(context); // what is malformed is refused before anything is declared
        EvidenceId id = uploads.declare(admitted, metadata, size);
        String location = senders.address(context, PATH + "/" + id);
        context.header(LIMIT, limit(id));
        sendInterimResponse(context, location);
        context.header("Location", location);
        receive(context, sender, id, 0, size, complete, checks, 201);
    }

    /**
     * Sends the upload's location before the body is read (status 104), so that a client that loses the connection can resume. Over HTTP/2 only: Jetty writes no headers of
     * such an answer over HTTP/1.1, and without the location it is of no use.
     */
    private static void sendInterimResponse(Context context, String location) {
        boolean http2 = "HTTP/2.0".equals(context.req().getProtocol());
        if (http2 && INTEROP_VERSION.equals(context.header(INTEROP))) {
            ServletContextRequest request = ServletContextRequest.getServletContextRequest(context.req());
            HttpFields early = HttpFields.build()
                    .put(INTEROP, INTEROP_VERSION)
                    .put("Location", location)
                    .put(LIMIT, context.res().getHeader(LIMIT));
            request.getServletContextResponse()
                    .writeInterim(UPLOAD_RESUMPTION_SUPPORTED, early)
                    .join();
        }
    }

    /**
     * Takes the body in. The checks are read from the request before: once a place is taken, only the body decides.
     *
     * @param complete whether the body is said to be the rest
     * @param status what is answered where more is to come
     */
    private void receive(
            Context context,
            Sender sender,
            EvidenceId id,
            long offset,
            long size,
            boolean complete,
            List<BodyReader.Check> checks,
            int status)
            throws IOException, FeedUnavailableException, Problem {
        UploadSession session;
        try {
            session = uploads.append(sender, id, offset);
        } catch (VaultException conflict) {
            if (!conflict.code().equals("VT-102")) {
                throw conflict;
            }
            throw offsetMismatch(context, uploads.find(sender, id).offsetBytes(), offset);
        }
        BodyReader.read(
                context,
                session,
                checks,
                durable -> {
                    context.header(OFFSET, Long.toString(durable));
                    if (durable < size) {
                        context.status(status);
                        if (complete) {
                            throw inconsistentLength(
                                    context,
                                    "The upload is said to be complete, but ends at " + durable + " of " + size
                                            + ". What came is kept; go on there");
                        }
                        context.header(COMPLETE, "?0");
                        return;
                    }
                    context.header(COMPLETE, "?1"); // the last bytes make it so, whatever the request said
                    context.header("Location", senders.address(context, PATH + "/" + id));
                    context.header("Link", Tus.receiptLink(senders, context, id));
                    session.verifiedDigest()
                            .filter(digest -> Digests.wantsSha256(context))
                            .ifPresent(digest -> context.header("Repr-Digest", Digests.representation(digest)));
                    context.status(201);
                },
                failed -> refusalFor(context, sender, id, size, failed));
    }

    /** What is answered where the body could not be taken. An upload to which more came than its length is at its end. */
    private Throwable refusalFor(Context context, Sender sender, EvidenceId id, long size, Throwable failed)
            throws IOException, FeedUnavailableException, Problem {
        String code = failed instanceof VaultException known
                ? known.code()
                : failed instanceof Problem problem ? problem.code() : "";
        switch (code) {
            case "VT-103" -> {
                uploads.terminateOverlong(sender, id);
                return inconsistentLength(
                        context, "More bytes came than the " + size + " of the upload. It is ended; begin it again");
            }
            case "VT-105" -> {
                return inconsistentLength(
                        context, "The upload is complete with " + size + " bytes; there is no room for more");
            }
            case "IN-111" -> context.header(COMPLETE, "?1"); // the transfer is complete, whatever became of the file
            default -> context.header(COMPLETE, "?0");
        }
        return failed;
    }

    private static Problem offsetMismatch(Context context, long expected, long offered) {
        context.header(OFFSET, Long.toString(expected));
        context.header(COMPLETE, "?0");
        return Problem.ofType(
                        409,
                        "VT-102",
                        PROBLEMS + "mismatching-upload-offset",
                        "The durable bytes end at " + expected + ", not at " + offered + ". Go on there")
                .with(Map.of("expected-offset", expected, "provided-offset", offered));
    }

    private static Problem inconsistentLength(Context context, String why) {
        context.header(COMPLETE, "?0");
        return Problem.ofType(400, "IN-138", PROBLEMS + "inconsistent-upload-length", why);
    }

    /** Refuses (IN-138) lengths that contradict each other. */
    private static void requireConsistent(Context context, long offset, long content, long size, boolean complete)
            throws Problem {
        if (content > size - offset) {
            throw inconsistentLength(context, "The upload has " + size + " bytes, but these would end behind it");
        }
        if (complete && content >= 0 && content < size - offset) {
            throw inconsistentLength(
                    context,
                    "The upload is said to be complete, but it would end at " + (offset + content) + " of " + size);
        }
        Optional<Long> length = StructuredFields.number(context, LENGTH);
        if (length.isPresent() && length.get() != size) {
            throw inconsistentLength(context, "The upload has " + size + " bytes; Upload-Length says " + length.get());
        }
    }

    /** Answers HEAD and GET. An open session is aborted first, because the offset has to hold until the next append. */
    private void answerOffset(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        Upload upload = uploads.takeOver(sender, Tus.id(context));
        long size = upload.sizeBytes();
        context.header(OFFSET, Long.toString(upload.offsetBytes()));
        context.header(COMPLETE, upload.offsetBytes() == size ? "?1" : "?0");
        context.header(LENGTH, Long.toString(size));
        context.header(LIMIT, limit(upload.complete() ? null : upload.id()));
        context.header("Link", Tus.receiptLink(senders, context, upload.id()));
        context.header("Cache-Control", "no-store");
        context.status(204);
    }

    private void append(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        if (!Tus.hasMediaType(context, PARTIAL)) {
            throw new Problem(415, "IN-107", "PATCH takes Content-Type: " + PARTIAL);
        }
        EvidenceId id = Tus.id(context);
        boolean complete = complete(context);
        long offset = StructuredFields.number(context, OFFSET)
                .orElseThrow(() -> new Problem(400, "IN-109", "Upload-Offset is missing or is not a number of bytes"));
        List<BodyReader.Check> checks = Digests.ofBody(context);
        Upload upload = uploads.takeOver(sender, id);
        long size = upload.sizeBytes();
        if (offset != upload.offsetBytes()) {
            throw offsetMismatch(context, upload.offsetBytes(), offset);
        }
        requireConsistent(context, offset, context.req().getContentLengthLong(), size, complete);
        context.header(LIMIT, limit(offset == size ? null : id));
        receive(context, sender, id, offset, size, complete, checks, 204);
    }

    private void cancel(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        uploads.terminate(sender, Tus.id(context), "taken back by its sender");
        context.status(204);
    }

    private static boolean complete(Context context) throws Problem {
        return StructuredFields.flag(context, COMPLETE)
                .orElseThrow(() -> new Problem(
                        400, "IN-139", "Send Upload-Complete: ?1 where these bytes are the last ones, else ?0"));
    }

    private String limit(EvidenceId id) {
        String size = "max-size=" + uploads.limits().sizeBytesMax();
        if (id == null) {
            return size;
        }
        long left = Duration.between(Instant.now(), uploads.expires(id)).toSeconds();
        return size + ", max-age=" + Math.max(0, left);
    }
}
