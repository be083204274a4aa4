package org.liuhen.station;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.DescriptionFailed;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.LogEvent.FeedRestored;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Parts;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote.Verifier;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.LogVerification;
import org.liuhen.feed.Feed;
import org.liuhen.ingest.IngestJob;
import org.liuhen.storage.Vault;

/**
 * Writes the feed of a site anew from its published log, when Kafka has lost it: each entry's event with the time at which the record took it, so
 * that the record job, which reads it from its beginning, comes to the same log (decision 0038). Nothing else may run.
 *
 * <p>Everything that is to be known of the new feed is known and set before its first record is written. So a run that dies leaves a feed that
 * is shorter than the log, to which no part adds anything (FD-105), and the next run begins with an empty one.
 */
final class FeedRestore {

    /** The folder of a log with what was beyond its head of some size when its feed was restored. */
    private static final String UNPUBLISHED = "unpublished/";

    private static final int TELL_EVERY = 100_000;
    private static final int SETTLE_EVERY = 10_000;

    private final Vault vault;
    private final String reason;
    private final Consumer<String> progress;
    private final List<Site> sites = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();

    /** A record on its way to the brokers, with the time that it is to have. */
    private record Sent(Future<RecordMetadata> written, long millis) {}

    /**
     * What came of one site.
     *
     * @param head the published head, which the record job comes to again
     * @param onTheirWay how many items are verified, described or sealed once more, and descriptions made that were asked for
     * @param announcedAgain how many uploads had been acknowledged and are not in the log; the next intake announces them
     * @param gone uploads that had been acknowledged and are neither in the log nor in the vault
     */
    record Restored(Checkpoint head, int onTheirWay, int announcedAgain, List<EvidenceId> gone) {
        Restored {
            gone = List.copyOf(gone);
        }
    }

    /** One site, as its log says that it is. */
    private final class Site {
        private final LogName name;
        private final Verifier key;
        private final Checkpoint head;
        private final byte[] restored;
        private final Set<EvidenceId> received = new HashSet<>();

        /** The events that begin what had not come to its end: by item, and by request to describe one again. */
        private final Map<String, byte[]> begun = new LinkedHashMap<>();

        /** The IDs of both answers that a request can get, with that of the request. */
        private final Map<String, String> answers = new HashMap<>();

        Site(LogName name, Verifier key) throws IOException {
            this.name = name;
            this.key = key;
            head = read(this::look);
            restored = CanonicalJson.encode(new FeedRestored(
                    EventContext.of(
                            EventContext.idFor(FeedRestored.class, head.size() + "\n" + head.root()),
                            null,
                            Instant.now(),
                            Actor.component("restore-feed"),
                            reason,
                            "restore-feed"),
                    head.size(),
                    head.root()));
        }

        /**
         * Reads and verifies the whole log. That somebody's own signature in it is not good, or that somebody answered for another unit, is a fault
         * of that entry, which is written again as it is; all other faults mean that it is not the log.
         */
        private Checkpoint read(LogVerification.Visitor visitor) throws IOException {
            LogVerification.Result result = LogVerification.verify(vault.log(name), name, key, visitor);
            for (Fault fault : result.faults()) {
                if (!(fault instanceof Fault.BadPersonalSignature || fault instanceof Fault.NotOfTheUnit)) {
                    throw new IOException("FD-106 the published log of " + name.value()
                            + " does not hold, so nothing can be restored from it: " + fault.code() + " " + fault
                            + ". Restore the log first, from a copy whose head a witness has seen");
                }
            }
            return result.checkpoint();
        }

        private void look(long index, byte[] bytes, Entry entry) throws IOException {
            byte[] event = eventIn(index, bytes, entry);
            EvidenceId item = entry.event().context().evidenceId();
            String id = entry.event().context().eventId();
            if (entry.event() instanceof Received) {
                received.add(item);
                begun.put(item.value(), event);
            } else if (entry.event() instanceof Sealed || entry.event() instanceof Disposed) {
                begun.remove(item.value());
            } else if (entry.event() instanceof DescriptionRequested) {
                begun.put(id, event);
                answers.put(EventContext.idFor(Described.class, id), id);
                answers.put(EventContext.idFor(DescriptionFailed.class, id), id);
            }
            String answer = answers.remove(entry.event() instanceof Refused refused ? refused.refusedEventId() : id);
            if (answer != null) {
                begun.remove(answer);
            }
        }

        private byte[] eventIn(long index, byte[] bytes, Entry entry) throws IOException {
            long millis = entry.recordedAt().toEpochMilli();
            if (!Instant.ofEpochMilli(millis).equals(entry.recordedAt())) {
                throw new IOException("FD-106 entry " + index + " of " + name.value()
                        + " has a time that no broker gave: " + entry.recordedAt());
            }
            try {
                return entry.eventIn(bytes);
            } catch (MalformedEventException later) {
                throw new IOException(
                        "FD-106 entry " + index + " of " + name.value()
                                + " was written by a later version of this program. Use that one",
                        later);
            }
        }

        /** How many records it has in the new feed. */
        long records() {
            return head.size() + 1 + begun.size();
        }

        int partition(int partitions) {
            return Feed.partitionOf(name, partitions);
        }

        /**
         * The new feed gives other entries behind the head than the lost one would have, and a tile is written once: what a publication left
         * there that died before its checkpoint goes to another folder. Nobody signed it.
         */
        private void setAside() throws IOException {
            LogStore log = vault.log(name);
            for (String path : log.list("tile")) {
                if (Tiles.isBeyond(path, head.size())) {
                    log.write(
                            UNPUBLISHED + head.size() + "/" + path,
                            log.read(path).orElseThrow());
                    log.remove(path);
                    progress.accept(path + " of " + name.value() + " is beyond the head: it is in " + UNPUBLISHED
                            + head.size() + " now");
                }
            }
        }

