package org.liuhen.intake;

import io.javalin.http.Context;
import io.javalin.http.sse.SseHandler;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.liuhen.access.Act;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.web.Problem;

/**
 * Uploads by tus 1.0 (tus.io/protocols/resumable-upload): core, creation, creation-with-upload, checksum,
 * concatenation of finished parts, expiration, and termination before completion. An upload's URL ends with its evidence ID.
 */
public final class Tus {
    private static final String VERSION = "1.0.0";
    static final String PATH = "/files";
    private static final String OFFSET_STREAM = "application/offset+octet-stream";

    /** RFC 9110 §5.6.7: the day has two digits, which those of RFC 1123 need not have. */
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private static final String CONCAT = "Upload-Concat";
    private static final String FINAL = "final;";
    private static final int PARTS_MAX = 100; // their addresses have room in one header

    private static final int ADDRESS_SHOWN_MAX = 200;

    private static final int RECEIPT_WAIT_SECONDS_MAX = 30;
    private static final int STREAMED_MAX = 200; // their IDs have room in one address
    private static final int STREAM_SECONDS = 3_600;
    private static final int KEEPALIVE_SECONDS = 15;

    private final UploadService uploads;
    private final Senders senders;

    /** Serves this upload service to these senders. */
    public Tus(UploadService uploads, Senders senders) {
        this.uploads = uploads;
        this.senders = senders;
    }

    /** Adds the addresses of tus below {@code /files}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        for (String path : new String[] {PATH, PATH + "/{id}"}) {
            routes.options(path, this::options, Act.PUBLIC);
            routes.before(path, Tus::version);
        }
        routes.post(PATH, senders.withSender(this::create), Act.UPLOAD);
        routes.head(PATH + "/{id}", senders.withSender(this::head), Act.UPLOAD);
        routes.patch(PATH + "/{id}", senders.withSender(this::patch), Act.UPLOAD);
        routes.delete(PATH + "/{id}", senders.withSender(this::terminate), Act.UPLOAD);
        routes.post(PATH + "/{id}", senders.withSender(this::overrideMethod), Act.UPLOAD);
        routes.get(PATH + "/{id}/receipt", senders.withSender(this::receipt), Act.UPLOAD);
        routes.get("/receipts", senders.withSender(this::streamReceipts), Act.UPLOAD);
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
        context.header("Tus-Extension", "creation,creation-with-upload,checksum,concatenation,expiration,termination");
        context.header("Tus-Max-Size", Long.toString(uploads.limits().sizeBytesMax()));
        context.header("Tus-Checksum-Algorithm", "sha1,sha256");
        context.status(204);
    }

    private void create(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        String concat = context.header(CONCAT);
        if (concat != null && !concat.equals(UploadInfo.PARTIAL)) {
            concatenate(context, sender, concat);
            return;
        }
        long size = number(context, "Upload-Length", "IN-101");
        List<BodyReader.Check> checks =
                Digests.ofBody(context); // what is malformed is refused before anything is declared
        EvidenceId id;
        if (concat == null) {
            UploadMetadata metadata = UploadMetadata.parse(UploadMetadata.of(context), sender, null);
            Sender admitted = senders.admit(sender, metadata);
            id = uploads.declare(admitted, metadata, size);
            context.header("Link", receiptLink(senders, context, id));
        } else {
            String metadata = UploadMetadata.of(context);
            id = uploads.declarePart(sender, UploadMetadata.senderOfPart(metadata, sender), size, metadata);
        }
        context.header("Location", senders.address(context, PATH + "/" + id));
        context.header("Upload-Expires", httpDate(id));
        context.status(201);
        if (hasMediaType(context, OFFSET_STREAM)) {
            receive(context, sender, id, 0, checks);
        } else if (size == 0) {
            uploads.find(sender, id); // there is nothing to send: it is received now
        }
    }

    private void concatenate(Context context, Sender sender, String concat)
            throws IOException, FeedUnavailableException, Problem {
        if (!concat.startsWith(FINAL) || !concat.matches("[ -~]*")) {
            throw new Problem(
                    400, "IN-143", CONCAT + " is \"partial\", or \"final;\" and the addresses of finished parts");
        }
        List<EvidenceId> parts = new ArrayList<>();
        for (String address : concat.substring(FINAL.length()).strip().split("\\s+", -1)) {
            try {
                parts.add(new EvidenceId(address.substring(address.lastIndexOf('/') + 1)));
            } catch (IllegalArgumentException wrong) {
                throw new Problem(
                        400, "IN-143", "Not the address of an upload: " + Reason.of(address, ADDRESS_SHOWN_MAX));
            }
        }
        if (parts.size() > PARTS_MAX) {
            throw new Problem(400, "IN-143", "An item is made of at most " + PARTS_MAX + " parts");
        }
        UploadMetadata metadata = UploadMetadata.parse(UploadMetadata.of(context), sender, null);
        Sender admitted = senders.admit(sender, metadata);
        EvidenceId id = uploads.concatenate(admitted, metadata, parts, concat);
        context.header("Location", senders.address(context, PATH + "/" + id));
        context.header("Link", receiptLink(senders, context, id));
        context.status(201);
    }

    private void receive(Context context, Sender sender, EvidenceId id, long offset, List<BodyReader.Check> checks)
            throws IOException, FeedUnavailableException, Problem {
        BodyReader.read(
                context,
                uploads.append(sender, id, offset),
                checks,
                durable -> context.header("Upload-Offset", Long.toString(durable)),
                failed -> failed);
    }

    /** Answers HEAD. An open session is aborted first, because the offset has to hold until the next PATCH. */
    private void head(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        Upload upload = uploads.takeOver(sender, id(context));
        context.header("Upload-Offset", Long.toString(upload.offsetBytes()));
        context.header("Upload-Length", Long.toString(upload.sizeBytes()));
        if (upload.info().composition() != null) {
            context.header(CONCAT, upload.info().composition());
        }
        if (!upload.part() || upload.info().metadata() != null) {
            context.header("Upload-Metadata", UploadMetadata.header(upload.info()));
        }
        if (!upload.part()) {
            EvidenceId item = upload.complete() ? uploads.itemOf(upload.id()) : upload.id();
            context.header(
                    "Link",
                    receiptLink(senders, context, upload.id())
                            + (item.equals(upload.id()) ? "" : ", " + duplicateLink(senders, context, item)));
        }
        context.header("Cache-Control", "no-store");
        if (!upload.complete()) {
            context.header("Upload-Expires", httpDate(id(context)));
        }
        context.status(200);
    }

