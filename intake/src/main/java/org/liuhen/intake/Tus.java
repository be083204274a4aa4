package org.liuhen.intake;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.storage.Vault;
import org.liuhen.storage.Vault.Upload;

/**
 * The door as tus 1.0 speaks of it (tus.io/protocols/resumable-upload): core, creation, creation-with-upload, checksum,
 * expiration, and termination before completion. An upload's URL ends with its evidence ID.
 */
public final class Tus {
    private static final String VERSION = "1.0.0";
    private static final String PATH = "/files";
    private static final String OFFSET_STREAM = "application/offset+octet-stream";
    private static final Map<String, String> CHECKSUMS = Map.of("sha1", "SHA-1", "sha256", "SHA-256");

    private static final int RECEIPT_WAIT_SECONDS_MAX = 30;

    private final Door door;

    /** Speaks tus for this door. */
    public Tus(Door door) {
        this.door = door;
    }

    /** Adds the addresses of tus below {@code /files}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        for (String path : new String[] {PATH, PATH + "/{id}"}) {
            routes.options(path, this::options);
            routes.before(path, Tus::version);
        }
        routes.post(PATH, this::create);
        routes.head(PATH + "/{id}", this::head);
        routes.patch(PATH + "/{id}", this::patch);
        routes.delete(PATH + "/{id}", this::terminate);
        routes.post(PATH + "/{id}", this::overridden);
        routes.get(PATH + "/{id}/receipt", this::receipt);
    }

    private static void version(Context context) throws Problem {
        context.header("Tus-Resumable", VERSION);
        boolean asks = context.method().name().equals("OPTIONS");
        if (!asks && !VERSION.equals(context.header("Tus-Resumable"))) {
            context.header("Tus-Version", VERSION);
            throw new Problem(412, "IN-106", "The request does not say Tus-Resumable: " + VERSION);
        }
    }

    private void options(Context context) {
        context.header("Tus-Version", VERSION);
        context.header("Tus-Extension", "creation,creation-with-upload,checksum,expiration,termination");
        context.header("Tus-Max-Size", Long.toString(door.limits().sizeBytesMax()));
        context.header("Tus-Checksum-Algorithm", "sha1,sha256");
        context.status(204);
    }

    private void create(Context context) throws IOException, FeedUnavailableException, Problem {
        long size = number(context, "Upload-Length", "IN-101");
        if (size > door.limits().sizeBytesMax()) {
            throw new Problem(
                    413, "IN-108", "An item has at most " + door.limits().sizeBytesMax() + " bytes here");
        }
        EvidenceId id = door.declare(UploadMetadata.parse(context.header("Upload-Metadata")), size);
        context.header("Location", PATH + "/" + id);
        context.header("Link", receiptLink(id));
        context.header("Upload-Expires", httpDate(id));
        context.status(201);
        if (OFFSET_STREAM.equals(context.contentType())) {
            context.header("Upload-Offset", Long.toString(door.append(id, 0, body(context))));
        } else if (size == 0) {
            door.find(id); // there is nothing to send: it is received now
        }
    }

    private void head(Context context) throws IOException, FeedUnavailableException, Problem {
        Upload upload = door.find(id(context));
        context.header("Upload-Offset", Long.toString(upload.offsetBytes()));
        context.header("Upload-Length", Long.toString(upload.declared().sizeBytes()));
        context.header("Upload-Metadata", UploadMetadata.header(upload.declared()));
        context.header("Cache-Control", "no-store");
        context.header("Link", receiptLink(upload.id()));
        if (!upload.complete()) {
            context.header("Upload-Expires", httpDate(id(context)));
        }
        context.status(200);
    }

    private void patch(Context context) throws IOException, FeedUnavailableException, Problem {
        if (!OFFSET_STREAM.equals(context.contentType())) {
            throw new Problem(415, "IN-107", "PATCH takes Content-Type: " + OFFSET_STREAM);
        }
        EvidenceId id = id(context);
        long offset = door.append(id, number(context, "Upload-Offset", "IN-109"), body(context));
        context.header("Upload-Offset", Long.toString(offset));
        context.header("Upload-Expires", httpDate(id));
        context.status(204);
    }

    private void terminate(Context context) throws IOException, FeedUnavailableException, Problem {
        door.withdraw(id(context), "taken back by its sender");
        context.status(204);
    }

    private void overridden(Context context) throws IOException, FeedUnavailableException, Problem {
        String method = context.header("X-HTTP-Method-Override");
        if ("PATCH".equals(method)) {
            patch(context);
        } else if ("DELETE".equals(method)) {
            terminate(context);
        } else {
            throw new Problem(405, "IN-113", "POST here needs X-HTTP-Method-Override: PATCH or DELETE");
        }
    }

    /** Where the receipt will be (RFC 8288). */
    private static String receiptLink(EvidenceId id) {
        return "<" + PATH + "/" + id + "/receipt>; rel=\"https://liuhen.org/rel/receipt\"";
    }

