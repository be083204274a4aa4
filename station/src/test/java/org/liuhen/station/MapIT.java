package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The track of a recording is drawn over tiles that the site has, and nothing is asked for outside. */
@Tag("slow")
@DisabledIf("onS3") // nothing of it reaches the store
class MapIT {
    private static final String ATTRIBUTION = "© 试验 <b>地图</b>";
    private static final double WEST = 116.40;
    private static final double SOUTH = 39.90;

    @TempDir
    private Path folder;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @Test
    void aTrackMovesOverTheSitesOwnMap() throws Exception {
        Path tiles = folder.resolve("tiles");
        for (int zoom = 10; zoom <= 16; zoom++) {
            tiles(tiles, zoom);
        }
        try (LiveStation station = new LiveStation(
                folder.resolve("data"), "--map-tiles", tiles.toString(), "--map-attribution", ATTRIBUTION)) {
            byte[] bytes = recording();
            String id = new TusSender(station)
                    .upload(TusSender.metadata("drone.mp4", bytes), bytes)
                    .replaceFirst(".*/", "");
            station.awaitSealed(1);
            LiveStation.await(() -> {
                JsonNode item = station.get("/api/evidence/" + id);
                return item.get("metadata").findValuesAsText("name").contains("trackSha256");
            });
            for (String lang : List.of("zh", "en")) {
                Process browser = new ProcessBuilder(
                                "node", "map.mjs", station.at("").toString(), lang, id, ATTRIBUTION)
                        .directory(Path.of("src/test/clients").toFile())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, browser.waitFor(), said);
                assertEquals("a map", said.strip());
            }
        }
    }

    /** The tiles around the track: each with its own name on it. */
    private static void tiles(Path folder, int zoom) throws Exception {
        int side = 1 << zoom;
        int x = (int) Math.floor((WEST + 180) / 360 * side);
        double north = Math.toRadians(SOUTH);
        int y = (int) Math.floor((1 - Math.log(Math.tan(north) + 1 / Math.cos(north)) / Math.PI) / 2 * side);
        for (int i = -3; i <= 3; i++) {
            for (int j = -3; j <= 3; j++) {
                BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
                Graphics2D pen = image.createGraphics();
                pen.setColor((i + j) % 2 == 0 ? new Color(0xd8e8d0) : new Color(0xe8e4d0));
                pen.fillRect(0, 0, 256, 256);
                pen.setColor(Color.DARK_GRAY);
                pen.drawString(zoom + "/" + (x + i) + "/" + (y + j), 20, 40);
                pen.dispose();
                Path file = folder.resolve(zoom + "/" + (x + i) + "/" + (y + j) + ".png");
                Files.createDirectories(file.getParent());
                assertTrue(ImageIO.write(image, "png", file.toFile()));
            }
        }
    }

    /** A recording of a drone: a second each, a place each. */
    private byte[] recording() throws Exception {
        StringBuilder subtitles = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            subtitles.append(String.format(
                    "%d%n00:00:%02d,000 --> 00:00:%02d,000%n2026-11-26 22:00:%02d.000%n[latitude: %.6f] [longitude: %.6f]%n%n",
                    i + 1, i, i + 1, i, SOUTH + i * i * 0.00005, WEST + i * 0.0006));
        }
        Path words = Files.writeString(folder.resolve("drone.srt"), subtitles);
        Path file = Recording.make(
                folder.resolve("drone.mp4"),
                "-f",
                "lavfi",
                "-i",
                "testsrc=d=10:s=320x240:r=10",
                "-i",
                words.toString(),
                "-pix_fmt",
                "yuv420p",
                "-c:s",
                "mov_text");
        return Files.readAllBytes(file);
    }
}
