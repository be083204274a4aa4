package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.MinioAsyncClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Uploads.Arriving;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

/**
 * Several processes on one store: each vault here is one, with a name and a connection of its own. What one of them acknowledged is never taken back, and the bytes
 * that are read in the end are those that were acknowledged.
 */
@Tag("slow")
class TwoWritersIT {
    private static final LogName SITE = new LogName("site-1");
    private static final int PART = 8 << 20;
    private static final int RACES = Integer.getInteger("liuhen.races", 12);
    private static final long SEED = Long.getLong("liuhen.seed", 35);

    /** The errors of a writer that another one overtook. VT-106 is of its own process. */
    private static final Set<String> CONFLICTS = Set.of("VT-102", "VT-104", "VT-105", "VT-111");

    private final String name = "two" + Long.toHexString(System.nanoTime());
    private final SecureRandom names = new SecureRandom();
    private final Random random = new Random(SEED);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Vault> opened = new ArrayList<>();
    private Vault a;
    private Vault b;
    private S3Calls store;

    @BeforeEach
    void open() throws IOException {
        a = vault(endpoint());
        b = vault(endpoint());
        store = new S3Calls(MinioAsyncClient.builder()
                .endpoint(endpoint())
                .region("default")
                .credentials(System.getProperty("s3.accessKey"), System.getProperty("s3.secretKey"))
                .build());
    }

    @AfterEach
    void close() {
        opened.forEach(Vault::close);
        threads.shutdownNow();
    }

    private static String endpoint() {
        return System.getProperty("s3.endpoint");
    }

