package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page checks a chain in the supervisor's own browser, and believes no server that says "verified". */
class PageIT {
    /** The uploader that the page brings is npm's, byte for byte. */
    @Test
    void bringsTheUploaderAsItIsPublished() throws Exception {
        assertArrayEquals(
                Files.readAllBytes(Path.of("src/test/clients/node_modules/tus-js-client/dist/tus.min.js")),
                Files.readAllBytes(Path.of("../review/src/main/resources/org/liuhen/review/tus.js")));
    }

    @TempDir
    Path folder;

    @Test
    void believesWhatIsSignedAndNotWhatTheServerSays() throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            byte[] bytes = "笔录".getBytes(StandardCharsets.UTF_8);
            new TusSender(station).upload(TusSender.metadata("笔录.txt", bytes), bytes);
            String id = station.awaitSealed(1).get(0).get("id").asText();
            Process browser = new ProcessBuilder(
                            "node", "page.mjs", station.at("").toString(), id)
                    .directory(Path.of("src/test/clients").toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, browser.waitFor(), said);
            assertEquals("9 lies seen", said.strip());
        }
    }
}