    private void patch(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        if (!hasMediaType(context, OFFSET_STREAM)) {
            throw new Problem(415, "IN-107", "PATCH takes Content-Type: " + OFFSET_STREAM);
        }
        EvidenceId id = id(context);
        context.header("Upload-Expires", httpDate(id));
        context.status(204);
        long offset = number(context, "Upload-Offset", "IN-109");
        receive(context, sender, id, offset, Digests.ofBody(context));
    }

    private void terminate(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        uploads.terminate(sender, id(context), "taken back by its sender");
        context.status(204);
    }

    private void overrideMethod(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        String method = context.header("X-HTTP-Method-Override");
        if ("PATCH".equals(method)) {
            patch(context, sender);
        } else if ("DELETE".equals(method)) {
            terminate(context, sender);
        } else {
            throw new Problem(405, "IN-113", "POST here needs X-HTTP-Method-Override: PATCH or DELETE");
        }
    }

    /** Where the receipt will be (RFC 8288). */
    static String receiptLink(Senders senders, Context context, EvidenceId id) {
        return "<" + senders.address(context, PATH + "/" + id) + "/receipt>; rel=\"https://liuhen.org/rel/receipt\"";
    }

    /** The item that had the same bytes before (RFC 6249, section 8). */
    private static String duplicateLink(Senders senders, Context context, EvidenceId item) {
        return "<" + senders.address(context, PATH + "/" + item) + ">; rel=\"duplicate\"";
    }

    /** Whether the content is of this media type, whatever its capitals and parameters are (RFC 9110 §8.3.1). */
    static boolean hasMediaType(Context context, String mediaType) {
        String contentType = context.contentType();
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(mediaType);
    }