    private Vault vault(String endpoint) throws IOException {
        Vault vault = S3Vault.open(new S3Vault.Connection(
                endpoint, "default", System.getProperty("s3.accessKey"), System.getProperty("s3.secretKey"), name));
        opened.add(vault);
        return vault;
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private EvidenceId declare(int size, String concat) throws IOException {
        EvidenceId id = EvidenceId.create(Instant.now(), names);
        EventContext context = EventContext.of(
                EventContext.idFor(Declared.class, id.value()),
                id,
                Instant.now(),
                Actor.component("test"),
                null,
                "test");
        a.uploads()
                .declare(Declaration.of(
                        SITE,
                        new Declared(
                                context, new FileName("a.mp4"), null, Declaration.NO_DIGEST, size, List.of(), null),
                        concat,
                        null));
        return id;
    }

    private EvidenceId declare(int size) throws IOException {
        return declare(size, null);
    }

    private Upload find(Vault by, EvidenceId id) throws IOException {
        return by.uploads().find(SITE, id).orElseThrow();
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static String code(Exception failed) {
        assertTrue(failed instanceof VaultException, String.valueOf(failed));
        return ((VaultException) failed).code();
    }

    /** What came of two acts that began at the same moment: a value, or an exception. */
    private List<Object> together(Callable<?> one, Callable<?> other) throws Exception {
        CyclicBarrier begin = new CyclicBarrier(2);
        List<Future<Object>> both = new ArrayList<>();
        for (Callable<?> act : List.of(one, other)) {
            both.add(threads.submit(() -> {
                begin.await();
                try {
                    return act.call();
                } catch (Exception failed) {
                    return failed;
                }
            }));
        }
        return Arrays.asList(both.get(0).get(), both.get(1).get());
    }

    /** The acknowledged bytes of one upload; of bytes that were noted without an answer, what they can be. */
    private static final class Chain {
        private final List<Map.Entry<Long, List<byte[]>>> pieces = new ArrayList<>();
        private long end;

        void add(long until, byte[]... candidates) {
            List<byte[]> cut = new ArrayList<>();
            for (byte[] candidate : candidates) {
                if (candidate.length >= until - end) {
                    cut.add(Arrays.copyOf(candidate, (int) (until - end)));
                }
            }
            pieces.add(Map.entry(end, cut));
            end = until;
        }

        void requireIn(byte[] all) {
            assertEquals(end, all.length);
            for (Map.Entry<Long, List<byte[]>> piece : pieces) {
                int from = piece.getKey().intValue();
                assertTrue(
                        piece.getValue().stream()
                                .anyMatch(
                                        bytes -> Arrays.equals(all, from, from + bytes.length, bytes, 0, bytes.length)),
                        "the bytes from " + from + " on belong to no writer");
            }
        }
    }

    /** Two processes finish, announce, read: one object, one answer, the acknowledged bytes. */
    private void finish(EvidenceId id, Chain chain) throws Exception {
        Upload whole = find(a, id);
        assertTrue(whole.whole());
        Optional<StoredObject> object = Optional.empty();
        for (Object outcome : together(
                () -> a.uploads().complete(find(a, id)), () -> b.uploads().complete(find(b, id)))) {
            if (outcome instanceof StoredObject one) {
                assertEquals(one, object.orElse(one));
                object = Optional.of(one);
            } else {
                assertEquals("VT-111", code((Exception) outcome));
            }
        }
        StoredObject one = b.uploads().complete(find(b, id));
        assertEquals(object.orElse(one), one);
        for (Object failed : together(() -> announce(a, id), () -> announce(b, id))) {
            assertEquals(true, failed);
        }
        Upload announced = find(b, id);
        assertTrue(announced.announced());
        assertEquals(one, announced.object());
        assertEquals(1, store.versions(one.bucket(), one.key()).size(), "no version is left that counts for nothing");
        assertEquals(List.of(), store.list(name + "-uploads", "pending/" + id));
        try (InputStream in = a.evidence().open(one)) {
            chain.requireIn(in.readAllBytes());
        }
        a.evidence().dispose(one); // the store of the tests is in memory
        assertEquals(Optional.empty(), b.uploads().find(SITE, id));
    }

    private static boolean announce(Vault by, EvidenceId id) throws IOException {
        by.uploads().markAnnounced(by.uploads().find(SITE, id).orElseThrow());
        return true;
    }

    @Test
    void whatOneAcknowledgedTheOtherNeverTakesBack() throws Exception {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int race = 0; race < RACES; race++) {
            boolean large = race % 20 == 7;
            race(large ? PART + 1 + random.nextInt(2 * PART) : 1 + random.nextInt(200_000), outcomes);
        }
        System.out.println(RACES + " races, seed " + SEED + ": " + outcomes);
        assertTrue(outcomes.getOrDefault("VT-111", 0) > 0, "none of them met another: " + outcomes);
    }

    private void race(int size, Map<String, Integer> outcomes) throws Exception {
        EvidenceId id = declare(size);
        Chain chain = new Chain();
        while (chain.end < size) {
            long at = chain.end;
            byte[] first = bytes(length(size - at));
            byte[] second = bytes(random.nextBoolean() ? first.length : length(size - at));
            if (random.nextInt(12) == 0) {
                Upload seen = find(b, id);
                List<Object> both = together(() -> a.uploads().append(SITE, id, at, stream(first)), () -> {
                    b.uploads().end(seen);
                    return "ended";
                });
                if (both.get(1).equals("ended")) {
                    outcomes.merge("ended", 1, Integer::sum);
                    assertTrue(both.get(0) instanceof Exception, "bytes were acknowledged of an upload that was ended");
                    assertTrue(CONFLICTS.contains(code((Exception) both.get(0))));
                    b.uploads().discard(SITE, id);
                    a.uploads().discard(SITE, id);
                    assertEquals(Optional.empty(), a.uploads().find(SITE, id));
                    assertEquals(List.of(), store.list(name + "-uploads", "pending/" + id));
                    return;
                }
                settle(id, chain, List.of(both.get(0)), outcomes, first);
                continue;
            }
            List<Object> both = together(() -> a.uploads().append(SITE, id, at, stream(first)), () -> b.uploads()
                    .append(SITE, id, at, stream(second)));
            settle(id, chain, both, outcomes, first, second);
        }
        finish(id, chain);
    }

    private int length(long left) {
        return random.nextInt(3) == 0 ? (int) left : 1 + random.nextInt((int) left);
    }

    private void settle(EvidenceId id, Chain chain, List<Object> both, Map<String, Integer> outcomes, byte[]... sent)
            throws IOException {
        int told = 0;
        long before = chain.end;
        for (int i = 0; i < both.size(); i++) {
            if (both.get(i) instanceof Upload upload) {
                told++;
                outcomes.merge("kept", 1, Integer::sum);
                assertEquals(before + sent[i].length, upload.offsetBytes());
                chain.add(upload.offsetBytes(), sent[i]);
            } else {
                String code = code((Exception) both.get(i));
                outcomes.merge(code, 1, Integer::sum);
                assertTrue(CONFLICTS.contains(code), code);
            }
        }
        assertTrue(told <= 1, "both were acknowledged at offset " + before);
        long now = find(a, id).offsetBytes();
        assertTrue(now >= chain.end, "an acknowledged offset was taken back: " + chain.end + ", now " + now);
        if (now > chain.end) {
            assertEquals(0, told);
            chain.add(now, sent);
        }
        byte[] wrong = {1};
        long notThere = now == 0 ? 1 : now - 1;
        if (now < find(a, id).sizeBytes()) {
            assertEquals(
                    "VT-102",
                    assertThrows(VaultException.class, () -> b.uploads().append(SITE, id, notThere, stream(wrong)))
                            .code());
        }
    }

    /** A paused process sends its parts when it is let go on, minutes after another one has taken the upload over. */
    @Test
    void aWriterThatWasPausedChangesNothingAnyMore() throws Exception {
        for (int kept : new int[] {0, 1}) {
            int size = 6 * PART + 1000;
            EvidenceId id = declare(size);
            Chain chain = new Chain();
            if (kept == 1) {
                byte[] before = bytes(PART + 5);
                chain.add(a.uploads().append(SITE, id, 0, stream(before)).offsetBytes(), before);
            }
            Arriving paused = a.uploads().begin(SITE, id, chain.end);
            byte[] sent = bytes(2 * PART);
            paused.write(sent, 0, sent.length); // two parts on their way, none noted yet
            byte[] second = bytes(PART);
            if (find(b, id).offsetBytes() > chain.end) {
                chain.add(find(b, id).offsetBytes(), sent);
            }
            chain.add(b.uploads().append(SITE, id, chain.end, stream(second)).offsetBytes(), second);
            assertEquals(
                    "VT-111",
                    assertThrows(VaultException.class, () -> {
                                paused.write(sent, 0, sent.length);
                                paused.keep();
                            })
                            .code());
            assertThrows(VaultException.class, paused::keep);
            assertThrows(VaultException.class, paused::takeBack);
            paused.close();
            byte[] rest = bytes((int) (size - chain.end));
            chain.add(a.uploads().append(SITE, id, chain.end, stream(rest)).offsetBytes(), rest);
            finish(id, chain);
        }
    }

    /**
     * A process crashes at each of its requests, done or not; the next one goes on, crashes as well at each of its own, and a third one ends it. Parts that the crashed ones had
     * sent are in the store, noted or not.
     */
    @Test
    void goesOnWhereAWriterCrashedAtAnyRequest() throws Exception {
        int crashes = 0;
        int step = RACES < 1_000 ? 10 : 1;
        for (boolean answered : new boolean[] {false, true}) {
            for (int at = 1 + random.nextInt(step), second = 0; second < 2; at += step) {
                int size = 2 * PART + 700;
                EvidenceId id = declare(size);
                Chain chain = new Chain();
                boolean crashed = crashing(id, chain, second == 0 ? at : 9, answered, size);
                if (second == 1) {
                    crashed = find(b, id).whole() || crashing(id, chain, at, answered, size);
                }
                crashes += crashed ? 1 : 0;
                goOn(id, chain, size);
                if (!crashed) {
                    second++;
                    at = 3 - step + random.nextInt(step); // the constructor's requests were tried
                }
            }
        }
        System.out.println(crashes + " crashes");
        assertTrue(crashes > 80 / step, crashes + " crashes");
    }

    /** One process does all that is left, and crashes at this request of its own; false where it came to the end. */
    private boolean crashing(EvidenceId id, Chain chain, int at, boolean answered, int size) throws Exception {
        byte[] sent = bytes(size - (int) chain.end);
        long told = chain.end;
        try (CrashingConnection way = new CrashingConnection(URI.create(endpoint()), at, answered)) {
            Vault vault = null;
            try {
                vault = vault(way.endpoint());
                Upload upload = find(vault, id);
                if (!upload.whole()) {
                    upload = vault.uploads().append(SITE, id, chain.end, stream(sent));
                    told = upload.offsetBytes();
                }
                vault.uploads().complete(upload);
                vault.uploads().markAnnounced(find(vault, id));
            } catch (IOException crash) {
                assertTrue(way.crashed(), crash.toString());
            }
            noted(id, chain, told, sent);
            return way.crashed();
        }
    }

    private void noted(EvidenceId id, Chain chain, long told, byte[] sent) throws IOException {
        long now = find(b, id).offsetBytes();
        assertTrue(now >= told, "an acknowledged offset was taken back: " + told + ", now " + now);
        if (now > chain.end) {
            chain.add(now, sent);
        }
    }

    private void goOn(EvidenceId id, Chain chain, int size) throws Exception {
        if (chain.end < size) {
            byte[] rest = bytes(size - (int) chain.end);
            chain.add(b.uploads().append(SITE, id, chain.end, stream(rest)).offsetBytes(), rest);
        }
        StoredObject one = b.uploads().complete(find(b, id));
        assertEquals(one, a.uploads().complete(find(a, id)));
        b.uploads().markAnnounced(find(b, id));
        try (InputStream in = a.evidence().open(one)) {
            chain.requireIn(in.readAllBytes());
        }
        b.uploads().unannounced();
        assertEquals(List.of(), store.list(name + "-uploads", "pending/" + id));
        a.evidence().dispose(one);
        assertEquals(List.of(), store.versions(one.bucket(), one.key()), "bytes are left of what was disposed of");
    }

    @Test
    void aPartOfAnotherUploadIsPutTogetherByTwoAtOnce() throws Exception {
        for (int size : new int[] {70_000, PART + 9}) {
            byte[] bytes = bytes(size);
            EvidenceId id = declare(size, UploadInfo.PARTIAL);
            Arriving unclosed = a.uploads().begin(SITE, id, 0); // never closed
            unclosed.write(bytes(size), 0, size);
            b.uploads().append(SITE, id, 0, stream(bytes));
            Vault again = vault(endpoint());
            for (Object read : together(() -> read(again, id), () -> read(b, id))) {
                if (read instanceof byte[] all) {
                    assertArrayEquals(bytes, all);
                } else {
                    assertEquals("VT-111", code((Exception) read));
                }
            }
            assertArrayEquals(bytes, read(b, id));
            assertFalse(find(again, id).complete());
            again.uploads().discard(SITE, id);
        }
    }

    private byte[] read(Vault by, EvidenceId id) throws IOException {
        try (InputStream in = by.uploads().openUnfinished(find(by, id)).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    /** Uploads that were on their way when the version before ran: a note of two objects, and a whole object without a word in it. */
    @Test
    void goesOnWithUploadsOfTheVersionBefore() throws Exception {
        int size = 2 * PART + 700;
        byte[] bytes = bytes(size);
        EvidenceId id = declare(size);
        Upload declared = find(a, id);
        String key = EvidenceStore.key(SITE, id);
        Multipart multipart = Multipart.start(store, name + "-vault", key);
        byte[] first = Arrays.copyOf(bytes, PART);
        String etag = multipart.stored(1, multipart.send(1, first));
        multipart.stored(2, multipart.send(2, bytes(PART))); // never noted
        String pending = "pending/" + id + "/";
        store.put(name + "-uploads", pending + "tail-" + PART + "-9", Arrays.copyOfRange(bytes, PART, PART + 9));
        store.put(
                name + "-uploads",
                pending + "progress",
                (multipart.uploadId() + "\n" + PART + "\n9\n" + etag).getBytes(StandardCharsets.UTF_8));
        store.put(name + "-uploads", pending + "info", Declaration.encode(declared.info()));
        assertEquals(PART + 9, find(a, id).offsetBytes());
        Chain chain = new Chain();
        chain.add(PART + 9, bytes);
        goOn(id, chain, size);

        byte[] small = bytes(900);
        EvidenceId done = declare(900);
        UploadInfo info = find(a, done).info();
        store.put(name + "-uploads", "pending/" + done + "/info", Declaration.encode(info));
        store.put(name + "-vault", EvidenceStore.key(SITE, done), small);
        assertTrue(find(a, done).complete());
        StoredObject object = find(a, done).object();
        assertEquals(object, b.uploads().complete(find(b, done)));
        store.put(name + "-uploads", "done/" + EvidenceStore.key(SITE, done), Declaration.encode(info));
        store.remove(name + "-uploads", "pending/" + done + "/info");
        assertEquals(object, find(a, done).object());
        assertTrue(find(a, done).announced());
        try (InputStream in = a.evidence().open(object)) {
            assertArrayEquals(small, in.readAllBytes());
        }
    }

    @Test
    void findsOutHowTheStoreTakesConditions() throws IOException {
        assertTrue(a.uploads().shareable());
        Conditions form = store.conditions(name + "-uploads");
        System.out.println("If-Match: " + form);
        String etag = store.putIf(name + "-uploads", "c", new byte[] {1}, null).orElseThrow();
        assertEquals(Optional.empty(), store.putIf(name + "-uploads", "c", new byte[] {2}, null));
        assertEquals(Optional.of(etag), store.putIf(name + "-uploads", "c", new byte[] {1}, null), "it was written");
        String next = store.putIf(name + "-uploads", "c", new byte[] {2}, etag).orElseThrow();
        assertEquals(Optional.empty(), store.putIf(name + "-uploads", "c", new byte[] {3}, etag));
        store.remove(name + "-uploads", "c");
        assertEquals(Optional.empty(), store.putIf(name + "-uploads", "c", new byte[] {4}, next));
        // A bucket with versions is one where Ceph does not look at conditions: the same probe says so.
        S3Calls versioned = new S3Calls(store.client());
        assertEquals(Conditions.IGNORED, versioned.conditions(name + "-vault"));
    }
}
