package org.liuhen.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.liuhen.custody.bag.BagWriter;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.RetentionEvent.FixityChecked;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Timestamp;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.custody.verify.LogVerification;
import org.liuhen.intake.Feed;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes packages of approved exports. It reads each original once more and compares, records {@code exported}, waits until
 * the witnesses have seen that, and writes everything of the package but the originals beside the log. It keeps nothing in
 * memory that counts: what is approved says the read model, what is done says the store, and each step may be repeated.
 */
final class ExportBuilder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExportBuilder.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long EVERY_MILLIS = 500;

    private final Vault vault;
    private final LogName log;
    private final LogStore store;
    private final SignedNote.Signer signer;
    private final Sm2 sm2;
    private final Policy policy;
    private final SignedNote.Verifier key;
    private final ReadModel model;
    private final Follower follower;
    private final Feed feed;
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Map<String, String> waiting = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    ExportBuilder(
            Vault vault,
            LogName log,
            SignedNote.Verifier key,
            SignedNote.Signer signer,
            Sm2 sm2,
            Policy policy,
            ReadModel model,
            Follower follower,
            Feed feed) {
        this.sm2 = sm2;
        this.vault = vault;
        this.log = log;
        this.store = vault.log(log);
        this.key = key;
        this.signer = signer;
        this.policy = policy;
        this.model = model;
        this.follower = follower;
        this.feed = feed;
        thread = new Thread(this::run, "export-builder");
        thread.setDaemon(true);
        thread.start();
    }

    /** What an export waits for, or nothing. */
    Optional<String> waitsFor(String exportId) {
        return Optional.ofNullable(waiting.get(exportId));
    }

    private void run() {
        while (!stopped) {
            try {
                List<String> approved = follower.leads() ? model.items().approvedExports(log) : List.of();
                waiting.keySet().retainAll(approved); // where another process makes them, only that one knows
                for (String id : approved) {
                    if (!done.contains(id)) {
                        tryToAdvance(id);
                    }
                }
                Thread.sleep(EVERY_MILLIS);
            } catch (SQLException away) {
                LOG.warn("exports: {}", away.getMessage());
                pause();
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(5_000);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryToAdvance(String id) throws SQLException, InterruptedException {
        try {
            advance(id);
        } catch (IOException | FeedUnavailableException | BadNoteException | RuntimeException trouble) {
            if (!String.valueOf(trouble.getMessage()).equals(waiting.put(id, String.valueOf(trouble.getMessage())))) {
                LOG.warn("export {}: {}; trying again", id, trouble.getMessage(), trouble);
            }
        }
    }

    private void advance(String id)
            throws IOException, SQLException, FeedUnavailableException, BadNoteException, InterruptedException {
        String folder = ExportRequest.folder(id);
        Optional<byte[]> asked = store.read(folder + "request.json");
        if (asked.isEmpty()
                || store.read(folder + ExportRequest.LISTING).isPresent()
                || store.read(folder + ExportRequest.FAILED).isPresent()) {
            done.add(id);
            return;
        }
        ExportRequest request = ExportRequest.read(asked.get());
        Map<String, ObjectNode> items = model.items().byIds(request.items());
        boolean allExported = true;
        for (String item : request.items()) {
            String stage = items.get(item).path("exports").path(id).asText();
            if (stage.equals("requested")) {
                waiting.put(id, "a second person's approval");
                return;
            }
            if (stage.equals("approved")) {
                allExported = false;
                if (!readAndRecord(request, item, items.get(item))) {
                    return;
                }
            }
        }
        if (!allExported) {
            waiting.put(id, "the record");
            return; // the follower shows it in a moment
        }
        Optional<byte[]> witnessed = store.read(Tiles.WITNESSED);
        SignedNote head = witnessed.isEmpty() ? null : SignedNote.parse(witnessed.get());
        long size = head == null ? 0 : Checkpoint.parse(head.text()).size();
        Map<String, List<EntryRow>> trails = new LinkedHashMap<>();
        for (String item : request.items()) {
            List<EntryRow> trail = trail(item, id);
            if (trail.get(trail.size() - 1).index() >= size) {
                waiting.put(id, "the witnesses");
                return;
            }
            trails.put(item, trail);
        }
        pack(request, items, trails, head);
        waiting.remove(id);
        done.add(id);
    }

    /** The rows of an item up to the one that says that this export took it. */
    private List<EntryRow> trail(String item, String exportId) throws SQLException {
        List<EntryRow> trail = new ArrayList<>();
        for (EntryRow row : model.entries().chain(item)) {
            trail.add(row);
            if (row.eventType().equals("exported") && row.entry().contains("\"exportId\":\"" + exportId + "\"")) {
                return trail;
            }
        }
        throw new IllegalStateException("The read model knows of the export of " + item + " and lacks its entry");
    }

    /** Reads the original once more; only if it is what the record says is it exported. */
    private boolean readAndRecord(ExportRequest request, String item, ObjectNode document)
            throws IOException, FeedUnavailableException {
        requireLead();
        JsonNode read = originalOf(request.id(), item, document);
        Sha256Digest found = new Sha256Digest(read.get("sha256").asText());
        Sha256Digest recorded = new Sha256Digest(document.get("sha256").asText());
        EvidenceId id = new EvidenceId(item);
        if (!found.equals(recorded)) {
            EventContext context = context(FixityChecked.class, request, id);
            feed.append(
                    log,
                    new FixityChecked(
                            context,
                            ItemProjection.storedObject(document),
                            read.get("size").asLong(),
                            found,
                            false));
            String why = "RV-110 " + item + " does not have the digest of the record any more: " + found.hex()
                    + " instead of " + recorded.hex() + ". Nothing is exported; verify it and restore the object";
            store.write(
                    ExportRequest.folder(request.id()) + ExportRequest.FAILED, why.getBytes(StandardCharsets.UTF_8));
            done.add(request.id());
            return false;
        }
        feed.append(
                log,
                new Exported(
                        context(Exported.class, request, id),
                        request.id(),
                        request.recipient(),
                        request.items().size(),
                        request.itemsSha256(),
                        found));
        return true;
    }

    private static EventContext context(
            Class<? extends org.liuhen.custody.event.CustodyEvent> type, ExportRequest request, EvidenceId id) {
        return new EventContext(
                EventContext.idFor(type, request.id() + "\n" + id),
                id,
                Instant.now(),
                new EventContext.Clock("host", null),
                Actor.component("export"),
                request.requestedBy(),
                request.purpose(),
                request.id(),
                new EventContext.Instrument("review", EventContext.VERSION));
    }

    /** Size and digests of an original, read once for each export and kept beside the log. */
    private JsonNode originalOf(String exportId, String item, JsonNode document) throws IOException {
        String path = ExportRequest.folder(exportId) + "originals/" + item;
        Optional<byte[]> kept = store.read(path);
        if (kept.isPresent()) {
            return JSON.readTree(kept.get());
        }
        MessageDigest sha256 = Sha256Digest.algorithm();
        MessageDigest sha512;
        try {
            sha512 = MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-512", impossible);
        }
        CRC32 crc = new CRC32();
        long size = 0;
        try (InputStream in = vault.open(ItemProjection.storedObject(document))) {
            byte[] buffer = new byte[1 << 18];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
                sha512.update(buffer, 0, read);
                crc.update(buffer, 0, read);
                size += read;
            }
        }
        ObjectNode read = JSON.createObjectNode();
        read.put("sha256", HexFormat.of().formatHex(sha256.digest()));
        read.put("sha512", HexFormat.of().formatHex(sha512.digest()));
        read.put("crc32", crc.getValue()).put("size", size);
        store.write(path, JSON.writeValueAsBytes(read));
        return read;
    }

    private void pack(
            ExportRequest request, Map<String, ObjectNode> items, Map<String, List<EntryRow>> trails, SignedNote head)
            throws IOException, BadNoteException, InterruptedException {
        String folder = ExportRequest.folder(request.id());
        ArrayNode listing = JSON.createArrayNode();
        BagWriter writer = new BagWriter(request.id(), signer, sm2, (path, bytes) -> {
            requireLead();
            store.write(folder + "files/" + path, bytes);
            CRC32 crc = new CRC32();
            crc.update(bytes);
            listing.addObject().put("path", path).put("size", bytes.length).put("crc32", crc.getValue());
        });
        Tiles tiles = new Tiles(store, Checkpoint.parse(head.text()).size());
        for (String item : request.items()) {
            ObjectNode document = items.get(item);
            JsonNode original = originalOf(request.id(), item, document);
            FileName name = new FileName(document.get("fileName").asText());
            listing.addObject()
                    .put("path", BagWriter.originalPath(item, name))
                    .put("size", original.get("size").asLong())
                    .put("crc32", original.get("crc32").asLong())
                    .put("evidenceId", item);
            writer.item(item, bagItem(name, original, trails.get(item), tiles, head, item));
        }
        for (Map.Entry<String, Policy.Authority> authority :
                policy.authorities().entrySet()) {
            if (authority.getValue().url() != null) {
                writer.add(
                        "data/timestamps/" + authority.getKey() + ".tsr",
                        Timestamp.request(authority.getValue(), head.text()));
            }
        }
        writer.add("policy", trust().getBytes(StandardCharsets.UTF_8));
        writer.add("data/export.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(account(request)));
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Source-Organization", log.value());
        facts.put("External-Identifier", request.id());
        facts.put("External-Description", request.purpose());
        facts.put("Contact-Name", request.requestedBy());
        facts.put("Bagging-Date", LocalDate.now(ZoneOffset.UTC).toString());
        facts.put("Bag-Software-Agent", "liuhen " + EventContext.VERSION);
        facts.put("Recipient", request.recipient());
        writer.finish(facts);
        requireLead();
        store.write(folder + ExportRequest.LISTING, JSON.writeValueAsBytes(listing));
    }

    /** A package of two processes' files would not verify. */
    private void requireLead() throws IOException {
        if (!follower.leads()) {
            throw new IOException("another process follows the log now and makes this package");
        }
    }

    private BagWriter.Item bagItem(
            FileName name, JsonNode original, List<EntryRow> rows, Tiles tiles, SignedNote head, String item)
            throws IOException {
        List<byte[]> trail = new ArrayList<>();
        byte[] metadata = null;
        for (EntryRow row : rows) {
            trail.add(tiles.entry(row.index())); // the log says what happened; the database only where
            JsonNode event = JSON.readTree(row.entry()).get("event");
            if (row.eventType().equals("described")) {
                metadata = store.read("metadata/" + event.get("metadataSha256").asText())
                        .orElse(null);
            }
        }
        EntryRow last = rows.get(rows.size() - 1);
        TlogProof proof = TlogProof.of(tiles, last.index(), null, head);
        byte[] receipt = receiptIn(trail, item);
        return new BagWriter.Item(
                name,
                original.get("size").asLong(),
                new BagWriter.Digests(
                        original.get("sha256").asText(), original.get("sha512").asText()),
                trail,
                proof,
                metadata,
                receipt);
    }

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

    /** Whom to trust, as the exporter names it. The recipient compares it with what he knows. */
    private String trust() {
        return TrustPolicy.text(policy, signer.verifier(), sm2);
    }

    /** Who asked for what and why, and which faults of the log were known when the package was made. */
    private ObjectNode account(ExportRequest request) throws IOException {
        ObjectNode account = request.json();
        account.put("site", log.value());
        LogVerification.Result result = LogVerification.verify(store, log, key);
        ArrayNode faults = account.putArray("faultsOfTheLog");
        result.faults().forEach(fault -> faults.add(CustodyChain.fault(fault)));
        return account;
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
