package org.liuhen.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.liuhen.custody.log.HttpCall;
import picocli.CommandLine.Option;

/** How a command finds the station and talks to it. */
public final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** From the connection to the last byte; a file of a year's dispatch records is sent in it, too. */
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(10);

    private static final int ANSWER_BYTES_MAX = 256 << 20;
    private static final int PROBLEM_BYTES_MAX = 64 << 10;

    @Option(
            names = "--url",
            description = "where the station or the cluster's page answers; else it is found through --data",
            defaultValue = "${env:LIUHEN_URL}")
    private String url;

    @Option(names = "--data", description = "data folder of a station on this machine", defaultValue = "data")
    private Path data;

    @Option(
            names = "--officer",
            description = "officer number under which the act is recorded",
            defaultValue = "${sys:user.name}")
    private String officer;

    @Option(names = "--role", description = "role in which the officer acts, such as 法制员; it is recorded")
    private String role;

    @Option(names = "--json", description = "answer in JSON")
    private boolean json;

    /** The variable of the environment with the password of the one who asks. */
    private static final String PASSWORD = "LIUHEN_PASSWORD";

    /** The variable with the secret of a cluster's console, as the review has it. */
    public static final String CONSOLE = "LIUHEN_CONSOLE_SECRET";

    /** The file in the data folder that says where a running station is. */
    public static final String WHERE = "station.json";

    /** The file in the key folder with the secret of the console. */
    public static final String CONSOLE_FILE = "console";

    private String token;
    private String here;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    boolean json() {
        return json;
    }

    String officer() {
        return officer;
    }

    URI at(String path) throws IOException {
        if (url == null && here == null) {
            Path where = data.resolve(WHERE);
            if (!Files.exists(where)) {
                throw new IOException("No station has run on " + data.toAbsolutePath()
                        + ". Start one with: liuhen station --data " + data + ", or name one with --url");
            }
            here = JSON.readTree(Files.readAllBytes(where)).get("url").asText();
        }
        return URI.create((url == null ? here : url) + path);
    }

    /** The answer to a GET. A refusal becomes an exception with its code and its advice. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path)));
    }

    /** The answer to a POST of JSON. */
    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** The answer to a POST of a file of this type. */
    JsonNode post(String path, String contentType, Path file) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofFile(file)));
    }

    /** Deletes what is there. */
    void delete(String path) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(at(path)).DELETE());
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest signed = named(request).build();
        HttpResponse<byte[]> answer;
        try {
            answer = HttpCall.send(http, signed, ANSWER_WITHIN, ANSWER_BYTES_MAX);
        } catch (java.net.ConnectException away) {
            throw new IOException(
                    "No station answers at " + signed.uri().resolve("/") + ". Start it with: liuhen station", away);
        }
        JsonNode body = read(answer);
        if (body.path("code").asText().equals("IN-150") && password() == null) {
            throw new IOException(
                    "IN-150 This station requires sign-in: name the officer with --officer, and put the password into "
                            + PASSWORD);
        }
        if (answer.statusCode() >= 400) {
            throw new IOException(
                    body.path("code").asText() + " " + body.path("detail").asText());
        }
        return body;
    }

    /** The request with the name of the one who asks, and with what proves it: a password, or that one can read the station's key folder. */
    private HttpRequest.Builder named(HttpRequest.Builder request) throws IOException, InterruptedException {
        if (role != null) {
            request.header("Liuhen-Role", encode(role));
        }
        for (Map.Entry<String, String> header : proof().entrySet()) {
            request.header(header.getKey(), header.getValue());
        }
        return request.header("Liuhen-Officer", encode(officer));
    }

    /** The headers that prove who asks; none where the station asks for no proof. */
    Map<String, String> proof() throws IOException, InterruptedException {
        Path console = data.resolve("keys").resolve(CONSOLE_FILE);
        if (password() != null) {
            return Map.of("Authorization", "Bearer " + token());
        }
        if (System.getenv(CONSOLE) != null) {
            return Map.of("Authorization", "Console " + System.getenv(CONSOLE));
        }
        return url == null && Files.isReadable(console)
                ? Map.of("Authorization", "Console " + Files.readString(console))
                : Map.of();
    }

    private static String password() {
        return System.getenv(PASSWORD);
    }

    /** Signs in once for this command. */
    private String token() throws IOException, InterruptedException {
        if (token == null) {
            token = signIn(http, at("/api/session"), officer);
        }
        return token;
    }

    /** The token of a session that begins now, with the password of the environment, and the code of a second factor. */
    static String signIn(HttpClient http, URI session, String officer) throws IOException, InterruptedException {
        if (password() == null) {
            throw new IOException("IN-150 The password of " + officer + " is missing: put it into " + PASSWORD
                    + ", and the code of a second factor into LIUHEN_CODE");
        }
        String body = JSON.createObjectNode()
                .put("officerNo", officer)
                .put("password", password())
                .put("newPassword", System.getenv("LIUHEN_NEW_PASSWORD"))
                .put("code", System.getenv("LIUHEN_CODE"))
                .put("bearer", true)
                .toString();
        HttpResponse<byte[]> answer = HttpCall.send(
                http,
                HttpRequest.newBuilder(session)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                ANSWER_WITHIN,
                ANSWER_BYTES_MAX);
        JsonNode opened = read(answer);
        if (answer.statusCode() != 200) {
            throw new IOException(
                    opened.path("code").asText() + " " + opened.path("detail").asText());
        }
        return opened.get("token").asText();
    }

    /** The JSON of an answer. Where nothing is ready behind a proxy, the proxy answers itself, and not in JSON. */
    private static JsonNode read(HttpResponse<byte[]> answer) throws IOException {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException anotherServers) {
            throw new IOException(
                    answer.uri() + " answered " + answer.statusCode()
                            + " and no JSON of a station. Try again; if it stays so, check whether the site is ready",
                    anotherServers);
        }
    }

    /** The bytes of a file, from this one on. */
    InputStream bytes(String path, long from) throws IOException, InterruptedException {
        HttpRequest.Builder request = named(HttpRequest.newBuilder(at(path)));
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != (from > 0 ? 206 : 200)) {
            try (InputStream body = answer.body()) {
                String problem = new String(body.readNBytes(PROBLEM_BYTES_MAX), StandardCharsets.UTF_8);
                throw new IOException(path + " answered " + answer.statusCode() + " " + detail(problem));
            }
        }
        return answer.body();
    }

    /** What a problem says (RFC 9457); nothing where it is none, as from a proxy. */
    private static String detail(String problem) {
        try {
            return JSON.readTree(problem).path("detail").asText();
        } catch (JsonProcessingException anotherServers) {
            return "";
        }
    }

    /** The receipt of an upload; nothing where there is none after half a minute. */
    byte[] receipt(String id) throws IOException, InterruptedException {
        HttpRequest request = named(HttpRequest.newBuilder(at("/files/" + id + "/receipt?wait=30")))
                .build();
        HttpResponse<byte[]> answer = HttpCall.send(http, request, ANSWER_WITHIN, ANSWER_BYTES_MAX);
        if (answer.statusCode() >= 400) {
            throw new IOException(read(answer).path("detail").asText());
        }
        return answer.statusCode() == 200 ? answer.body() : new byte[0];
    }

    /** A text as part of a path or as a header: percent-encoded (RFC 3986 §2.1). */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
