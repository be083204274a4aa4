package org.liuhen.review.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.liuhen.custody.event.CustodyEvent.StoredObject;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.LogVerification;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.LogProjection;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

/**
 * Compares everything with the published log: the log with its own signed head, the stored bytes, the descriptions, and the
 * read model row by row. It reads; it changes nothing.
 */
public final class Audit {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS_AT_A_TIME = 1_024;

    private final Vault vault;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final ReadModel model;

    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, ObjectNode> items = new LinkedHashMap<>();
    private final Map<String, CaseFile> cases = new LinkedHashMap<>();
    private final LogProjection documents = new LogProjection(items, cases, new HashMap<>());
    private final Map<String, Stored> stored = new HashMap<>();
    private final List<EntryRow> rows = new ArrayList<>();
    private long followed;

    /** What the record says of an item's bytes and of its description. */
    private static final class Stored {
        private StoredObject object;
        private Sha256Digest sha256;
        private final List<Described> described = new ArrayList<>(); // the newest is shown, the others stay
    }

    /**
     * What was checked and what was found.
     *
     * @param checkpoint the signed head, or null if there is no good one
     * @param items how many items were checked
     * @param bytes how many bytes of evidence were read
     * @param faults every fault
     */
    public record Report(Checkpoint checkpoint, long items, long bytes, List<Fault> faults) {
        public Report {
            faults = List.copyOf(faults);
        }

        /** Whether nothing is wrong. */
        public boolean verified() {
            return checkpoint != null && faults.isEmpty();
        }
    }

    private Audit(Vault vault, LogName log, SignedNote.Verifier key, ReadModel model) {
        this.vault = vault;
        this.log = log;
        this.key = key;
        this.model = model;
    }

    /** Checks the whole log, and of the items either all or only this one. */
    public static Report run(
            Vault vault, LogName log, SignedNote.Verifier key, ReadModel model, Optional<EvidenceId> only)
            throws IOException, SQLException {
        return new Audit(vault, log, key, model).run(only);
    }

    private Report run(Optional<EvidenceId> only) throws IOException, SQLException {
        LogStore store = vault.log(log);
        followed = model.followedSize(log); // first this, then the log: a log that grows meanwhile is not behind
        LogVerification.Result result = LogVerification.verify(store, log, key, this::see);
        compareRows();
        faults.addAll(0, result.faults());
        if (result.checkpoint() != null && followed > result.checkpoint().size()) {
            faults.add(new Fault.RolledBack(followed, result.checkpoint().size()));
        }
        compareCases();
        compareItems(store, only);
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

    private void see(long index, byte[] bytes, Entry entry) throws IOException {
        EntryRow row = EntryRow.of(log, index, bytes, entry);
        if (index < followed) {
            rows.add(row);
            if (rows.size() == ROWS_AT_A_TIME) {
                try {
                    compareRows();
                } catch (SQLException away) {
                    throw new IOException(away);
                }
            }
        }
        if (index < followed) {
            documents.add(entry, row);
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
            item.object = null; // its tombstone says that it ended
        }
    }

    /** Compares the rows seen since the last comparison with those that the read model holds at their places. */
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
                        shown(recorded),
                        row == null ? "nothing" : shown(row)));
            }
        }
        rows.clear();
    }

    /** Who may see a case is told by the record alone. Where the follower has moved on meanwhile, the next audit compares. */
    private void compareCases() throws SQLException {
        Map<String, CaseFile> found = model.cases().byIds(log, null);
        if (model.followedSize(log) == followed && !found.equals(cases)) {
            faults.add(new Fault.ReadModelDiffers("casefile", log.value(), cases.toString(), found.toString()));
        }
    }

    /** Where the follower moves on during the comparison, what differs is brought to its new place and compared again. */
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
                    documents.add(entry, EntryRow.of(log, followed, bytes, entry));
                } catch (MalformedEventException damaged) {
                    throw new IOException(damaged);
                }
            }
        }
        for (String id : suspects) {
            Object row = model.items().byIds(List.of(id)).get(id);
            faults.add(new Fault.ReadModelDiffers("evidence", id, text(items.get(id)), text(row)));
        }
    }

    private static String text(Object document) {
        return document == null ? "nothing" : document.toString();
    }

    private Set<String> differing(Set<String> ids) throws IOException, SQLException {
        Set<String> differing = new LinkedHashSet<>();
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += ROWS_AT_A_TIME) {
            List<String> some = all.subList(from, Math.min(all.size(), from + ROWS_AT_A_TIME));
            Map<String, ObjectNode> found = model.items().byIds(some);
            for (String id : some) {
                ObjectNode recorded = items.get(id);
                // Read again from text, because numbers have one width there.
                if (recorded == null || !JSON.readTree(recorded.toString()).equals(found.get(id))) {
                    differing.add(id);
                }
            }
        }
        return differing;
    }

    private static String shown(EntryRow row) {
        return row.eventType() + " " + row.chain() + "#" + row.itemSequence() + " by " + row.actor() + ", leaf "
                + row.leaf() + ", " + row.entry().length() + " characters";
    }

    /** A description names by their digests what was made from the item. */
    private void readBackMade(LogStore store, EvidenceId id, byte[] metadata) throws IOException {
        for (Descriptions.Made made : Descriptions.made(JSON.readTree(metadata))) {
            Optional<byte[]> bytes = store.read(Described.metadataPath(made.digest()));
            if (bytes.isEmpty() || !Sha256Digest.of(bytes.get()).equals(made.digest())) {
                faults.add(new Fault.AlteredMetadata(id, made.digest()));
            }
        }
    }

    private long readBack(LogStore store, EvidenceId id, Stored item) throws IOException {
        for (Described described : item.described) {
            Optional<byte[]> metadata = store.read(described.metadataPath());
            if (metadata.isEmpty() || !Sha256Digest.of(metadata.get()).equals(described.metadataSha256())) {
                faults.add(new Fault.AlteredMetadata(id, described.metadataSha256()));
            } else {
                readBackMade(store, id, metadata.get());
            }
        }
        if (item.object == null || item.sha256 == null) {
            return 0; // not complete, or not read back yet
        }
        MessageDigest sha256 = Sha256Digest.algorithm();
        long bytes = 0;
        try (InputStream in = vault.open(item.object)) {
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
