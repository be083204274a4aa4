package org.liuhen.station;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.liuhen.custody.evidence.Sha256Digest;

/** A sender that speaks tus 1.0 by hand, so that a test can say each header itself. */
final class TusSender {
    private final LiveStation station;

    TusSender(LiveStation station) {
        this.station = station;
    }

    /** Metadata that intake takes for these bytes. */
    static Map<String, String> metadata(String name, byte[] bytes) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("filename", name);
        metadata.put("sha256", Sha256Digest.of(bytes).hex());
        metadata.put("officerNo", "110023");
        return metadata;
    }

    static String header(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .map(pair -> pair.getKey() + " "
                        + Base64.getEncoder().encodeToString(pair.getValue().getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(","));
    }

    HttpRequest.Builder request(URI place) {
        return HttpRequest.newBuilder(place).header("Tus-Resumable", "1.0.0");
    }

    HttpResponse<String> create(Map<String, String> metadata, long size) throws IOException, InterruptedException {
        return station.send(request(station.at("/files"))
                .header("Upload-Length", Long.toString(size))
                .header("Upload-Metadata", header(metadata))
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    HttpResponse<String> patch(String location, long offset, byte[] bytes, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(station.at(location))
                .header("Upload-Offset", Long.toString(offset))
                .header("Content-Type", "application/offset+octet-stream")
                .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(bytes));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return station.send(request);
    }

    HttpResponse<String> head(String location) throws IOException, InterruptedException {
        return station.send(request(station.at(location)).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    }

    /** Uploads in one go and returns the place. */
    String upload(Map<String, String> metadata, byte[] bytes) throws IOException, InterruptedException {
        HttpResponse<String> created = create(metadata, bytes.length);
        if (created.statusCode() != 201) {
            throw new IOException(created.statusCode() + " " + created.body());
        }
        String location = created.headers().firstValue("Location").orElseThrow();
        if (bytes.length > 0) {
            HttpResponse<String> sent = patch(location, 0, bytes);
            if (sent.statusCode() != 204) {
                throw new IOException(sent.statusCode() + " " + sent.body());
            }
        }
        return location;
    }

    /**
     * Uploads in one request in the name of a person who is signed in, and gives the ID.
     *
     * @param named a request to {@code /files} that says who asks
     */
    String uploadAs(HttpRequest.Builder named, Map<String, String> metadata, byte[] bytes)
            throws IOException, InterruptedException {
        HttpResponse<String> created = station.http.send(
                named.header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", Integer.toString(bytes.length))
                        .header("Upload-Metadata", header(metadata))
                        .header("Content-Type", "application/offset+octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (created.statusCode() != 201) {
            throw new IOException(created.statusCode() + " " + created.body());
        }
        return created.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
    }

    static byte[] slice(byte[] bytes, long from, int length) {
        return Arrays.copyOfRange(bytes, (int) from, (int) Math.min(bytes.length, from + length));
    }
}
