package org.liuhen.review.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.web.Connections;
import org.liuhen.web.Problem;
import org.liuhen.web.UploadPaths;
import org.liuhen.web.WebServer;

class MapTilesTest {
    @TempDir
    private Path place;

    private Path folder;

    @BeforeEach
    void tiles() throws IOException {
        folder = place.resolve("tiles");
        for (String tile :
                List.of("10/843/388.png", "10/843/389.jpg", "10/844/388.webp", "11/1687/776.jpeg", "0/0/0.png")) {
            write(folder.resolve(tile), tile.getBytes(UTF_8));
        }
        write(place.resolve("secret.png"), "secret".getBytes(UTF_8));
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private WebServer serve(MapTiles map) {
        return WebServer.start(
                "map", new WebServer.Address("127.0.0.1", 0), Connections.Limits.DEFAULT, UploadPaths.NONE, routes -> {
                    map.addTo(routes);
                    Problem.answerOn(routes);
                });
    }

    private static HttpResponse<byte[]> get(WebServer web, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void servesTilesByTheirNumbers() throws Exception {
        try (WebServer web = serve(new MapTiles(folder, "© 天地图"))) {
            HttpResponse<byte[]> tile = get(web, "/tiles/10/843/388");
            assertEquals(200, tile.statusCode());
            assertArrayEquals("10/843/388.png".getBytes(UTF_8), tile.body());
            assertEquals("image/png", tile.headers().firstValue("Content-Type").orElseThrow());
            assertEquals(
                    "nosniff",
                    tile.headers().firstValue("X-Content-Type-Options").orElseThrow());
            assertEquals(
                    "private, max-age=86400",
                    tile.headers().firstValue("Cache-Control").orElseThrow());
            assertEquals(
                    "image/jpeg",
                    get(web, "/tiles/10/843/389")
                            .headers()
                            .firstValue("Content-Type")
                            .orElseThrow());
            assertEquals(
                    "image/webp",
                    get(web, "/tiles/10/844/388")
                            .headers()
                            .firstValue("Content-Type")
                            .orElseThrow());
            assertEquals(200, get(web, "/tiles/11/1687/776").statusCode());
            assertEquals(200, get(web, "/tiles/0/0/0").statusCode());
            assertEquals(404, get(web, "/tiles/10/843/390").statusCode());
            assertEquals(
                    "{\"tiles\":true,\"minZoom\":0,\"maxZoom\":11,\"attribution\":\"© 天地图\"}",
                    new String(get(web, "/api/map").body(), UTF_8));
        }
    }

    @Test
    void servesNothingThatIsNoTile() throws Exception {
        MapTiles map = new MapTiles(folder, "");
        for (List<String> wrong : List.of(
                List.of("10", "843", "../../../secret"),
                List.of("..", "..", "secret"),
                List.of("10", "..", "843"),
                List.of("10", "843", "388.png"),
                List.of("010", "843", "388"),
                List.of("10", "-1", "388"),
                List.of("10", "+843", "388"),
                List.of("10", "٨٤٣", "388"),
                List.of("10", "843", ""),
                List.of("10", "1024", "0"),
                List.of("0", "0", "1"),
                List.of("25", "0", "0"),
                List.of("99999999999", "0", "0"),
                List.of("10", "99999999999", "0"))) {
            assertNull(map.find(wrong.get(0), wrong.get(1), wrong.get(2)), wrong.toString());
        }
        try (WebServer web = serve(map)) {
            for (String path :
                    List.of("/tiles/10/843/..%2f..%2f..%2fsecret", "/tiles/10/843/%2e%2e", "/tiles/10/843/388.png")) {
                assertTrue(List.of(400, 404).contains(get(web, path).statusCode()), path);
            }
        }
    }

    /** A link inside the folder, as between equal tiles of the sea, is a tile; one that leads out of it is none. */
    @Test
    void followsNoLinkOutOfTheFolder() throws Exception {
        MapTiles map = new MapTiles(folder, "");
        Files.createSymbolicLink(folder.resolve("10/843/1.png"), folder.resolve("10/843/388.png"));
        Files.createSymbolicLink(folder.resolve("10/843/2.png"), place.resolve("secret.png"));
        write(place.resolve("other/3/3.png"), new byte[1]);
        Files.createSymbolicLink(folder.resolve("12"), place.resolve("other"));
        assertEquals(
                folder.resolve("10/843/1.png").toRealPath(),
                map.find("10", "843", "1").toRealPath());
        assertNull(map.find("10", "843", "2"));
        assertNull(map.find("12", "3", "3"));
        Path link = Files.createSymbolicLink(place.resolve("link"), folder);
        assertTrue(new MapTiles(link, "").find("10", "843", "388") != null, "the folder itself may be a link");
    }

    @Test
    void servesNoFileThatIsTooLargeForATile() throws Exception {
        write(folder.resolve("10/843/7.png"), new byte[MapTiles.TILE_BYTES_MAX]);
        write(folder.resolve("10/843/8.png"), new byte[MapTiles.TILE_BYTES_MAX + 1]);
        Files.createDirectories(folder.resolve("10/843/9.png"));
        MapTiles map = new MapTiles(folder, "");
        assertTrue(map.find("10", "843", "7") != null);
        assertNull(map.find("10", "843", "8"));
        assertNull(map.find("10", "843", "9"));
    }

    @Test
    void aSiteWithoutAMapSaysSo() throws Exception {
        MapTiles none = new MapTiles(null, "");
        assertNull(none.find("10", "843", "388"));
        try (WebServer web = serve(none)) {
            assertEquals("{\"tiles\":false}", new String(get(web, "/api/map").body(), UTF_8));
            assertEquals(404, get(web, "/tiles/10/843/388").statusCode());
        }
        Path empty = Files.createDirectories(place.resolve("empty/x"));
        assertThrows(IllegalArgumentException.class, () -> new MapTiles(empty.getParent(), ""));
        assertThrows(IOException.class, () -> new MapTiles(place.resolve("absent"), ""));
        assertThrows(IllegalArgumentException.class, () -> new MapTiles(folder, "x".repeat(501)));
    }
}
