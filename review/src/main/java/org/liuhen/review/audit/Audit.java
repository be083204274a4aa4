package org.liuhen.review.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.LogVerification;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.Descriptions;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.LogProjection;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.VaultException;

/**
 * Compares what is stored with the published log: the log with its signed head, the bytes of the items, their descriptions, and the rows of the
 * read model. It changes nothing.
 */
public final class Audit {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS_AT_A_TIME = 1_024;

    private final EvidenceStore evidence;
    private final LogStore store;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final ReadModel model;

    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, ItemView> items = new LinkedHashMap<>();
    private final Map<String, CaseFile> cases = new LinkedHashMap<>();
    private final LogProjection projection = new LogProjection(items, cases, new HashMap<>());
    private final Map<String, Stored> stored = new HashMap<>();
    private final List<EntryRow> rows = new ArrayList<>();
    private long followed;

    /** What the record says about the bytes and the descriptions of an item. */
    private static final class Stored {
        private StoredObject object;
        private Sha256Digest sha256;
        private boolean disposed;
        private final List<Described> described = new ArrayList<>(); // the newest counts, the older ones stay stored
    }

    /**
     * The result of an audit.
     *
     * @param checkpoint the signed head; null where there is none that is valid
     * @param items the number of items that were checked
     * @param bytes the number of bytes of evidence that were read
     * @param faults all faults
     */
    public record Report(Checkpoint checkpoint, long items, long bytes, List<Fault> faults) {
        public Report {
            faults = List.copyOf(faults);
        }

        /** Whether there is a signed head and no fault. */
        public boolean verified() {
            return checkpoint != null && faults.isEmpty();
        }
    }

    private Audit(EvidenceStore evidence, LogStore store, LogName log, SignedNote.Verifier key, ReadModel model) {
        this.evidence = evidence;
        this.store = store;
        this.log = log;
        this.key = key;
        this.model = model;
    }

    /**
     * Checks the whole log and all items, or one of them.
     *
     * @param key the key that signs the log
     * @param only the item to be checked; empty for all
     * @throws IOException where the store does not answer
     * @throws SQLException where the read model does not answer
     */
    public static Report run(
            EvidenceStore evidence,
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            ReadModel model,
            Optional<EvidenceId> only)
            throws IOException, SQLException {
        return new Audit(evidence, store, log, key, model).run(only);
    }

    private Report run(Optional<EvidenceId> only) throws IOException, SQLException {
        followed = model.followedSize(log); // read before the log, which may grow meanwhile
        LogVerification.Result result = LogVerification.verify(store, log, key, this::addEntry);
        compareRows();
        faults.addAll(0, result.faults());
        if (result.checkpoint() != null && followed > result.checkpoint().size()) {
            faults.add(new Fault.RolledBack(followed, result.checkpoint().size()));
        }
        if (!model.isOfOtherVersion()) { // another version has computed them by other rules
            compareCases();
            compareItems(store, only);
        }
        long bytes = 0;
        long checked = 0;
        for (Map.Entry<String, Stored> item : stored.entrySet()) {
            if (only.isEmpty() || only.get().value().equals(item.getKey())) {
                bytes += readBack(store, new EvidenceId(item.getKey()), item.getValue());
                checked++;
            }
        }
        return new Report(result.checkpoint(), checked, bytes, faults);
    }

    private void addEntry(long index, byte[] bytes, Entry entry) throws IOException {
        EntryRow row = EntryRow.of(log, index, bytes, entry);
        if (index < followed) {
            rows.add(row);
            if (rows.size() == ROWS_AT_A_TIME) {
                try {
                    compareRows();
                } catch (SQLException failed) {
                    throw new IOException(failed);
                }
            }
        }
        if (index < followed) {
            projection.add(entry, row);
        }
        if (entry.chain().equals(Entry.LOG_CHAIN)) {
            return;
        }
        Stored item = stored.computeIfAbsent(entry.chain(), id -> new Stored());
        CustodyEvent event = entry.event();
        if (event instanceof Received received) {
            item.object = received.object();
        } else if (event instanceof Verified verified) {
            item.sha256 = verified.sha256();
        } else if (event instanceof Rejected rejected) {
            item.sha256 = rejected.sha256();
        } else if (event instanceof Described described) {
            item.described.add(described);
        } else if (event instanceof Disposed) {
            item.object = null; // its tombstone has replaced it
            item.disposed = true;
        }
    }

