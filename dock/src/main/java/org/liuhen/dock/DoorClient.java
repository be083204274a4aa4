package org.liuhen.dock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tus.java.client.ProtocolException;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/** The door as the dock sees it: uploads through tus-java-client, short questions through the JDK's client. */
final class DoorClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 60_000;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

    private final URI door;
    private volatile Identity identity;
    private volatile HttpClient http;

    DoorClient(URI door, Identity identity) {
        this.door = door;
        use(identity);
    }

    /** Goes on with a renewed identity. */
    void use(Identity renewed) {
        identity = renewed;
        http = renewed.client();
    }

    /** The door answered, and its answer was no. */
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

        /** Whether the same may go well later without anybody doing anything. */
        boolean passes() {
            return status >= 500 || status == 409 || status == 423 || status == 429 || status == 408;
        }
    }

    /** One upload under way, which another thread may cut off. */
    static final class Line {
        private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

        /** Closes its connections without a farewell: the network may be gone, and a farewell would wait for it. */
        void cut() {
            for (Socket socket : sockets) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException gone) {
                    // it is closed already
                }
            }
        }
    }

    private TusClient tus(Line line) throws IOException {
        SSLSocketFactory factory = new TrackedSockets(identity.tls().getSocketFactory(), line.sockets);
        TusClient tus = new TusClient() {
            @Override
            public void prepareConnection(HttpURLConnection connection) {
                super.prepareConnection(connection);
                connection.setReadTimeout(ANSWER_MILLIS);
                if (connection instanceof HttpsURLConnection secure) {
                    secure.setSSLSocketFactory(factory);
                }
            }
        };
        tus.setUploadCreationURL(door.resolve("/files").toURL());
        tus.setConnectTimeout(CONNECT_MILLIS);
        return tus;
    }

    /** Declares a file; gives the place of its upload. */
    URI declare(Line line, Path file, Map<String, String> metadata) throws IOException, RefusedException {
        try {
            return URI.create(tus(line)
                    .createUpload(upload(file, InputStream.nullInputStream(), metadata))
                    .getUploadURL()
                    .toString());
        } catch (ProtocolException refused) {
            throw refusal(refused);
        }
    }

    /**
     * Sends what the door does not have yet.
     *
     * @param sent is told the number of bytes that are sent, again and again
     */
    void send(Line line, Path file, URI place, LongConsumer sent) throws IOException, RefusedException {
        try (InputStream bytes = new FileBytes(file)) {
            TusUploader uploader = tus(line).beginOrResumeUploadFromURL(upload(file, bytes, Map.of()), url(place));
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

    private static URL url(URI place) throws IOException {
        return place.toURL();
    }

    private static TusUpload upload(Path file, InputStream bytes, Map<String, String> metadata) throws IOException {
        TusUpload upload = new TusUpload();
        upload.setSize(Files.size(file));
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
            JsonNode problem = body == null ? JSON.nullNode() : JSON.readTree(body.readNBytes(1 << 16));
            return new RefusedException(
                    status,
                    problem.path("code").asText("HTTP " + status),
                    problem.path("detail").asText(refused.getMessage()));
        }
    }

    /** The receipt of an upload, or nothing while there is none. */
    Optional<byte[]> receipt(URI place) throws IOException, InterruptedException, RefusedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(URI.create(place + "/receipt"))
                        .timeout(ANSWER_WITHIN)
                        .header("Tus-Resumable", "1.0.0")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 400) {
            throw refusal(answer);
        }
        return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    }

    private static RefusedException refusal(HttpResponse<byte[]> answer) throws IOException {
        JsonNode problem = JSON.readTree(answer.body());
        return new RefusedException(
                answer.statusCode(),
                problem.path("code").asText("HTTP " + answer.statusCode()),
                problem.path("detail").asText(""));
    }

    /** Tells the record that this copy is about to be erased. */
    void erasing(Copy copy) throws IOException, InterruptedException, RefusedException {
        String id = copy.url().substring(copy.url().lastIndexOf('/') + 1);
        ObjectNode body = JSON.createObjectNode();
        body.put("sha256", copy.sha256()).put("copy", copy.camera() + ":" + copy.path());
        post("/erased/" + id, body);
    }

    /** Tells the record how far a camera's clock is off. */
    void report(ClockReading clock) throws IOException, InterruptedException, RefusedException {
        ObjectNode body = JSON.createObjectNode();
        body.put("deviceSerial", clock.camera()).put("measuredAt", clock.measuredAt());
        body.put("offsetMillis", clock.offsetMillis()).put("uncertaintyMillis", clock.uncertaintyMillis());
        body.put("driftMillis", clock.driftMillis()).put("method", clock.method());
        post("/clocks", body);
    }

    private void post(String path, ObjectNode body) throws IOException, InterruptedException, RefusedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(door.resolve(path))
                        .timeout(ANSWER_WITHIN)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 400) {
            throw refusal(answer);
        }
    }

    /** Makes sockets as the other factory does, and remembers them. */
    private static final class TrackedSockets extends SSLSocketFactory {
        private final SSLSocketFactory made;
        private final Set<Socket> sockets;

        TrackedSockets(SSLSocketFactory made, Set<Socket> sockets) {
            this.made = made;
            this.sockets = sockets;
        }

        private Socket tracked(Socket socket) {
            sockets.add(socket);
            return socket;
        }

        @Override
        public Socket createSocket() throws IOException {
            return tracked(made.createSocket());
        }

        @Override
        public Socket createSocket(Socket plain, String host, int port, boolean autoClose) throws IOException {
            return tracked(made.createSocket(plain, host, port, autoClose));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return tracked(made.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return tracked(made.createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return tracked(made.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return tracked(made.createSocket(host, port, local, localPort));
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return made.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return made.getSupportedCipherSuites();
        }
    }
}
