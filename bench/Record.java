package org.liuhen.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.custody.verify.LogVerification;

/** The record alone, on one core: verify a large log, prove one entry; the cost of appending is in {@link Append}. usage: Record FOLDER ENTRIES */
public final class Record {
    static final LogName LOG = new LogName("site-1");
    static final SignedNote.Signer SIGNER =
            new SignedNote.Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new byte[32], 0));
    private static final int ITEMS = 10_000;

    /** Files in a folder, counted; without fsync, which is measured elsewhere. */
    private static final class Folder implements LogStore {
        private final Path root;
        private long reads;

        Folder(Path root) {
            this.root = root;
        }

        @Override
        public Optional<byte[]> read(String path) throws IOException {
            Path file = root.resolve(path);
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            reads++;
            return Optional.of(Files.readAllBytes(file));
        }

        @Override
        public void write(String path, byte[] bytes) throws IOException {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }

        @Override
        public List<String> list(String folder) throws IOException {
            Path below = root.resolve(folder);
            if (!Files.isDirectory(below)) {
                return List.of();
            }
            try (var files = Files.walk(below)) {
                return files.filter(Files::isRegularFile)
                        .map(file -> root.relativize(file).toString())
                        .toList();
            }
        }

        @Override
        public void remove(String path) throws IOException {
            Files.delete(root.resolve(path));
        }
    }

    private final Map<String, Sha256Digest> last = new HashMap<>();
    private final Map<String, Long> formed = new HashMap<>();
    private final Map<String, Long> taken = new HashMap<>();
    private final Map<String, ItemState> states = new HashMap<>();
    private int number;

    private static final List<EvidenceId> IDS = IntStream.range(0, ITEMS)
            .mapToObj(item -> new EvidenceId(String.format("01jdb3kz0r%016d", item)))
            .toList();

    private CustodyEvent event(int item) {
        EvidenceId id = IDS.get(item);
        EventContext context = EventContext.of(
                EventContext.idFor(Viewed.class, "act " + number++),
                id,
                Instant.ofEpochMilli(1_790_000_000_000L + number),
                new Actor(Actor.Kind.OFFICER, "110023", "京朝", "mtls"),
                "核对现场情况",
                "review");
        long at = formed.merge(id.value(), 1L, Long::sum) - 1;
        Sha256Digest digest = new Sha256Digest("00".repeat(32));
        FileName name = new FileName("执法记录.mp4");
        if (at == 0) {
            return new Declared(context, name, "video/mp4", digest, 1, List.of(), null);
        }
        return at == 1
                ? new Received(context, new StoredObject("vault", "k", "1"), 1, digest, null, name, List.of(), null)
                : new Viewed(context);
    }

    /** The canonical bytes of the next event on one item. */
    byte[] form(int item) {
        return CanonicalJson.encode(event(item));
    }

    /** What the record job does with one event: read, state machine, chain, entry. */
    byte[] take(byte[] bytes) throws Exception {
        CustodyEvent event = CanonicalJson.decode(bytes);
        String chain = event.context().evidenceId().value();
        states.put(chain, StateTable.apply(states.getOrDefault(chain, ItemState.NOTHING), event).next());
        long at = taken.merge(chain, 1L, Long::sum) - 1;
        byte[] entry = Entry.encode(bytes, at, last.get(chain), Instant.ofEpochMilli(1_790_000_000_000L + number));
        last.put(chain, Sha256Digest.ofRaw(Merkle.leafHash(entry)));
        return entry;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int size = Integer.parseInt(arguments[1]);
        Record run = new Record();
        Folder store = new Folder(folder);
        LogPublisher publisher = new LogPublisher(store, LOG, SIGNER);
        long bytes = 0;
        int batch = 5_000;
        for (int done = 0; done < size; done += batch) {
            List<byte[]> entries = new ArrayList<>(batch);
            for (int i = 0; i < batch; i++) {
                byte[] entry = run.take(run.form((done + i) % ITEMS));
                entries.add(entry);
                bytes += entry.length;
            }
            publisher.publish(done, entries);
        }
        System.out.printf("a log of %d entries, %d bytes each%n", size, bytes / size);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[(int) (bytes / size)];
        for (int i = 0; i < 1_000_000; i++) {
            sha256.update(block);
            sha256.digest();
        }
        long start = System.nanoTime();
        for (int i = 0; i < 1_000_000; i++) {
            sha256.update(block);
            sha256.digest();
        }
        System.out.printf("beside it: SHA-256 of such entries alone %.0f a second%n", 1_000_000 / ((System.nanoTime() - start) / 1e9));
        for (int i = 0; i < 3; i++) {
            start = System.nanoTime();
            LogVerification.Result result = LogVerification.verify(store, LOG, SIGNER.verifier());
            double seconds = (System.nanoTime() - start) / 1e9;
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf(
                    "verify: %d entries, %d chains, %d faults in %.2f s (%.0f entries/s), heap after %d MiB of %d%n",
                    result.checkpoint().size(),
                    result.chains(),
                    result.faults().size(),
                    seconds,
                    size / seconds,
                    (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                    runtime.maxMemory() >> 20);
        }
        SignedNote head = SignedNote.parse(store.read(Tiles.CHECKPOINT).orElseThrow());
        double worst = 0;
        long most = 0;
        double sum = 0;
        int proofs = 1_000;
        for (int i = 0; i < proofs; i++) {
            long index = (long) i * size / proofs;
            long before = store.reads;
            start = System.nanoTime();
            Tiles tiles = new Tiles(store, size); // nothing is cached
            byte[] entry = tiles.entry(index);
            if (!TlogProof.of(tiles, index, entry, head).leadsFrom(entry)) {
                throw new IllegalStateException("a proof does not hold");
            }
            double millis = (System.nanoTime() - start) / 1e6;
            worst = Math.max(worst, millis);
            sum += millis;
            most = Math.max(most, store.reads - before);
        }
        System.out.printf(
                "prove one entry: mean %.2f ms, worst %.2f ms, at most %d files read (1 bundle, the rest tiles)%n",
                sum / proofs, worst, most);
    }
}
