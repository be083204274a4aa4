package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogKey;

/** The page checks a chain in the supervisor's own browser, and believes no server that says "verified". */
@Tag("browser")
class PageIT {
    private static final int ROWS = 620;

    /** The uploader that the page brings is npm's, byte for byte. */
    @Test
    void bringsTheUploaderAsItIsPublished() throws Exception {
        assertArrayEquals(
                Files.readAllBytes(Path.of("src/test/clients/node_modules/tus-js-client/dist/tus.min.js")),
                Files.readAllBytes(Path.of("../page/src/main/resources/org/liuhen/page/tus.js")));
    }

    @TempDir
    Path folder;

    @Test
    void believesWhatIsSignedAndNotWhatTheServerSays() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("keys"));
        LogName site = new LogName("site-1");
        String key = LogKey.readOrCreate(data.resolve("keys/site-1.pem"), site)
                .verifier()
                .toString();
        Path logs = Files.writeString(folder.resolve("logs"), "log " + key + "\nquorum none\n");
        int port = FreePort.find();
        LiveStation.Witness witness = LiveStation.witness(folder.resolve("witness"), logs, port);
        Path policy = Files.writeString(
                folder.resolve("policy"),
                "log " + key + "\nwitness jcy " + witness.key() + " http://127.0.0.1:" + port + "\nquorum jcy\n");
        try (LiveStation station = new LiveStation(data, "--policy", policy.toString())) {
            byte[] bytes = "笔录".getBytes(StandardCharsets.UTF_8);
            new TusSender(station).upload(TusSender.metadata("笔录.txt", bytes), bytes);
            String id = station.awaitSealed(1).get(0).get("id").asText();
            LiveStation.await(() -> Files.exists(data.resolve("vault/custody/site-1/checkpoint.witnessed")));
            Process browser = new ProcessBuilder(
                            "node", "page.mjs", station.at("").toString(), id)
                    .directory(Path.of("src/test/clients").toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, browser.waitFor(), said);
            assertEquals("14 lies seen", said.strip());
        } finally {
            witness.process().destroy();
        }
    }

    /** Items that nobody sent stand in the read model alone: the list asks for nothing else. */
    @Test
    void hasEachItemOfALongListOnceAndFewRowsInTheDocument() throws Exception {
        Path data = folder.resolve("long");
        try (LiveStation station = new LiveStation(data, "--no-devices", "--no-previews")) {
            String port =
                    Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
            try (Connection connection = DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                            EmbeddedDatabase.USER,
                            Files.readString(EmbeddedDatabase.secret(data.resolve("postgres"))));
                    Statement statement = connection.createStatement()) {
                statement.execute("insert into evidence (id, log, item, words) select '01' || lpad(i::text, 24, '0'),"
                        + " 'site-1', jsonb_build_object('state', 'verified', 'fileName', 'f-' || lpad(i::text, 5, '0')"
                        + " || '.mp4', 'sizeBytes', i, 'declaredAt', '2026-11-01T00:00:00Z', 'sender', 'D',"
                        + " 'cases', '[]'::jsonb, 'lastLeaf', '', 'units', '[\"110105\"]'::jsonb),"
                        + " array_to_tsvector(array['u:110105', 'f', lpad(i::text, 5, '0'), 'mp4'])"
                        + " from generate_series(1, " + ROWS + ") i");
            }
            Process browser = new ProcessBuilder(
                            "node", "list.mjs", station.at("").toString(), Integer.toString(ROWS))
                    .directory(Path.of("src/test/clients").toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, browser.waitFor(), said);
            assertEquals(ROWS + " rows", said.strip());
        }
    }
}
