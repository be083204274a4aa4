package org.liuhen.review.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.liuhen.custody.bag.BagItem;
import org.liuhen.custody.bag.BagWriter;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Timestamp;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.custody.verify.LogVerification;
import org.liuhen.review.audit.CustodyChain;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the package of an export beside the log: everything but the originals ({@code docs/formats/bag.md}). */
final class PackageWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PackageWriter.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogStore store;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final SignedNote.Signer signer;
    private final Sm2 sm2;
    private final Policy policy;
    private final ExportOriginals originals;
    private final Follower follower;

    PackageWriter(
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            SignedNote.Signer signer,
            Sm2 sm2,
            Policy policy,
            ExportOriginals originals,
            Follower follower) {
        this.store = store;
        this.log = log;
        this.key = key;
        this.signer = signer;
        this.sm2 = sm2;
        this.policy = policy;
        this.originals = originals;
        this.follower = follower;
    }

    /**
     * Writes the package, and its list of files last: where the list is there, the package is complete.
     *
     * @param items the items, by ID
     * @param trails the entries of each item that go into the package, by ID
     * @param head the witnessed head of the log that the proofs lead to
     * @throws IOException where the store does not answer, or another process has begun to follow the log
     * @throws BadNoteException where the head cannot be read
     */
    void write(ExportRequest request, Map<String, ItemView> items, Map<String, List<EntryRow>> trails, SignedNote head)
            throws IOException, BadNoteException, InterruptedException {
        Map<String, byte[]> timestamps = new LinkedHashMap<>(); // before anything is written: an authority may be away
        for (Map.Entry<String, Policy.Authority> authority :
                policy.authorities().entrySet()) {
            if (authority.getValue().url() != null) {
                timestamps.put(authority.getKey(), Timestamp.request(authority.getValue(), head.text()));
            }
        }
        String folder = ExportRequest.folder(request.id());
        ArrayNode listing = JSON.createArrayNode();
        BagWriter writer = new BagWriter(request.id(), signer, sm2, (path, bytes) -> {
            follower.requireLeading();
            store.write(folder + "files/" + path, bytes);
            CRC32 crc = new CRC32();
            crc.update(bytes);
            listing.addObject().put("path", path).put("size", bytes.length).put("crc32", crc.getValue());
        });
        Tiles tiles = new Tiles(store, Checkpoint.parse(head.text()).size());
        for (String item : request.items()) {
            ItemView document = items.get(item);
            JsonNode original = originals.digests(request.id(), item, document);
            FileName name = new FileName(document.fileName());
            listing.addObject()
                    .put("path", BagWriter.originalPath(item, name))
                    .put("size", original.get("size").asLong())
                    .put("crc32", original.get("crc32").asLong())
                    .put("evidenceId", item);
            writer.item(item, bagItem(name, original, trails.get(item), tiles, head, item));
        }
        for (Map.Entry<String, byte[]> timestamp : timestamps.entrySet()) {
            writer.add("data/timestamps/" + timestamp.getKey() + ".tsr", timestamp.getValue());
        }
        writer.add("policy", TrustPolicy.text(policy, signer.verifier(), sm2).getBytes(StandardCharsets.UTF_8));
        writer.add("data/export.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(account(request)));
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Source-Organization", log.value());
        facts.put("External-Identifier", request.id());
        facts.put("External-Description", request.purpose());
        facts.put("Contact-Name", request.requestedBy());
        facts.put("Bagging-Date", LocalDate.now(ZoneId.systemDefault()).toString());
        facts.put("Bag-Software-Agent", "liuhen " + EventContext.VERSION);
        facts.put("Recipient", request.recipient());
        writer.finish(facts);
        follower.requireLeading();
        store.write(folder + ExportRequest.LISTING, JSON.writeValueAsBytes(listing));
    }

    private BagItem bagItem(
            FileName name, JsonNode original, List<EntryRow> rows, Tiles tiles, SignedNote head, String item)
            throws IOException {
        List<byte[]> trail = new ArrayList<>();
        byte[] metadata = null;
        for (EntryRow row : rows) {
            trail.add(tiles.entry(row.index())); // from the log; the database only has its place
            JsonNode event = JSON.readTree(row.entry()).get("event");
            if (row.eventType().equals("described")) {
                metadata = store.read("metadata/" + event.get("metadataSha256").asText())
                        .orElse(null);
            }
        }
        EntryRow last = rows.get(rows.size() - 1);
        TlogProof proof = TlogProof.of(tiles, last.index(), null, head);
        byte[] receipt = receiptIn(trail, item);
        return new BagItem(
                name,
                original.get("size").asLong(),
                new BagItem.Digests(
                        original.get("sha256").asText(), original.get("sha512").asText()),
                trail,
                proof,
                metadata,
                receipt);
    }

    /** The receipt of the item; null where there is none for one of these entries. */
    private byte[] receiptIn(List<byte[]> trail, String item) throws IOException {
        Optional<byte[]> receipt = store.read(TlogProof.receiptPath(new EvidenceId(item)));
        try {
            byte[] entry =
                    receipt.isEmpty() ? null : TlogProof.parse(receipt.get()).entry();
            return trail.stream().anyMatch(line -> java.util.Arrays.equals(line, entry)) ? receipt.get() : null;
        } catch (BadNoteException damaged) {
            LOG.error("the receipt of {} is damaged and is left out: {}", item, damaged.getMessage());
            return null;
        }
    }

    /** Who asked for what and why, and the faults of the log that were known when the package was made. */
    private ObjectNode account(ExportRequest request) throws IOException {
        ObjectNode account = request.json();
        account.put("site", log.value());
        LogVerification.Result result = LogVerification.verify(store, log, key);
        ArrayNode faults = account.putArray("faultsOfTheLog");
        result.faults().forEach(fault -> faults.add(CustodyChain.fault(fault)));
        return account;
    }
}
