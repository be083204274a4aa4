package org.liuhen.station;

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
import picocli.CommandLine.Option;

/** How a command finds the station and talks to it. */
final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(names = "--url", description = "where the station answers; else it is found through --data")
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

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    boolean json() {
        return json;
    }

    String officer() {
        return officer;
    }

    URI at(String path) throws IOException {
        if (url == null) {
            Path where = data.resolve(Station.WHERE);
            if (!Files.exists(where)) {
                throw new IOException("No station has run on " + data.toAbsolutePath()
                        + ". Start one with: liuhen station --data " + data + ", or name one with --url");
            }
            url = JSON.readTree(Files.readAllBytes(where)).get("url").asText();
        }
        return URI.create(url + path);
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

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest signed = named(request).build();
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(signed, HttpResponse.BodyHandlers.ofByteArray());
        } catch (java.net.ConnectException away) {
            throw new IOException(
                    "No station answers at " + signed.uri().resolve("/") + ". Start it with: liuhen station", away);
        }
        JsonNode body = JSON.readTree(answer.body());
        if (answer.statusCode() >= 400) {
            throw new IOException(
                    body.path("code").asText() + " " + body.path("detail").asText());
        }
        return body;
    }

    /** The request with the name of the one who asks. */
    private HttpRequest.Builder named(HttpRequest.Builder request) {
        if (role != null) {
            request.header("Liuhen-Role", encode(role));
        }
        return request.header("Liuhen-Officer", encode(officer));
    }

    /** The bytes of a file, from this one on. */
    InputStream bytes(String path, long from) throws IOException, InterruptedException {
        HttpRequest.Builder request = named(HttpRequest.newBuilder(at(path)));
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != (from > 0 ? 206 : 200)) {
            throw new IOException(path + " answered " + answer.statusCode() + " "
                    + JSON.readTree(answer.body()).path("detail").asText());
        }
        return answer.body();
    }

    /** The receipt of an upload; nothing where there is none after half a minute. */
    byte[] receipt(String id) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(at("/files/" + id + "/receipt?wait=30")).build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 400) {
            throw new IOException(JSON.readTree(answer.body()).path("detail").asText());
        }
        return answer.statusCode() == 200 ? answer.body() : new byte[0];
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
