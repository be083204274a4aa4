package org.liuhen.review.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.RetentionEvent.FixityChecked;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView;
import org.liuhen.storage.EvidenceStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the packages of approved exports. It reads each original again and compares its digest, records {@code exported}, waits until the
 * witnesses have cosigned that, and writes the package. The read model says which exports are approved, the store says which packages are
 * made, and each step may be repeated. So nothing is lost when the process ends.
 */
final class ExportBuilder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExportBuilder.class);
    private static final long EVERY_MILLIS = 500;

    /** A package that could not be made is tried again after this time. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LogName log;
    private final LogStore store;
    private final ExportOriginals originals;
    private final PackageWriter packages;
    private final ReadModel model;
    private final Follower follower;
    private final Feed feed;
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Map<String, String> waiting = new ConcurrentHashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    ExportBuilder(
            EvidenceStore evidence,
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            SignedNote.Signer signer,
            Sm2 sm2,
            Policy policy,
            ReadModel model,
            Follower follower,
            Feed feed) {
        this.log = log;
        this.store = store;
        this.model = model;
        this.follower = follower;
        this.feed = feed;
        this.originals = new ExportOriginals(evidence, store);
        this.packages = new PackageWriter(store, log, key, signer, sm2, policy, originals, follower);
        thread = new Thread(this::run, "export-builder");
        thread.setDaemon(true);
        thread.start();
    }

    /** The reason why a package is not made yet; empty where this process knows none. */
    Optional<String> waitsFor(String exportId) {
        return Optional.ofNullable(waiting.get(exportId));
    }

    private void run() {
        while (!stopped) {
            try {
                List<String> approved = follower.leads() ? model.items().approvedExports(log) : List.of();
                waiting.keySet().retainAll(approved); // exports that another process makes are left out
                notBefore.keySet().retainAll(approved);
                for (String id : approved) {
                    if (!done.contains(id) && notBefore.getOrDefault(id, System.nanoTime()) - System.nanoTime() <= 0) {
                        tryToAdvance(id);
                    }
                }
                Thread.sleep(EVERY_MILLIS);
            } catch (SQLException | RuntimeException failed) { // packages are made once it works again
                LOG.warn("exports: {}", failed.toString());
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
            notBefore.put(id, System.nanoTime() + AGAIN_NANOS);
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
        Map<String, ItemView> items = model.items().byIds(request.items());
        for (String item : request.items()) { // before anything is read or recorded: all of them, or none
            String stage = items.get(item).export(id).orElse("");
            if (stage.equals("refused") || stage.equals("withdrawn")) {
                waiting.remove(id);
                done.add(id);
                return;
            }
            if (stage.equals("requested")) {
                waiting.put(id, "a second person's approval");
                return;
            }
        }
        boolean allExported = true;
        for (String item : request.items()) {
            String stage = items.get(item).export(id).orElse("");
            if (stage.equals("approved")) {
                allExported = false;
                if (!readAndRecord(request, item, items.get(item))) {
                    return;
                }
            }
        }
        if (!allExported) {
            waiting.put(id, "the record");
            return; // the follower adds it soon
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
        packages.write(request, items, trails, head);
        waiting.remove(id);
        done.add(id);
    }

    /** The entries of an item, up to the one that records this export. */
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

    /** Reads the original and records {@code exported} where it has the digest of the record. Returns whether it has. */
    private boolean readAndRecord(ExportRequest request, String item, ItemView document)
            throws IOException, FeedUnavailableException {
        follower.requireLeading();
        JsonNode read = originals.digests(request.id(), item, document);
        Sha256Digest found = new Sha256Digest(read.get("sha256").asText());
        Sha256Digest recorded = document.sha256().orElseThrow();
        EvidenceId id = new EvidenceId(item);
        if (!found.equals(recorded)) {
            EventContext context = context(FixityChecked.class, request, id);
            feed.append(
                    log,
                    new FixityChecked(
                            context,
                            document.object().orElseThrow(),
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
