package org.liuhen.dock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tus.java.client.ProtocolException;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.log.HttpCall;

/** The client of the intake: uploads through tus-java-client, short requests through the JDK's client. */
final class IntakeClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 60_000;
    private static final int REASON_MAX = 500;
    private static final int COPY_MAX = 500; // the intake takes no longer name
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private final URI intake;
    private volatile Identity identity;
    private volatile HttpClient http;

    IntakeClient(URI intake, Identity identity) {
        this.intake = intake;
        use(identity);
    }

    /** Uses a renewed identity from now on. */
    void use(Identity renewed) {
        identity = renewed;
        http = renewed.client();
    }

    /** An answer of the intake with an error: HTTP status, error code, and the reason in words. */
    static final class RefusedException extends Exception {
        private final int status;
        private final String code;

        RefusedException(int status, String code, String detail) {
            super(code + " " + detail);
            this.status = status;
            this.code = code;
        }

        int status() {
            return status;
        }

        String code() {
            return code;
        }

        /** Whether the same request may succeed later without intervention. */
        boolean passes() {
            return status >= 500 || status == 409 || status == 423 || status == 429 || status == 408;
        }
    }

    private TusClient tus(UploadConnection connection) throws IOException {
        SSLSocketFactory factory = connection.sockets(identity.tls().getSocketFactory());
        TusClient tus = new TusClient() {
            @Override
            public void prepareConnection(HttpURLConnection http) {
                super.prepareConnection(http);
                http.setReadTimeout(ANSWER_MILLIS);
                if (http instanceof HttpsURLConnection secure) {
                    secure.setSSLSocketFactory(factory);
                }
            }
        };
        tus.setUploadCreationURL(intake.resolve("/files").toURL());
        tus.setConnectTimeout(CONNECT_MILLIS);
        return tus;
    }

    /** Declares a file; gives the URL of its upload. */
    URI declare(UploadConnection connection, Path file, Map<String, String> metadata)
            throws IOException, RefusedException {
        try {
            return URI.create(tus(connection)
                    .createUpload(upload(file, InputStream.nullInputStream(), metadata))
                    .getUploadURL()
                    .toString());
        } catch (ProtocolException refused) {
            throw refusal(refused);
        }
    }

    /**
     * Sends the bytes that the intake does not have yet.
     *
     * @param sent gets the number of bytes that the intake has, after each part
     */
    void send(UploadConnection connection, Path file, URI place, LongConsumer sent)
            throws IOException, RefusedException {
        try (InputStream bytes = new CameraBytes(file)) {
            TusUploader uploader =
                    tus(connection).beginOrResumeUploadFromURL(upload(file, bytes, Map.of()), place.toURL());
            uploader.setChunkSize(CHUNK_BYTES);
            uploader.setRequestPayloadSize(Integer.MAX_VALUE);
            do {
                sent.accept(uploader.getOffset());
            } while (uploader.uploadChunk() > -1);
            uploader.finish();
        } catch (ProtocolException refused) {
            throw refusal(refused);
        }
    }

    private static TusUpload upload(Path file, InputStream bytes, Map<String, String> metadata) throws IOException {
        TusUpload upload = new TusUpload();
        try {
            upload.setSize(Files.size(file));
        } catch (IOException unread) {
            throw new UnreadableFileException(unread);
        }
        upload.setInputStream(bytes);
        upload.setMetadata(metadata);
        return upload;
    }

    private static RefusedException refusal(ProtocolException refused) throws IOException {
        HttpURLConnection connection = refused.getCausingConnection();
        if (connection == null) {
            throw new IOException(refused.getMessage());
        }
        int status = connection.getResponseCode();
        try (InputStream body = connection.getErrorStream()) {
            return refusal(status, body == null ? new byte[0] : body.readNBytes(1 << 16));
        }
    }

    /** The problem in an answer (RFC 9457); where the body is none, as from a proxy, the status alone. */
    private static RefusedException refusal(int status, byte[] body) {
        JsonNode problem = JSON.nullNode();
        try {
            problem = JSON.readTree(body);
        } catch (IOException noProblem) {
            // the status is all there is
        }
        return new RefusedException(
                status,
                problem.path("code").asText("HTTP " + status),
                Reason.of(problem.path("detail").asText("the intake refused without a reason"), REASON_MAX));
    }

    /** The bytes of a file on a camera. A failure to read them is told apart from one of the network. */
    private static final class CameraBytes extends FilterInputStream {
        CameraBytes(Path file) throws UnreadableFileException {
            super(open(file));
        }

        private static InputStream open(Path file) throws UnreadableFileException {
            try {
                return new FileBytes(file);
            } catch (IOException unread) {
                throw new UnreadableFileException(unread);
            }
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            try {
                return super.read(buffer, from, length);
            } catch (IOException unread) {
                throw new UnreadableFileException(unread);
            }
        }
    }

    /** The receipt of an upload, or nothing while there is none. */
    Optional<byte[]> receipt(URI place) throws IOException, InterruptedException, RefusedException {
        HttpResponse<byte[]> answer =
                ask(HttpRequest.newBuilder(URI.create(place + "/receipt")).header("Tus-Resumable", "1.0.0"));
        if (answer.statusCode() >= 400) {
            throw refusal(answer.statusCode(), answer.body());
        }
        return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    }

    /** Puts on the record that this copy is about to be erased. */
    void erasing(Copy copy) throws IOException, InterruptedException, RefusedException {
        String id = copy.url().substring(copy.url().lastIndexOf('/') + 1);
        ObjectNode body = JSON.createObjectNode();
        body.put("sha256", copy.sha256())
                .put("copy", Reason.of(PlainText.of(copy.camera() + ":" + copy.path(), COPY_MAX), COPY_MAX));
        post("/erased/" + id, body);
    }

    /** Puts on the record how far a camera's clock is off. */
    void report(ClockReading clock) throws IOException, InterruptedException, RefusedException {
        ObjectNode body = JSON.createObjectNode();
        body.put("deviceSerial", clock.camera()).put("measuredAt", clock.measuredAt());
        body.put("offsetMillis", clock.offsetMillis()).put("uncertaintyMillis", clock.uncertaintyMillis());
        body.put("driftMillis", clock.driftMillis()).put("method", clock.method());
        post("/clocks", body);
    }

    /**
     * Tells how this dock is, for the administrator's list.
     *
     * @param freeBytes free on the disk of the dock's own folder
     */
    void tell(String version, long freeBytes) throws IOException, InterruptedException, RefusedException {
        post("/status", JSON.createObjectNode().put("version", version).put("freeBytes", freeBytes));
    }

    private void post(String path, ObjectNode body) throws IOException, InterruptedException, RefusedException {
        HttpResponse<byte[]> answer = ask(HttpRequest.newBuilder(intake.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
        if (answer.statusCode() >= 400) {
            throw refusal(answer.statusCode(), answer.body());
        }
    }

    private HttpResponse<byte[]> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpCall.send(http, request.build(), ANSWER_WITHIN, ANSWER_BYTES_MAX);
    }
}