        /** Offers uploads that the record does not know to the next intake. */
        private Restored announceAgain() throws IOException {
            int again = 0;
            List<EvidenceId> gone = new ArrayList<>();
            for (EvidenceId id : vault.uploads().announced(name)) {
                if (received.contains(id)) {
                    continue;
                }
                if (vault.uploads().unannounce(name, id)) {
                    again++;
                } else {
                    gone.add(id);
                }
            }
            return new Restored(head, begun.size(), again, gone);
        }
    }

    /**
     * Reads and verifies the logs, and changes nothing yet.
     *
     * @param keys all sites that were in the feed, each with the key of its log
     * @param reason why, for the record
     */
    FeedRestore(Vault vault, Map<LogName, Verifier> keys, String reason, Consumer<String> progress) throws IOException {
        this.vault = vault;
        this.reason = reason;
        this.progress = progress;
        for (Map.Entry<LogName, Verifier> one : keys.entrySet()) {
            Site site = new Site(one.getKey(), one.getValue());
            sites.add(site);
            progress.accept("the published log of " + site.name.value() + " holds: " + site.head.size() + " entries");
        }
    }

    /**
     * Restores the feed of these sites.
     *
     * @param kafka the settings of a Kafka client
     * @param folder the folder of keys; the list of the parts' keys in it ({@link Parts}) is made to fit the new feed
     */
    Map<LogName, Restored> restore(Map<String, String> kafka, Path folder) throws Exception {
        Map<LogName, Restored> done = new LinkedHashMap<>();
        try (Admin admin = Admin.create(new HashMap<>(kafka))) {
            int partitions = FeedTopic.requireEmpty(admin);
            FeedTopic.keepTimes(admin, "CreateTime");
            Map<String, Long> unsigned = prepare(admin, partitions, folder);
            for (Site site : sites) {
                site.setAside();
                done.put(site.name, site.announceAgain());
            }
            write(kafka);
            FeedTopic.keepTimes(admin, FeedTopic.BROKERS);
            Map<TopicPartition, Long> ends = FeedTopic.ends(admin, partitions);
            for (Site site : sites) {
                long end = ends.get(new TopicPartition(CustodyEvent.TOPIC, site.partition(partitions)));
                if (end != unsigned.get(site.name.value())) {
                    throw new IOException("FD-107 the new feed ends at " + end + ", not at "
                            + unsigned.get(site.name.value())
                            + ": something else writes into it. Stop all parts, delete the"
                            + " topic, and begin again");
                }
            }
        }
        return done;
    }

    /**
     * Sets where the ingest job goes on, behind what is in the log and before what had not come to its end; and what counts unsigned.
     *
     * @return each log with the offset at which its partition will end
     */
    private Map<String, Long> prepare(Admin admin, int partitions, Path folder) throws Exception {
        long[] entries = new long[partitions];
        long[] all = new long[partitions];
        for (Site site : sites) {
            entries[site.partition(partitions)] += site.head.size();
            all[site.partition(partitions)] += site.records();
        }
        Map<TopicPartition, OffsetAndMetadata> from = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            from.put(new TopicPartition(CustodyEvent.TOPIC, i), new OffsetAndMetadata(entries[i]));
        }
        admin.alterConsumerGroupOffsets(IngestJob.NAME, from).all().get();
        Map<String, Long> unsigned = new LinkedHashMap<>();
        for (Site site : sites) {
            unsigned.put(site.name.value(), all[site.partition(partitions)]);
        }
        Parts.restored(folder, unsigned);
        return unsigned;
    }

    private void write(Map<String, String> kafka) throws Exception {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (Site site : sites) {
                Checkpoint again = site.read((index, bytes, entry) -> {
                    send(producer, site, site.eventIn(index, bytes, entry), entry.recordedAt());
                    if ((index + 1) % TELL_EVERY == 0) {
                        progress.accept((index + 1) + " of " + site.head.size() + " events written");
                    }
                });
                if (!again.equals(site.head)) {
                    throw new IOException("FD-107 the published log of " + site.name.value()
                            + " grew meanwhile: a record job runs. Stop it, delete the topic, and begin again");
                }
            }
            Instant now = Instant.now();
            for (Site site : sites) {
                send(producer, site, site.restored, now);
                for (byte[] event : site.begun.values()) {
                    send(producer, site, event, now);
                }
            }
            settle();
        }
    }

    private void send(KafkaProducer<String, byte[]> producer, Site site, byte[] event, Instant at) throws IOException {
        long millis = at.toEpochMilli();
        ProducerRecord<String, byte[]> fed =
                new ProducerRecord<>(CustodyEvent.TOPIC, null, millis, site.name.value(), event);
        sent.add(new Sent(producer.send(fed), millis));
        if (sent.size() == SETTLE_EVERY) {
            settle();
        }
    }

    /** Waits until all that was sent is acknowledged, each with its own time. */
    private void settle() throws IOException {
        try {
            for (Sent one : sent) {
                if (one.written().get().timestamp() != one.millis()) {
                    throw new IOException("a broker gave its own time");
                }
            }
            sent.clear();
        } catch (ExecutionException | IOException failed) {
            throw new IOException(
                    "FD-107 the new feed could not be written: " + failed.getMessage()
                            + ". Delete the topic, make it anew, and begin again",
                    failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while the feed was written");
        }
    }
}
