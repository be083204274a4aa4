package org.liuhen.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;

/** What the contracts of the ports share: a store that can be opened again, and uploads in it. */
abstract class StoreContract {
    protected static final LogName SITE = new LogName("site-1");
    protected final Random random = new Random(42);
    protected final SecureRandom names = new SecureRandom();
    protected Vault vault;

    /** A store over the same storage each time, as a process that was killed and started again would open it. */
    protected abstract Vault reopen() throws IOException;

    @BeforeEach
    void open() throws IOException {
        vault = reopen();
    }

    @AfterEach
    void close() {
        vault.close();
    }

    protected byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    protected EvidenceId declare(byte[] bytes) throws IOException {
        EvidenceId id = EvidenceId.create(Instant.now(), names);
        vault.uploads()
                .declare(Declaration.of(
                        SITE,
                        new Declared(
                                declaring(id),
                                new FileName("执法记录.mp4"),
                                "video/mp4",
                                Sha256Digest.of(bytes),
                                bytes.length,
                                List.of(),
                                null)));
        return id;
    }

    protected static EventContext declaring(EvidenceId id) {
        String event = EventContext.idFor(Declared.class, id.value());
        return EventContext.of(event, id, Instant.now(), Actor.component("test"), null, "test");
    }

    protected Upload find(EvidenceId id) throws IOException {
        return vault.uploads().find(SITE, id).orElseThrow();
    }

    protected List<EvidenceId> unannounced() throws IOException {
        assertEquals(List.of(), vault.uploads().unannounced().unreadable());
        return vault.uploads().unannounced().uploads().stream()
                .map(upload -> upload.id())
                .toList();
    }

    protected static InputStream part(byte[] bytes, int from, int to) {
        return new ByteArrayInputStream(bytes, from, to - from);
    }

    protected byte[] read(StoredObject object, long from, long to) throws IOException {
        try (InputStream in = vault.evidence().open(object, from, to)) {
            return in.readAllBytes();
        }
    }
}