    /** Answers with the receipt; {@code ?wait=20} waits up to 20 seconds for it (at most 30). */
    private void receipt(Context context, Sender sender) throws IOException, Problem {
        EvidenceId id = id(context);
        String text = context.queryParam("wait") == null ? "0" : context.queryParam("wait");
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) > RECEIPT_WAIT_SECONDS_MAX) {
            throw new Problem(400, "IN-116", "wait is a number of seconds from 0 to " + RECEIPT_WAIT_SECONDS_MAX);
        }
        CompletableFuture<Optional<byte[]>> receipt = uploads.receipt(sender, id, Integer.parseInt(text));
        context.future(() -> receipt.thenAccept(found -> answerReceipt(context, found)));
    }

    private static void answerReceipt(Context context, Optional<byte[]> receipt) {
        Metrics.RECEIPTS.labelValues(receipt.isPresent() ? "given" : "not_yet").inc();
        context.header("Cache-Control", "no-store");
        context.contentType("text/plain; charset=utf-8");
        if (receipt.isEmpty()) {
            context.status(202).header("Retry-After", "2");
            context.result("IN-117 There is no receipt yet: the item is not sealed, recorded and witnessed. Keep your"
                    + " copy and ask again\n");
        } else {
            context.result(receipt.get());
        }
    }

    /**
     * Streams receipts as they come, on one connection (Server-Sent Events, WHATWG HTML 9.2): an event {@code receipt} with the item's ID
     * for each upload that was asked for, and then the end, after an hour at most. A client that lost the connection asks again for the rest.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes at the end of all of them is the end
    private void streamReceipts(Context context, Sender sender) throws IOException, Problem {
        List<String> ids = context.queryParams("of");
        if (ids.isEmpty() || ids.size() > STREAMED_MAX) {
            throw new Problem(
                    400, "IN-147", "Name the uploads, at most " + STREAMED_MAX + " of them: /receipts?of=ID&of=ID");
        }
        Map<String, CompletableFuture<Optional<byte[]>>> awaited = new LinkedHashMap<>();
        Runnable cancelAll = () -> awaited.values().forEach(receipt -> receipt.cancel(false));
        try {
            for (String id : Set.copyOf(ids)) {
                awaited.put(id, uploads.receipt(sender, new EvidenceId(id), STREAM_SECONDS));
            }
        } catch (IOException | Problem refused) {
            cancelAll.run();
            throw refused;
        } catch (IllegalArgumentException wrong) {
            cancelAll.run();
            throw new Problem(400, "IN-147", wrong.getMessage());
        }
        new SseHandler(client -> {
                    client.keepAlive();
                    Future<?> keepAlive = uploads.receipts().repeat(KEEPALIVE_SECONDS, () -> {
                        if (senders.maySend(sender)) {
                            client.sendComment("no receipt yet");
                        } else { // revoked or suspended meanwhile
                            client.close();
                        }
                    });
                    client.onClose(() -> {
                        keepAlive.cancel(false);
                        cancelAll.run();
                    });
                    CompletableFuture<?>[] sent = awaited.entrySet().stream()
                            .map(one -> one.getValue()
                                    .thenAccept(receipt -> receipt.ifPresent(bytes -> {
                                        Metrics.RECEIPTS.labelValues("given").inc();
                                        client.sendEvent(
                                                "receipt", new String(bytes, StandardCharsets.UTF_8), one.getKey());
                                    })))
                            .toArray(CompletableFuture<?>[]::new);
                    CompletableFuture.allOf(sent).whenComplete((all, failed) -> client.close());
                })
                .handle(context);
    }

    static EvidenceId id(Context context) throws Problem {
        try {
            return new EvidenceId(context.pathParam("id"));
        } catch (IllegalArgumentException wrong) {
            throw new Problem(404, "IN-112", wrong.getMessage());
        }
    }

    static long number(Context context, String header, String code) throws Problem {
        String text = context.header(header);
        if (text == null || !text.matches("[0-9]{1,18}")) {
            throw new Problem(400, code, header + " is missing or is not a number of bytes");
        }
        return Long.parseLong(text);
    }

    private String httpDate(EvidenceId id) {
        return httpDate(uploads.expires(id));
    }

    static String httpDate(Instant at) {
        return HTTP_DATE.format(at.atOffset(ZoneOffset.UTC));
    }
}
