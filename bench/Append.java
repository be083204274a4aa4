package org.liuhen.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.feed.Parts;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What one event costs on its way into a log that lies in memory, part by part; in events a second on one core. */
@State(Scope.Thread)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@OutputTimeUnit(TimeUnit.SECONDS)
public class Append {
    private static final int BATCH = 5_000;
    private static final int SOME = 500;

    private final PartKey key = new PartKey(
            Part.REVIEW, new SignedNote.Signer(Part.REVIEW.id(), new Ed25519PrivateKeyParameters(new byte[32], 0)));
    private final Parts parts = Parts.parse(key.line());
    private final List<byte[]> signatures = new ArrayList<>();

    private Record run;
    private LogPublisher publisher;
    private long size;
    private final List<byte[]> events = new ArrayList<>();
    private final List<byte[]> entries = new ArrayList<>();

    private static final class Memory implements LogStore {
        private final TreeMap<String, byte[]> files = new TreeMap<>();

        @Override
        public Optional<byte[]> read(String path) {
            return Optional.ofNullable(files.get(path));
        }

        @Override
        public void write(String path, byte[] bytes) {
            files.put(path, bytes);
        }

        @Override
        public List<String> list(String folder) {
            return List.copyOf(files.subMap(folder + "/", folder + "0").keySet());
        }

        @Override
        public void remove(String path) {
            files.remove(path);
        }
    }

    /** A new log for each round, so that it does not fill the memory. */
    @Setup(Level.Iteration)
    public void start() throws Exception {
        run = new Record();
        publisher = new LogPublisher(new Memory(), Record.LOG, Record.SIGNER);
        size = 0;
        events.clear();
        entries.clear();
        for (int i = 0; i < BATCH; i++) {
            byte[] event = run.form(i);
            events.add(event);
            entries.add(run.take(event));
        }
        run = new Record();
        signatures.clear();
        for (byte[] event : events.subList(0, SOME)) {
            signatures.add(key.sign("site-1", event));
        }
    }

    /** An event's canonical bytes, as intake and the ingest job make them. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void form(Blackhole hole) {
        for (int i = 0; i < BATCH; i++) {
            hole.consume(run.form(i));
        }
    }

    /** What the record job does with them: read, state machine, chain, entry, leaf hash. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void take(Blackhole hole) throws Exception {
        Record fresh = new Record();
        for (byte[] event : events) {
            hole.consume(fresh.take(event));
        }
    }

    /** Bundles, tiles, root and signature, 5,000 entries at a time. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void publish() throws Exception {
        size = publisher.publish(size, entries).size();
    }

    /** A part's signature over an event, as it feeds it. */
    @Benchmark
    @OperationsPerInvocation(SOME)
    public void sign(Blackhole hole) {
        for (byte[] event : events.subList(0, SOME)) {
            hole.consume(key.sign("site-1", event));
        }
    }

    /** Who fed an event, as both jobs find out. */
    @Benchmark
    @OperationsPerInvocation(SOME)
    public void whoFed(Blackhole hole) {
        for (int i = 0; i < SOME; i++) {
            if (!parts.whoFed("site-1", events.get(i), signatures.get(i), i).equals("review")) {
                throw new IllegalStateException("a signature of the benchmark's own does not count");
            }
        }
    }

    /** Beside it: what a MAC over an event costs to make, and as much to check (HMAC with SHA-256). */
    @Benchmark
    @OperationsPerInvocation(SOME)
    public void mac(Blackhole hole) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
        for (byte[] event : events.subList(0, SOME)) {
            hole.consume(mac.doFinal(event));
        }
    }

    /** All of it but the signatures of parts. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void append() throws Exception {
        List<byte[]> formed = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            formed.add(run.take(run.form(i)));
        }
        size = publisher.publish(size, formed).size();
    }
}
