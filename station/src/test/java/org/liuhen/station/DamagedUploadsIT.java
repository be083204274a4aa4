package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.feed.Feed;
import org.liuhen.intake.UploadLimits;
import org.liuhen.intake.UploadService;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/** Sweeps over a vault in which the notes beside many uploads are damaged: the others are finished, and nothing of the damaged goes. */
@DisabledIf("onS3") // the contract of the vault damages notes on S3
class DamagedUploadsIT {
    private static final LogName SITE = new LogName("site-1");
    private static final UploadLimits NO_TIME = new UploadLimits(1 << 30, Duration.ZERO, 8, 8, 1 << 30);

    @TempDir
    private Path folder;

    private final SecureRandom names = new SecureRandom();
    private Vault vault;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    private EvidenceId upload(Instant at, byte[] bytes, int durable) throws IOException {
        EvidenceId id = EvidenceId.create(at, names);
        EventContext context = EventContext.of(
                EventContext.idFor(Declared.class, id.value()),
                id,
                at,
                new Actor(Actor.Kind.DEVICE, "BWC-7", null, "claimed"),
                null,
                "test");
        CaptureClaims claims = new CaptureClaims(null, null, null, "BWC-7", null, null, 7L);
        vault.uploads()
                .declare(Declaration.of(
                        SITE,
                        new Declared(
                                context,
                                new FileName("a.mp4"),
                                null,
                                Sha256Digest.of(bytes),
                                bytes.length,
                                List.of(),
                                claims)));
        vault.uploads().append(SITE, id, 0, new ByteArrayInputStream(bytes, 0, durable));
        return id;
    }

    @Test
    void theSweepsGoOnBehindEachOfThem() throws Exception {
        Random random = new Random(11);
        vault = VaultSettings.directory(folder.resolve("vault"), false).open();
        Path uploads = folder.resolve("vault/uploads");
        Instant before = Instant.now().minus(Duration.ofHours(1));
        List<Path> damaged = new ArrayList<>();
        for (int i = 0; i < 60; i++) { // some sort before the good ones, some behind them
            byte[] bytes = {(byte) i, 1};
            Path info = uploads.resolve(upload(before.plusSeconds(60L * i), bytes, i % 3) + ".info");
            byte[] note = Files.readAllBytes(info);
            if (i == 0) { // what intake once stored and could not read again
                String text = Files.readString(info);
                Files.writeString(info, text.replace("\"sequence\":7", "\"sequence\":9223372036854775807"));
            } else if (i % 2 == 0) {
                Files.write(info, java.util.Arrays.copyOf(note, random.nextInt(note.length)));
            } else {
                byte[] noise = new byte[random.nextInt(20_000)];
                random.nextBytes(noise);
                Files.write(info, noise);
            }
            damaged.add(info);
        }
        EvidenceId whole = upload(before.plusSeconds(1_800), new byte[] {99, 1}, 2);
        EvidenceId begun = upload(before.plusSeconds(1_830), new byte[] {99, 2}, 1);
        try (EmbeddedKafka kafka = new EmbeddedKafka(folder.resolve("kafka"), 0, OwnCertificate.create()).start();
                Feed feed = new Feed(
                        kafka.client(),
                        PartKey.readOrCreate(folder.resolve("keys"), Part.INTAKE),
                        Feed.Published.in(vault));
                UploadService service = new UploadService(vault, feed, SITE, UploadLimits.DEFAULT);
                UploadService later = new UploadService(vault, feed, SITE, NO_TIME)) {
            assertEquals(1, service.sweep(), "the crash repair finishes the whole one");
            assertEquals(damaged.size(), service.unreadableUploads());
            assertTrue(vault.uploads().find(SITE, whole).orElseThrow().announced());
            assertEquals(0, service.sweep());
            assertEquals(1, later.sweep(), "the expiry ends the other one");
            assertEquals(damaged.size(), later.unreadableUploads());
            assertTrue(vault.uploads().find(SITE, begun).isEmpty());
            for (Path info : damaged) {
                assertTrue(Files.exists(info), "nothing of it is deleted");
                assertTrue(Files.exists(
                        uploads.resolve(info.getFileName().toString().replace(".info", ""))));
            }
            assertFalse(Files.exists(uploads.resolve(begun + ".info")));
        } finally {
            vault.close();
        }
    }
}
