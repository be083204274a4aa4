package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.LinkRule;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.feed.Parts;
import org.liuhen.ingest.IngestJob;
import org.liuhen.ingest.feed.ToFeed;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.config.VaultSettings;

/**
 * 100,000 recordings and as many dispatch records, some of them revised, some twice, all in random order, get the links of a plain
 * join; also where the job is killed five times on the way.
 */
@Tag("soak")
class LinksIT {
    private static final int COUNT = Integer.getInteger("liuhen.links", 100_000);
    private static final int KILLS = 5;
    private static final int OFFICERS = COUNT / 500;
    private static final int DAYS = 30;
    private static final String LOG = "site-1";
    private static final TopicPartition FEED = new TopicPartition(CustodyEvent.TOPIC, 0);
    private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);

    @TempDir
    static Path folder;

    /** What a recording comes to: the incidents that it is linked to, and those among which an officer chooses. */
    private record Outcome(Set<String> linked, List<String> candidates, int matches) {}

    private final Random random = new Random(Long.getLong("liuhen.seed", System.nanoTime()));
    private final Map<String, DispatchRecord> newest = new TreeMap<>();
    private final Map<EvidenceId, Received> recordings = new HashMap<>();
    private final List<CustodyEvent> events = new ArrayList<>();

    @Test
    void areThoseOfAPlainJoinAlsoOverFiveKills() throws Exception {
        long seed = Long.getLong("liuhen.seed", System.nanoTime());
        random.setSeed(seed);
        System.out.println("liuhen.seed=" + seed);
        for (int i = 0; i < COUNT; i++) {
            dispatch(i);
        }
        for (int i = 0; i < COUNT; i++) {
            record();
        }
        for (int i = 0; i < COUNT / 10; i++) {
            events.add(events.get(random.nextInt(events.size())));
        }
        Collections.shuffle(events, random);
        Map<EvidenceId, Outcome> expected = plainJoin();
        long linked = expected.values().stream()
                .filter(one -> !one.linked().isEmpty())
                .count();
        long open = expected.values().stream().filter(one -> one.matches() > 1).count();
        System.out.println(events.size() + " events: " + linked + " recordings are linked, for " + open
                + " somebody has to choose");
        assertTrue(linked > COUNT / 20 && open > COUNT / 100, "the data must try both");

        assertEquals(expected, run(folder.resolve("whole"), 0));
        assertEquals(expected, run(folder.resolve("killed"), KILLS));
    }

    private void dispatch(int number) {
        CaseId incidentNo = new CaseId("JQ-" + number);
        for (int revision = 0; revision <= random.nextInt(5) / 4; revision++) {
            Instant from = BEGIN.plusSeconds(random.nextInt(DAYS * 86_400));
            int kind = random.nextInt(10);
            DispatchRecord record = new DispatchRecord(
                    incidentNo,
                    revision,
                    null,
                    kind < 2 ? List.of() : kind < 4 ? List.of(officer(), officer()) : List.of(officer()),
                    kind < 3 ? List.of(device()) : List.of(),
                    from,
                    random.nextInt(100) == 0 ? null : from.plusSeconds(random.nextInt(3_600)));
            newest.put(incidentNo.value(), record);
            events.add(DispatchRecords.event(record, Actor.component("test"), "test"));
        }
    }

    private void record() {
        EvidenceId id = EvidenceId.create(BEGIN, new java.security.SecureRandom());
        Instant from = BEGIN.plusSeconds(random.nextInt(DAYS * 86_400));
        int kind = random.nextInt(10);
        CaptureClaims claims = new CaptureClaims(
                random.nextInt(10) == 0 ? "JQ-" + random.nextInt(COUNT) : null,
                kind < 8 ? officer() : null,
                null,
                kind > 6 ? device() : null,
                from,
                null,
                null);
        List<CaseId> declared =
                random.nextInt(20) == 0 ? List.of(new CaseId("JQ-" + random.nextInt(COUNT))) : List.of();
        Received received = new Received(
                EventContext.of(
                        EventContext.idFor(Received.class, id.value()),
                        id,
                        from,
                        new Actor(Actor.Kind.DEVICE, "DOCK-1", null, "mtls"),
                        null,
                        "test"),
                new StoredObject("vault", id.value(), null),
                0,
                DIGEST,
                DIGEST,
                new FileName("a.mp4"),
                declared,
                claims);
        recordings.put(id, received);
        events.add(received);
    }

    private String officer() {
        return Integer.toString(110_000 + random.nextInt(OFFICERS));
    }

    private String device() {
        return "DSJ-" + random.nextInt(OFFICERS);
    }

    /** The rule in its plainest form, on the newest record of each incident. */
    private Map<EvidenceId, Outcome> plainJoin() {
        Map<String, List<DispatchRecord>> of = new HashMap<>();
        for (DispatchRecord record : newest.values()) {
            record.officerNos().forEach(party -> of.computeIfAbsent(party, p -> new ArrayList<>())
                    .add(record));
            record.deviceSerials().forEach(party -> of.computeIfAbsent(party, p -> new ArrayList<>())
                    .add(record));
        }
        Map<EvidenceId, Outcome> outcomes = new HashMap<>();
        recordings.forEach((id, received) -> {
            CaptureClaims claims = received.capture();
            Set<String> matches = new TreeSet<>();
            for (String party : new String[] {claims.officerNo(), claims.deviceSerial()}) {
                for (DispatchRecord record : of.getOrDefault(String.valueOf(party), List.of())) {
                    Instant end = record.clearedAt() == null
                            ? record.dispatchedAt().plus(Duration.ofDays(1))
                            : record.clearedAt();
                    if (!claims.captureStart().isBefore(record.dispatchedAt().minus(MARGIN))
                            && !claims.captureStart().isAfter(end.plus(MARGIN))) {
                        matches.add(record.incidentNo().value());
                    }
                }
            }
            Set<String> linked = new TreeSet<>();
            boolean declared = received.cases().stream().anyMatch(caseId -> matches.contains(caseId.value()));
            if (!declared && matches.size() == 1) {
                linked.addAll(matches);
            } else if (!declared && matches.contains(String.valueOf(claims.incidentNo()))) {
                linked.add(claims.incidentNo());
            }
            boolean open = !declared && linked.isEmpty() && matches.size() > 1;
            outcomes.put(
                    id,
                    new Outcome(
                            linked,
                            open
                                    ? matches.stream()
                                            .limit(LinkRule.CANDIDATES_MAX)
                                            .toList()
                                    : List.of(),
                            open ? matches.size() : 0));
        });
        return outcomes;
    }

    /** This event as the part that makes such events feeds it. */
    private static ProducerRecord<String, byte[]> signed(Map<Part, PartKey> keys, CustodyEvent event) {
        byte[] bytes = CanonicalJson.encode(event);
        Part part = Arrays.stream(Part.values())
                .filter(its -> its.makes(event))
                .findFirst()
                .orElseThrow();
        return new ProducerRecord<>(
                CustodyEvent.TOPIC,
                null,
                LOG,
                bytes,
                List.of(new RecordHeader(PartKey.HEADER, keys.get(part).sign(LOG, bytes))));
    }

    /** Feeds all events to the job, kills it so often on the way, and gives what the record says of each recording then. */
    private Map<EvidenceId, Outcome> run(Path place, int kills) throws Exception {
        try (EmbeddedKafka kafka = new EmbeddedKafka(place.resolve("kafka"), 0, OwnCertificate.create()).start()) {
            kafka.writeClient(place.resolve(Station.KAFKA));
            Map<String, Object> client = new HashMap<>(kafka.client());
            client.put("batch.size", 1 << 19);
            client.put("linger.ms", 50);
            client.put("fetch.max.bytes", 8 << 20);
            Parts.listAll(place.resolve("keys"), "");
            Map<Part, PartKey> keys = new EnumMap<>(Part.class);
            for (Part part : Part.values()) {
                keys.put(part, PartKey.read(place.resolve("keys"), part));
            }
            try (KafkaProducer<String, byte[]> feed =
                    new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (CustodyEvent event : events) {
                    sent.add(feed.send(signed(keys, event)));
                }
                for (Future<RecordMetadata> acknowledged : sent) {
                    acknowledged.get();
                }
            }
            long begin = System.nanoTime();
            try (Admin admin = Admin.create(client)) {
                Process job = start(place);
                try {
                    for (int kill = 1; kill <= kills; kill++) {
                        long wanted = (long) events.size() * kill / (kills + 2);
                        awaitRead(admin, job, wanted);
                        Thread.sleep(random.nextInt(1_000));
                        job.destroyForcibly().waitFor();
                        job = start(place);
                    }
                    awaitRead(admin, job, events.size());
                } finally {
                    job.destroyForcibly().waitFor();
                }
            }
            System.out.printf(
                    "%d events joined in %.1f s, %d kills%n", events.size(), (System.nanoTime() - begin) / 1e9, kills);
            return outcomes(client);
        }
    }

    /** What is committed was read, and all that followed of it is in the feed. */
    private static void awaitRead(Admin admin, Process job, long wanted) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (true) {
            OffsetAndMetadata read = admin.listConsumerGroupOffsets(IngestJob.WHOLE_FEED)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(FEED);
            if (read != null && read.offset() >= wanted) {
                return;
            }
            assertTrue(job.isAlive() && System.nanoTime() < end, "the job ended or stands still at " + read);
            Thread.sleep(100);
        }
    }

    private static Process start(Path place) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Job.class.getName(),
                        place.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        place.resolve("job.log").toFile()))
                .start();
    }

    /** The linking alone, as a process that can be killed. */
    static final class Job {
        private Job() {}

        public static void main(String[] arguments) throws Exception {
            Path place = Path.of(arguments[0]);
            Map<String, String> kafka =
                    JobSettings.kafka(null, place.resolve(Station.KAFKA).toString());
            EmbeddedFlink flink = new EmbeddedFlink(place.resolve("flink"), OwnCertificate.create(), false);
            JobSettings settings = new JobSettings(
                    kafka,
                    VaultSettings.directory(place.resolve("vault"), false),
                    place.resolve("keys").toString(),
                    184,
                    1,
                    false,
                    false,
                    "",
                    Files.readString(PartKey.folder(place.resolve("keys")).resolve(PartKey.LIST)),
                    0);
            flink.submit(
                    "links", settings, (environment, same) -> IngestJob.links(IngestJob.wholeFeed(environment, same))
                            .sinkTo(KafkaSink.<FeedRecord>builder()
                                    .setKafkaProducerConfig(settings.kafkaProperties())
                                    .setBootstrapServers(kafka.get("bootstrap.servers"))
                                    .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                                    .setRecordSerializer(new ToFeed(settings.keyFolder()))
                                    .build()));
            Thread.currentThread().join();
        }
    }

    /** As the record reads the feed: the first of all events with one ID counts, and the state machine must take each. */
    private Map<EvidenceId, Outcome> outcomes(Map<String, Object> kafka) throws Exception {
        Map<EvidenceId, Outcome> outcomes = new HashMap<>();
        Map<EvidenceId, ItemState> states = new HashMap<>();
        recordings.forEach((id, received) -> {
            outcomes.put(id, new Outcome(new TreeSet<>(), List.of(), 0));
            Declared declared = new Declared(
                    received.context(), received.fileName(), null, DIGEST, 0, received.cases(), received.capture());
            ItemState state = StateTable.apply(ItemState.NOTHING, declared).next();
            states.put(id, StateTable.apply(state, received).next());
        });
        Map<String, String> said = new HashMap<>();
        Set<String> types = new HashSet<>();
        for (CustodyEvent event : produced(kafka)) {
            EvidenceId id = event.context().evidenceId();
            String what = event.typeName() + id + event.key() + (event instanceof LinkProposed one ? one.rule() : "");
            String before = said.putIfAbsent(event.context().eventId(), what);
            if (before != null) {
                assertEquals(before, what, "what is said twice is the same");
                continue;
            }
            Decision decision = StateTable.apply(states.get(id), event);
            assertTrue(decision.accepted(), decision.code() + " " + event);
            states.put(id, decision.next());
            types.add(event.typeName());
            Outcome outcome = outcomes.get(id);
            if (event instanceof LinkedToCase linked) {
                outcome.linked().add(linked.caseId().value());
                assertTrue(linked.rule().candidates().stream()
                        .anyMatch(candidate -> candidate.incidentNo().equals(linked.caseId())
                                || linked.rule().matches() > LinkRule.CANDIDATES_MAX));
                outcomes.put(id, new Outcome(outcome.linked(), List.of(), 0));
            } else if (event instanceof UnlinkedFromCase unlinked) {
                outcome.linked().remove(unlinked.caseId().value());
            } else if (event instanceof LinkProposed proposed) {
                outcomes.put(
                        id,
                        new Outcome(
                                outcome.linked(),
                                proposed.rule().candidates().stream()
                                        .map(candidate -> candidate.incidentNo().value())
                                        .toList(),
                                proposed.rule().matches()));
            }
        }
        assertEquals(Set.of("linkedToCase", "unlinkedFromCase", "linkProposed"), types);
        return outcomes;
    }

    private List<CustodyEvent> produced(Map<String, Object> kafka) throws Exception {
        List<CustodyEvent> produced = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(FEED));
            consumer.seek(FEED, events.size());
            long end = consumer.endOffsets(List.of(FEED)).get(FEED);
            while (consumer.position(FEED) < end) {
                for (ConsumerRecord<String, byte[]> fed : consumer.poll(Duration.ofSeconds(1))) {
                    produced.add(CanonicalJson.decode(fed.value()));
                }
            }
        }
        return produced;
    }
}
