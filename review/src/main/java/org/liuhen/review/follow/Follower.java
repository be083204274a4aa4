package org.liuhen.review.follow;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Tiles.DamagedLogException;
import org.liuhen.review.model.FollowerLock;
import org.liuhen.review.model.OtherVersionException;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.ReadModelWriter;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.DeviceClock;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.LogProjection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a published log into the read model. So everything that the read model shows is published and signed. Of several processes on one
 * database, the one with the {@link FollowerLock} follows. The others read how far it is, and are ready to take over.
 */
public final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** Items change several times within so many entries, and are written once: of 8 bundles at a time the tables were filled a fifth slower. */
    private static final int BUNDLES_A_TRANSACTION = 32;

    /** A transaction takes no more entries once they have so many bytes: they are all in memory. */
    private static final int BYTES_A_TRANSACTION = 8 << 20;

    private static final int ENTRIES_A_BUNDLE = 256;

    /** Each brings up to a thousand earlier items into memory, so a transaction has no more of them. */
    private static final int FIRST_MEASUREMENTS_MAX = 4;

    private final LogStore store;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final ReadModel model;
    private final long everyMillis;
    private final FollowerLock lock;
    private final Follower beside; // null where nothing is filled beside
    private final boolean live;
    private final FollowerMetrics metrics;
    private final Thread thread;
    private volatile Instant behindSince;
    private volatile String trouble = "";
    private volatile boolean stopped;

    /**
     * Starts to follow, or to wait for the lock.
     *
     * @param store the published log
     * @param key the key that signs the log
     * @param policy the witnesses whose cosignatures are measured
     * @param everyMillis the pause between two looks at the log, in milliseconds
     */
    public Follower(
            LogStore store, LogName log, SignedNote.Verifier key, Policy policy, ReadModel model, long everyMillis) {
        this(store, log, key, policy, model, everyMillis, true);
    }

    private Follower(
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            Policy policy,
            ReadModel model,
            long everyMillis,
            boolean live) {
        this.live = live;
        this.store = store;
        this.log = log;
        this.key = key;
        this.model = model;
        this.everyMillis = everyMillis;
        this.lock = model.lock(log);
        this.metrics = new FollowerMetrics(store, policy, live);
        this.beside = model.beside()
                .map(next -> new Follower(store, log, key, policy, next, everyMillis, false))
                .orElse(null);
        this.thread = new Thread(this::run, (live ? "follower-" : "builder-") + log.value());
        thread.setDaemon(true);
        thread.start();
    }

    /** The reason why this process cannot follow or look at the log now; empty where it can. */
    public String trouble() {
        return trouble;
    }

    /** For how long the read model has been behind the published log, whichever process follows. */
    public Duration behindFor() {
        Instant since = behindSince;
        return since == null ? Duration.ZERO : Duration.between(since, Instant.now());
    }

    /** The newest cosignature of each witness that this process has seen since it started, by the witness's name in the policy. */
    public Map<String, Cosigned> cosigned() {
        return metrics.cosigned();
    }

    /** Whether this process follows at this moment; PostgreSQL is asked. Work that must be done once is done by the process that follows. */
    public boolean leads() {
        return lock.isHeld();
    }

    /**
     * Makes sure that this process follows the log. Files of a package that two processes wrote would not verify.
     *
     * @throws IOException where another process follows
     */
    public void requireLeading() throws IOException {
        if (!leads()) {
            throw new IOException("another process follows the log now and makes this package");
        }
    }

    private void run() {
        while (!stopped) {
            try {
                if (!live && model.hasReplacedLive()) {
                    LOG.info("the read model of {} is of this version now", log.value());
                    metrics.besideEnded();
                    lock.close();
                    return;
                }
                boolean more = step();
                trouble = "";
                if (!live && !more) {
                    replaceLive();
                }
                if (!more) {
                    Thread.sleep(everyMillis);
                }
            } catch (InterruptedException end) {
                return;
            } catch (OtherVersionException other) {
                LOG.error("{}", other.getMessage());
                trouble = other.getMessage();
                metrics.leading(false);
                lock.close();
                return;
            } catch (Exception failed) { // tried again from the same place in the log
                if (!String.valueOf(failed.getMessage()).equals(trouble)) {
                    LOG.warn("the read model cannot follow {}: {}", log.value(), failed.getMessage());
                }
                trouble = String.valueOf(failed.getMessage());
                pause();
            }
        }
    }

    /** Puts the tables in the place of the live ones where they hold as much of each log. */
    private void replaceLive() throws SQLException {
        Optional<Connection> session = lock.session();
        if (session.isEmpty()) {
            return;
        }
        try {
            lock.write(session.get(), model::replaceLive);
        } catch (SQLException failed) {
            if (!"55P03".equals(failed.getSQLState())) { // a query held a table for longer than others may wait: tried
                // again
                throw failed;
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException end) {
            stopped = true;
        }
    }

    /** Adds the next entries, at most {@value #BUNDLES_A_TRANSACTION} bundles. Returns whether there are more. */
    private boolean step() throws IOException, SQLException, BadNoteException {
        Optional<Connection> session = lock.session(); // asked for before anything is read
        metrics.leading(session.isPresent());
        int version = model.version(); // read before the rows: others may replace them meanwhile
        long from = model.followedSize(log); // read before the checkpoint: another process may follow meanwhile
        Optional<byte[]> note = store.read(Tiles.CHECKPOINT);
        if (note.isEmpty()) {
            return false;
        }
        Checkpoint checkpoint = Checkpoint.open(note.get(), log.origin(), key);
        if (checkpoint.size() <= from) {
            behindSince = null;
        } else if (behindSince == null) {
            behindSince = Instant.now();
        }
        metrics.at(from, checkpoint.size(), behindFor());
        if (checkpoint.size() < from) {
            throw new IOException("VF-112 the published log has " + checkpoint.size() + " entries, but " + from
                    + " were published before. Run verify --all");
        }
        if (checkpoint.size() == from || session.isEmpty()) {
            return false;
        }
        long firstBundle = from / ENTRIES_A_BUNDLE;
        long to = Math.min(checkpoint.size(), (firstBundle + BUNDLES_A_TRANSACTION) * ENTRIES_A_BUNDLE);
        try {
            int added = add(session.get(), version, new Tiles(store, checkpoint.size()), from, to);
            return from + added < checkpoint.size();
        } catch (DamagedLogException damaged) {
            throw damaged.getCause();
        }
    }

    /** Adds the entries of this range, or its first part where they are long; gives how many. */
    private int add(Connection session, int version, Tiles tiles, long from, long to) throws SQLException {
        List<byte[]> all = new ArrayList<>();
        List<byte[]> bundle = List.of();
        int bytes = 0;
        for (long index = from; index < to && bytes < BYTES_A_TRANSACTION; index++) {
            int within = (int) (index % ENTRIES_A_BUNDLE);
            if (bundle.isEmpty() || within == 0) {
                bundle = tiles.entries(index / ENTRIES_A_BUNDLE);
            }
            all.add(bundle.get(within));
            bytes += bundle.get(within).length;
        }
        try {
            add(session, version, from, all, true);
        } catch (SQLException failed) {
            if (!isAboutTheData(failed)) {
                throw failed;
            }
            long added = model.followedSize(log) - from; // the first part of them may be there
            for (int i = (int) added; i < all.size(); i++) { // one by one, to find those that the database refuses
                addAlone(session, version, from + i, all.get(i));
            }
        }
        return all.size();
    }

    private void addAlone(Connection session, int version, long index, byte[] bytes) throws SQLException {
        try {
            add(session, version, index, List.of(bytes), true);
        } catch (SQLException failed) {
            if (!isAboutTheData(failed)) {
                throw failed;
            }
            LOG.error("RM-102 entry {} of {} cannot be shown: {}", index, log.value(), failed.getMessage());
            add(session, version, index, List.of(bytes), false);
        }
    }

    /** Whether the database refused the values (SQLSTATE classes 22, 23 and 54), so that the same values will be refused again. */
    private static boolean isAboutTheData(SQLException failed) {
        return failed.getSQLState() != null && failed.getSQLState().matches("(22|23|54).*");
    }

    /**
     * Adds entries to the read model.
     *
     * @param readable false where the database refuses what follows from an entry: then only its bytes are added
     */
    private void add(Connection session, int version, long from, List<byte[]> bytesOfEntries, boolean readable)
            throws SQLException {
        List<EntryRow> rows = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        Set<String> chains = new LinkedHashSet<>();
        Set<String> caseIds = new LinkedHashSet<>();
        for (int i = 0; i < bytesOfEntries.size(); i++) {
            byte[] bytes = bytesOfEntries.get(i);
            Entry entry = readable ? decode(from + i, bytes) : null;
            entries.add(entry);
            rows.add(
                    entry == null
                            ? EntryRow.unreadable(log, from + i, bytes)
                            : EntryRow.of(log, from + i, bytes, entry));
            if (entry == null) {
                continue;
            }
            if (!entry.chain().equals(Entry.LOG_CHAIN)) {
                chains.add(entry.chain());
            }
            if (entry.event() instanceof CaseEvent decided) {
                caseIds.add(decided.caseId().value());
            } else if (entry.event() instanceof LinkedToCase linked) {
                caseIds.add(linked.caseId().value());
            }
        }
        Map<String, CaseFile> before = model.cases().byIds(log, List.copyOf(caseIds));
        Map<String, ClockMeasured> clocks = model.entries().lastClockMeasurements(log, devices(entries));
        Set<String> measuredFirst = devicesMeasured(entries);
        measuredFirst.removeAll(clocks.keySet());
        if (measuredFirst.size() > FIRST_MEASUREMENTS_MAX && entries.size() > 1) {
            int half = entries.size() / 2;
            add(session, version, from, bytesOfEntries.subList(0, half), readable);
            add(session, version, from + half, bytesOfEntries.subList(half, entries.size()), readable);
            return;
        }
        int earlierItems = DeviceClock.EARLIER_ITEMS_MAX + chains.size();
        for (String device : measuredFirst) {
            chains.addAll(model.items().withoutClockOffset(log, device, earlierItems));
        }
        LogProjection projection = new LogProjection(
                new LinkedHashMap<>(model.items().byIds(List.copyOf(chains))), new LinkedHashMap<>(before), clocks);
        for (int i = 0; i < rows.size(); i++) {
            if (entries.get(i) == null) {
                continue;
            }
            try {
                projection.add(entries.get(i), rows.get(i));
            } catch (RuntimeException broken) {
                LOG.error("RM-102 entry {} of {} does not show in its item", from + i, log.value(), broken);
                ItemView item = projection.items().get(rows.get(i).chain());
                if (item != null) {
                    item.addNotShown();
                }
            }
        }
        Map<String, CaseFile> changed = projection.cases();
        changed.entrySet().removeIf(file -> file.getValue().equals(before.get(file.getKey())));
        Map<String, ItemView> items = projection.items();
        lock.write(
                session,
                connection -> ReadModelWriter.write(
                        connection, log, version, from + bytesOfEntries.size(), rows, items, changed));
        metrics.added(entries, items);
    }

    /** The devices that these entries are about or come from. */
    private static Set<String> devices(List<Entry> entries) {
        Set<String> devices = devicesMeasured(entries);
        for (Entry entry : entries) {
            if (entry != null && entry.event() instanceof Received received) {
                devices.addAll(DeviceClock.device(received).stream().toList());
            }
        }
        return devices;
    }

    private static Set<String> devicesMeasured(List<Entry> entries) {
        Set<String> devices = new LinkedHashSet<>();
        for (Entry entry : entries) {
            if (entry != null && entry.event() instanceof ClockMeasured measured) {
                devices.add(measured.deviceSerial());
            }
        }
        return devices;
    }

    /** The entry; null where it cannot be read. Then its bytes are kept, and the next entries are added. */
    private Entry decode(long index, byte[] bytes) {
        try {
            return Entry.decode(bytes);
        } catch (MalformedEventException malformed) {
            LOG.error("RM-102 entry {} of {} cannot be read: {}", index, log.value(), malformed.getMessage());
            return null;
        }
    }

    @Override
    public void close() {
        stopped = true;
        if (beside != null) {
            beside.close();
        }
        thread.interrupt();
        lock.close();
        try {
            thread.join(5_000);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
