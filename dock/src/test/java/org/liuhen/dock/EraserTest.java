package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.Copy.Step;

/** When a copy may be erased, and what keeps it, with receipts of a real log. */
class EraserTest {
    private static final LogName LOG = new LogName("site-1");
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final byte[] BYTES = "a recording".getBytes(StandardCharsets.UTF_8);
    private static final String ITEM = "01jdb3kz0r0000000000000000";

    @TempDir
    private Path home;

    @TempDir
    private Path mount;

    private final Signer signer = new Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<Copy> reported = new ArrayList<>();
    private final Retries retries = new Retries(() -> 0);
    private Journal journal;
    private Receipts receipts;
    private Path file;
    private Camera camera;
    private Copy sent;

    @BeforeEach
    void sent() throws Exception {
        journal = Journal.open(home.resolve("journal"));
        View view = new View(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        receipts = new Receipts(home, Policy.of(signer.verifier()), journal, retries, view);
        file = Files.write(Files.createDirectories(mount.resolve("DCIM")).resolve("a.mp4"), BYTES);
        CameraProfile profile = new CameraProfile(
                "kind", "DCIM", null, "(?<serial>.+)", List.of(), null, null, null, null, null, null, 0);
        camera = new Camera(profile, "DSJ-1", true, mount);
        sent = camera.copy(file)
                .hashed(Sha256Digest.of(BYTES).hex())
                .declared("https://127.0.0.1/files/1")
                .in(Step.SENT);
        journal.put(sent);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    private byte[] receipt(Signer log, byte[] bytes) throws Exception {
        EventContext context =
                EventContext.of("0".repeat(32), new EvidenceId(ITEM), NOW, Actor.component("seal"), null, "ingest-job");
        Sealed sealed =
                new Sealed(context, new StoredObject("b", "k", "1"), bytes.length, Sha256Digest.of(bytes), NOW, "s3");
        byte[] entry = Entry.encode(CanonicalJson.encode(sealed), 0, null, NOW);
        MemoryLogStore store = new MemoryLogStore();
        new LogPublisher(store, LOG, log).publish(0, List.of(entry));
        return TlogProof.of(new Tiles(store, 1), 0, entry, SignedNote.parse(store.files.get("checkpoint")))
                .bytes();
    }

    private List<String> erase(String serial) throws Exception {
        return new Eraser(journal, receipts, reported::add).erase(new Cameras.Found(List.of(camera), Map.of()), serial);
    }

    private Copy copy() {
        return journal.copy(sent.key());
    }

    @Test
    void aReceiptThatVerifiesIsKeptAndAllowsToErase() throws Exception {
        byte[] receipt = receipt(signer, BYTES);
        receipts.take(sent, receipt);
        assertEquals(Step.MAY_ERASE, copy().step());
        assertEquals(ITEM, copy().evidenceId());
        assertArrayEquals(receipt, Files.readAllBytes(home.resolve("receipts/" + ITEM + ".tlog-proof")));
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("may be erased: " + ITEM));
        assertNull(retries.blockedBecause(sent.key()));
        assertTrue(Files.exists(file), "nothing is erased by itself");
    }

    @Test
    void aReceiptOfAnotherLogOrForOtherBytesDoesNotCount() throws Exception {
        Signer another = new Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
        for (byte[] receipt : List.of(receipt(another, BYTES), receipt(signer, new byte[1]), new byte[] {'x'})) {
            receipts.take(sent, receipt);
            assertEquals(Step.SENT, copy().step());
            assertTrue(retries.blockedBecause(sent.key()).startsWith("DK-109"), retries.blockedBecause(sent.key()));
            assertEquals(List.of(), erase(null));
        }
        assertTrue(Files.exists(file));
    }

    @Test
    void erasesAfterItIsOnTheRecord() throws Exception {
        receipts.take(sent, receipt(signer, BYTES));
        assertEquals(List.of("DSJ-1:DCIM/a.mp4: erased; its bytes are " + ITEM), erase("DSJ-1"));
        assertFalse(Files.exists(file));
        assertEquals(Step.ERASED, copy().step());
        assertEquals(List.of(sent.key()), reported.stream().map(Copy::key).toList());
        assertEquals(List.of(), erase(null), "once");
    }

    @Test
    void keepsTheFileWhereTheRecordDoesNotTakeTheReport() throws Exception {
        receipts.take(sent, receipt(signer, BYTES));
        Eraser eraser = new Eraser(journal, receipts, copy -> {
            assertTrue(Files.exists(file), "the report comes first");
            throw new IOException("no network");
        });
        List<String> done = eraser.erase(new Cameras.Found(List.of(camera), Map.of()), null);
        assertEquals(List.of("DSJ-1:DCIM/a.mp4: kept: no network"), done);
        assertTrue(Files.exists(file));
        assertEquals(Step.ERASING, copy().step());
        assertEquals(1, erase(null).size(), "it goes on later");
        assertFalse(Files.exists(file));
    }

    @Test
    void keepsAFileWithOtherBytesThanWereSent() throws Exception {
        receipts.take(sent, receipt(signer, BYTES));
        Files.write(file, new byte[BYTES.length]);
        assertEquals(List.of("DSJ-1:DCIM/a.mp4: kept: it is not the file that was uploaded any more"), erase(null));
        assertTrue(Files.exists(file));
        assertEquals(List.of(), reported);
    }

    @Test
    void keepsAFileWhoseKeptReceiptIsDamagedOrGone() throws Exception {
        receipts.take(sent, receipt(signer, BYTES));
        Path kept = home.resolve("receipts/" + ITEM + ".tlog-proof");
        Files.write(kept, receipt(signer, new byte[1]));
        assertTrue(erase(null).get(0).contains("kept: DK-109"));
        Files.delete(kept);
        assertTrue(erase(null).get(0).contains("kept: "));
        assertTrue(Files.exists(file));
        assertEquals(List.of(), reported);
    }

    @Test
    void ofAnotherCameraNothingIsErased() throws Exception {
        receipts.take(sent, receipt(signer, BYTES));
        assertEquals(List.of(), erase("DSJ-2"));
        assertTrue(Files.exists(file));
    }

    @Test
    void aFileThatIsGoneIsErased() throws Exception {
        receipts.take(sent, receipt(signer, BYTES));
        Files.delete(file);
        assertEquals(List.of("DSJ-1:DCIM/a.mp4: is gone already"), erase(null));
        assertEquals(Step.ERASED, copy().step());
        assertEquals(List.of(), reported);
    }

    @Test
    void onlyStepsWithAReceiptMayBeErased() {
        List<Step> may = new ArrayList<>();
        List<Step> safe = new ArrayList<>();
        for (Step step : Step.values()) {
            if (sent.in(step).mayBeErased()) {
                may.add(step);
            }
            if (sent.in(step).isSafe()) {
                safe.add(step);
            }
        }
        assertEquals(List.of(Step.MAY_ERASE, Step.ERASING), may);
        assertEquals(List.of(Step.MAY_ERASE, Step.ERASING, Step.ERASED), safe);
    }
}