    /** The receipt, as soon as there is one; {@code ?wait=20} waits up to so many seconds for it. */
    private void receipt(Context context) throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = id(context);
        String text = context.queryParam("wait") == null ? "0" : context.queryParam("wait");
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) > RECEIPT_WAIT_SECONDS_MAX) {
            throw new Problem(400, "IN-116", "wait is a number of seconds from 0 to " + RECEIPT_WAIT_SECONDS_MAX);
        }
        Optional<byte[]> receipt = door.receipt(id, Integer.parseInt(text));
        context.header("Cache-Control", "no-store");
        if (receipt.isEmpty()) {
            context.status(202).header("Retry-After", "2").contentType("text/plain; charset=utf-8");
            context.result("IN-117 There is no receipt yet: the item is not sealed, recorded and witnessed. Keep your"
                    + " copy and ask again\n");
            return;
        }
        context.contentType("text/plain; charset=utf-8").result(receipt.get());
    }

    private static EvidenceId id(Context context) throws Problem {
        try {
            return new EvidenceId(context.pathParam("id"));
        } catch (IllegalArgumentException wrong) {
            throw new Problem(404, "IN-112", wrong.getMessage());
        }
    }

    private static long number(Context context, String header, String code) throws Problem {
        String text = context.header(header);
        if (text == null || !text.matches("[0-9]{1,18}")) {
            throw new Problem(400, code, header + " is missing or is not a number of bytes");
        }
        return Long.parseLong(text);
    }

    private String httpDate(EvidenceId id) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(door.expires(id).atOffset(ZoneOffset.UTC));
    }

    /** The request's bytes; with an {@code Upload-Checksum} they are taken back where it does not hold. */
    private static InputStream body(Context context) throws Problem {
        String header = context.header("Upload-Checksum");
        InputStream body = context.bodyInputStream();
        if (header == null) {
            return body;
        }
        String[] words = header.strip().split(" ", -1);
        if (words.length != 2 || !CHECKSUMS.containsKey(words[0])) {
            throw new Problem(400, "IN-118", "Upload-Checksum reads 'sha256 <Base64>' or 'sha1 <Base64>'");
        }
        try {
            return new CheckedBody(
                    body,
                    MessageDigest.getInstance(CHECKSUMS.get(words[0])),
                    Base64.getDecoder().decode(words[1]));
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "IN-118", "The checksum in Upload-Checksum is not Base64");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-1 and SHA-256", missing);
        }
    }

    /** Compares the checksum at the end of the request. */
    private static final class CheckedBody extends DigestInputStream {
        private final byte[] promised;

        CheckedBody(InputStream in, MessageDigest digest, byte[] promised) {
            super(in, digest);
            this.promised = promised;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (read < 0 && !MessageDigest.isEqual(getMessageDigest().digest(), promised)) {
                throw new Vault.DiscardException("the checksum of these bytes differs");
            }
            return read;
        }
    }
}
