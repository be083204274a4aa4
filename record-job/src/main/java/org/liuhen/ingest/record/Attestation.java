package org.liuhen.ingest.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Timestamp;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.custody.witness.WitnessClient;
import org.liuhen.custody.witness.WitnessClient.RefusedException;
import org.liuhen.custody.witness.WitnessClient.UnavailableException;
import org.liuhen.job.JobMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cosignatures, receipts and timestamps after the publication of a log, in a thread of their own: the witnesses are asked to cosign the newest
 * head, and each sealed item gets a receipt once a head that covers it is witnessed as the policy asks.
 *
 * <p>The position is stored beside the log, and all files may be written again, so nothing is lost in a crash.
 */
final class Attestation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attestation.class);
    private static final long AGAIN_MILLIS = 500;
    private static final long AGAIN_MILLIS_MAX = 15_000; // also without a publication
    private static final String CURSOR = "receipts/next";
    private static final int ENTRIES_A_BUNDLE = 256;
    private static final long TIMESTAMP_NANOS = TimeUnit.HOURS.toNanos(1);

    /** An authority that gave no timestamp is asked again after this time. */
    private static final long TIMESTAMP_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LogName log;
    private final LogStore store;
    private final Policy policy;
    private final JobMetrics metrics;
    private final Map<String, WitnessClient> witnesses = new HashMap<>();
    private final Map<String, String> troubles = new TreeMap<>();
    private final Semaphore published = new Semaphore(0);
    private final Thread thread;

    /** When each timestamp authority is asked next, by {@link System#nanoTime}; at once where it is not there. */
    private final Map<String, Long> nextTimestamp = new HashMap<>();

    private volatile boolean stopped;

    /** Attests this log from now on. */
    Attestation(LogName log, LogStore store, Policy policy, JobMetrics metrics) {
        this.log = log;
        this.store = store;
        this.policy = policy;
        this.metrics = metrics;
        policy.witnesses().forEach((name, witness) -> {
            if (witness.url() != null) {
                witnesses.put(name, new WitnessClient(witness));
            }
        });
        thread = new Thread(this::run, "attestation-" + log.value());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long wait = AGAIN_MILLIS;
        while (!stopped) {
            long next = AGAIN_MILLIS_MAX;
            try {
                step();
                if (troubles.isEmpty()) {
                    wait = AGAIN_MILLIS;
                } else {
                    next = wait = Math.min(2 * wait, AGAIN_MILLIS_MAX);
                }
            } catch (IOException | BadNoteException | RuntimeException failed) {
                LOG.warn("attesting {}: {}; trying again in {} ms", log.value(), failed.getMessage(), wait, failed);
                next = wait = Math.min(2 * wait, AGAIN_MILLIS_MAX);
            } catch (InterruptedException end) {
                return;
            }
            try {
                if (published.tryAcquire(next, TimeUnit.MILLISECONDS)) {
                    published.drainPermits();
                    Thread.sleep(troubles.isEmpty() ? 0 : wait);
                }
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** Wakes the thread after a publication; else it looks at the log every 15 seconds. */
    void published() {
        published.release();
    }

    /** One round: cosignatures for the newest head, then receipts up to the newest witnessed one. */
    private void step() throws IOException, InterruptedException, BadNoteException {
        Optional<byte[]> newest = store.read(Tiles.CHECKPOINT);
        if (newest.isEmpty()) {
            return;
        }
        Optional<byte[]> witnessed = store.read(Tiles.WITNESSED);
        SignedNote head = SignedNote.parse(newest.get());
        SignedNote seen = witnessed.isEmpty() ? null : SignedNote.parse(witnessed.get());
        if (seen == null
                || !seen.text().equals(head.text())
                || policy.cosignatures(seen).size() < witnesses.size()) {
            SignedNote known = seen != null && seen.text().equals(head.text()) ? head.with(seen.signatures()) : head;
            SignedNote cosigned = cosign(known);
            if (policy.isWitnessed(cosigned) && !cosigned.equals(seen)) {
                store.write(Tiles.WITNESSED, cosigned.bytes());
                seen = cosigned;
            }
        }
        if (seen != null) {
            receipts(seen);
            timestamps(seen);
        }
    }

    /**
     * Once an hour, and after each start, a timestamp of the witnessed head from each authority of the policy, below {@code
     * timestamps/SIZE/} together with that head. An authority that gives none is asked again after a minute, and does not delay the others.
     *
     * @throws IOException where the store does not answer
     */
    private void timestamps(SignedNote head) throws IOException, BadNoteException, InterruptedException {
        String folder = "timestamps/" + Checkpoint.parse(head.text()).size() + "/";
        for (Map.Entry<String, Policy.Authority> authority :
                policy.authorities().entrySet()) {
            long now = System.nanoTime();
            if (authority.getValue().url() == null || nextTimestamp.getOrDefault(authority.getKey(), now) - now > 0) {
                continue;
            }
            nextTimestamp.put(authority.getKey(), now + TIMESTAMP_AGAIN_NANOS);
            byte[] timestamp;
            try {
                timestamp = Timestamp.request(authority.getValue(), head.text());
            } catch (IOException | BadNoteException none) {
                LOG.warn("timestamp authority {}: {}; trying again in a minute", authority.getKey(), none.getMessage());
                continue;
            }
            store.write(folder + authority.getKey() + ".tsr", timestamp);
            store.write(folder + "checkpoint", head.bytes());
            nextTimestamp.put(authority.getKey(), now + TIMESTAMP_NANOS);
        }
    }

    /** Asks each witness that has not signed yet. A witness that does not answer or refuses does not delay the others. */
    private SignedNote cosign(SignedNote head) throws InterruptedException, BadNoteException, IOException {
        SignedNote cosigned = head;
        Tiles tiles = new Tiles(store, Checkpoint.parse(head.text()).size());
        Map<String, String> now = new TreeMap<>();
        for (Map.Entry<String, WitnessClient> witness : witnesses.entrySet()) {
            if (policy.cosignatures(head).containsKey(witness.getKey())) {
                continue;
            }
            try {
                cosigned = cosigned.with(List.of(witness.getValue().cosign(head, tiles)));
            } catch (RefusedException refused) {
                now.put(witness.getKey(), refused.getMessage());
                metrics.count("witness_failures_total", "witness", witness.getKey(), "code", "WT-102");
            } catch (UnavailableException away) {
                now.put(witness.getKey(), away.getMessage() + "; cosignatures and receipts wait for it");
                metrics.count("witness_failures_total", "witness", witness.getKey(), "code", "WT-103");
            }
        }
        if (!now.equals(troubles)) {
            now.forEach((name, trouble) -> LOG.error("witness {}: {}", name, trouble));
            troubles.clear();
            troubles.putAll(now);
            store.write(Tiles.WITNESS_TROUBLES, text(now));
        }
        return cosigned;
    }

    private static byte[] text(Map<String, String> troubles) {
        StringBuilder lines = new StringBuilder();
        troubles.forEach((name, trouble) ->
                lines.append(name).append(": ").append(trouble).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The item that this entry seals, or null. An entry that cannot be read seals none, and does not delay other receipts. */
    private EvidenceId sealed(long index, byte[] bytes) {
        try {
            return Entry.decode(bytes).event() instanceof Sealed sealed
                    ? sealed.context().evidenceId()
                    : null;
        } catch (MalformedEventException malformed) {
            LOG.error("VF-106 entry {} of {} cannot be read: {}", index, log.value(), malformed.getMessage());
            return null;
        }
    }

    /** Writes a receipt for each item that was sealed in the entries not looked at yet. */
    private void receipts(SignedNote head) throws IOException, BadNoteException {
        Optional<byte[]> cursor = store.read(CURSOR);
        long next = cursor.isEmpty() ? 0 : Long.parseLong(new String(cursor.get(), StandardCharsets.US_ASCII));
        long size = Checkpoint.parse(head.text()).size();
        if (next >= size) {
            return;
        }
        Tiles tiles = new Tiles(store, size);
        List<byte[]> bundle = List.of();
        for (long index = next; index < size; index++) {
            int within = (int) (index % ENTRIES_A_BUNDLE);
            if (bundle.isEmpty() || within == 0) {
                bundle = tiles.entries(index / ENTRIES_A_BUNDLE);
            }
            EvidenceId item = sealed(index, bundle.get(within));
            if (item != null) {
                store.write(
                        TlogProof.receiptPath(item),
                        TlogProof.of(tiles, index, bundle.get(within), head).bytes());
                metrics.count("receipts_total", "log", log.value());
            }
        }
        store.write(CURSOR, Long.toString(size).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