    /** Compares the entries since the last comparison with the rows at their places. */
    private void compareRows() throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Map<Long, EntryRow> found = model.entries()
                .range(log, rows.get(0).index(), rows.get(rows.size() - 1).index() + 1);
        for (EntryRow recorded : rows) {
            EntryRow row = found.get(recorded.index());
            if (!recorded.equals(row)) {
                faults.add(new Fault.ReadModelDiffers(
                        "entry",
                        log.value() + "/" + recorded.index(),
                        describe(recorded),
                        row == null ? "nothing" : describe(row)));
            }
        }
        rows.clear();
    }

    /** Compares the cases. Where the follower has added entries meanwhile, they are left to the next audit. */
    private void compareCases() throws SQLException {
        Map<String, CaseFile> found = model.cases().byIds(log, null);
        if (model.followedSize(log) == followed && !found.equals(cases)) {
            faults.add(new Fault.ReadModelDiffers("casefile", log.value(), cases.toString(), found.toString()));
        }
    }

    /** Compares the items. Where the follower adds entries meanwhile, the items that differ are computed up to its place and compared again. */
    private void compareItems(LogStore store, Optional<EvidenceId> only) throws IOException, SQLException {
        Set<String> suspects =
                new LinkedHashSet<>(only.isPresent() ? List.of() : model.items().ids(log));
        suspects.addAll(only.isPresent() ? List.of(only.get().value()) : items.keySet());
        while (true) {
            suspects = differing(suspects);
            long now = model.followedSize(log);
            if (suspects.isEmpty() || now == followed) {
                break;
            }
            Tiles tiles = new Tiles(store, now);
            for (; followed < now; followed++) {
                byte[] bytes = tiles.entry(followed);
                try {
                    Entry entry = Entry.decode(bytes);
                    projection.add(entry, EntryRow.of(log, followed, bytes, entry));
                } catch (MalformedEventException damaged) {
                    throw new IOException(damaged);
                }
            }
        }
        for (String id : suspects) {
            String row = model.items().storedByIds(List.of(id)).get(id);
            ItemView item = items.get(id);
            String computed = item == null ? "nothing" : ItemJson.write(item).toString();
            faults.add(new Fault.ReadModelDiffers("evidence", id, computed, row == null ? "nothing" : row));
        }
    }

    private Set<String> differing(Set<String> ids) throws IOException, SQLException {
        Set<String> differing = new LinkedHashSet<>();
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += ROWS_AT_A_TIME) {
            List<String> some = all.subList(from, Math.min(all.size(), from + ROWS_AT_A_TIME));
            Map<String, String> found = model.items().storedByIds(some);
            for (String id : some) {
                ItemView computed = items.get(id);
                String row = found.get(id);
                if (computed == null
                        || row == null
                        || !JSON.readTree(ItemJson.write(computed).toString()).equals(JSON.readTree(row))) {
                    differing.add(id);
                }
            }
        }
        return differing;
    }

    private static String describe(EntryRow row) {
        return row.eventType() + " " + row.chain() + "#" + row.itemSequence() + " by " + row.actor() + ", leaf "
                + row.leaf() + ", " + row.entry().length() + " characters";
    }

    /** Checks what was made from the item: its description names the digests. */
    private void readBackDerived(LogStore store, EvidenceId id, byte[] metadata, boolean disposed) throws IOException {
        for (Descriptions.DerivedFile file : Descriptions.derivedFiles(JSON.readTree(metadata))) {
            Optional<byte[]> bytes = store.read(Described.metadataPath(file.digest()));
            if (bytes.isEmpty() && disposed) {
                continue; // it was removed with the item
            }
            if (bytes.isEmpty() || !Sha256Digest.of(bytes.get()).equals(file.digest())) {
                faults.add(new Fault.AlteredMetadata(id, file.digest()));
            }
        }
    }

    private long readBack(LogStore store, EvidenceId id, Stored item) throws IOException {
        for (Described described : item.described) {
            Optional<byte[]> metadata = store.read(described.metadataPath());
            if (metadata.isEmpty() || !Sha256Digest.of(metadata.get()).equals(described.metadataSha256())) {
                faults.add(new Fault.AlteredMetadata(id, described.metadataSha256()));
            } else {
                readBackDerived(store, id, metadata.get(), item.disposed);
            }
        }
        if (item.object == null || item.sha256 == null) {
            return 0; // not received, or not verified yet
        }
        MessageDigest sha256 = Sha256Digest.algorithm();
        long bytes = 0;
        try (InputStream in = evidence.open(item.object)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
                bytes += read;
            }
        } catch (VaultException missing) {
            if (!missing.code().equals("VT-104")) {
                throw missing;
            }
            faults.add(new Fault.MissingObject(id, item.object.key()));
            return 0;
        }
        Sha256Digest found = Sha256Digest.ofRaw(sha256.digest());
        if (!found.equals(item.sha256)) {
            faults.add(new Fault.AlteredObject(id, item.sha256, found));
        }
        return bytes;
    }
}
