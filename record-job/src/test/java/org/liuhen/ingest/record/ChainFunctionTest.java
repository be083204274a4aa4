package org.liuhen.ingest.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.Parts;
import org.liuhen.job.FeedRecord;

class ChainFunctionTest {
    private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);
    private static final StoredObject OBJECT = new StoredObject("vault", "k", null);
    private static final int EVENTS = 2_000;

    private long seed = Long.getLong("liuhen.seed", System.nanoTime());
    private Random random = new Random(seed);
    private long now = BEGIN.toEpochMilli();

    /** What a log is written again from is all that a record job needs: it comes to the same log, and takes what comes then as it would have. */
    @Test
    @SuppressWarnings("try") // a harness that is interrupted
    void aFeedWrittenAgainFromItsLogLeadsToTheSameLogAndKnowsWhatItHad() throws Exception {
        for (int round = 0; round < 20; round++, random = new Random(++seed)) {
            String at = "liuhen.seed=" + seed;
            List<FeedRecord> fed = feed();
            try (var before = harness();
                    var after = harness()) {
                for (FeedRecord one : fed) {
                    before.processElement(one, 0);
                }
                List<LogEntry> log = before.extractOutputValues();
                assertTrue(log.stream().anyMatch(entry -> refusal(entry, "RC-107")), at);
                assertTrue(log.stream().anyMatch(entry -> refusal(entry, "RC-102")), at);
                assertTrue(log.stream().anyMatch(entry -> refusal(entry, "ST-107")), at);
                for (LogEntry entry : log) {
                    Entry read = Entry.decode(entry.bytes());
                    after.processElement(
                            new FeedRecord(
                                    "site-1",
                                    read.eventIn(entry.bytes()),
                                    read.recordedAt().toEpochMilli(),
                                    Parts.UNSIGNED),
                            0);
                }
                same(at, log, after.extractOutputValues());
                // Then all of it comes once more, in another order and with other times, as senders and jobs repeat
                // things.
                for (int i = 0; i < EVENTS; i++) {
                    FeedRecord again = later(fed.get(random.nextInt(fed.size())));
                    before.processElement(again, 0);
                    after.processElement(again, 0);
                }
                same(at, before.extractOutputValues(), after.extractOutputValues());
            }
        }
    }

    private static void same(String at, List<LogEntry> expected, List<LogEntry> found) {
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
            assertArrayEquals(expected.get(i).bytes(), found.get(i).bytes(), at + ", entry " + i);
            assertEquals(i, found.get(i).index());
        }
        assertEquals(expected.size(), found.size(), at);
    }

    private static boolean refusal(LogEntry entry, String code) {
        try {
            return Entry.decode(entry.bytes()).event() instanceof Refused refused
                    && refused.code().equals(code);
        } catch (CanonicalJson.MalformedEventException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, LogEntry> harness() throws Exception {
        var opened = new KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, LogEntry>(
                new KeyedProcessOperator<>(new ChainFunction()), FeedRecord::log, Types.STRING);
        opened.open();
        return opened;
    }

    /** Some items, each with more than happens to one; what is not allowed, not signed, by the wrong part, repeated and no event at all among it. */
    private List<FeedRecord> feed() {
        List<EvidenceId> items = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            items.add(EvidenceId.create(BEGIN, new SecureRandom()));
        }
        List<FeedRecord> fed = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            now += random.nextInt(1_000);
            int kind = random.nextInt(20);
            if (kind == 0) {
                fed.add(fed(("no event " + random.nextInt(50)).getBytes(StandardCharsets.UTF_8), Part.REVIEW.id()));
            } else if (kind == 1 && !fed.isEmpty()) {
                fed.add(later(fed.get(random.nextInt(fed.size()))));
            } else if (kind == 2 && !fed.isEmpty()) { // somebody was faster with what the right part is about to feed
                FeedRecord same = fed.get(random.nextInt(fed.size()));
                fed.add(fed(same.bytes(), random.nextBoolean() ? Part.REVIEW.id() : Part.INTAKE.id()));
            } else {
                CustodyEvent event = event(items.get(random.nextInt(items.size())), "cause " + random.nextInt(300));
                String by = Part.of(
                                random.nextInt(12) == 0
                                        ? "record-job"
                                        : maker(event).id())
                        .orElseThrow()
                        .id();
                fed.add(fed(CanonicalJson.encode(event), random.nextInt(15) == 0 ? Parts.NOBODY : by));
            }
        }
        return fed;
    }

    private FeedRecord fed(byte[] event, String by) {
        return new FeedRecord("site-1", event, now, by);
    }

    /** The same once more, as a part makes it once more: with the same ID and at another time. */
    private FeedRecord later(FeedRecord fed) {
        now += 1;
        String text = new String(fed.bytes(), StandardCharsets.UTF_8)
                .replaceFirst("\"occurredAt\":\"2026", "\"occurredAt\":\"2027");
        return fed(text.getBytes(StandardCharsets.UTF_8), fed.fedBy());
    }

    private static Part maker(CustodyEvent event) {
        for (Part part : List.of(Part.INTAKE, Part.REVIEW, Part.INGEST_JOB)) {
            if (part.makes(event)) {
                return part;
            }
        }
        throw new IllegalStateException("nobody makes " + event.typeName());
    }

    private CustodyEvent event(EvidenceId id, String cause) {
        CaseId caseId = new CaseId("A" + random.nextInt(3));
        return switch (random.nextInt(10)) {
            case 0, 1 ->
                new Declared(
                        context(Declared.class, id, id.value()), new FileName("a"), null, DIGEST, 0, List.of(), null);
            case 2, 3 ->
                new Received(
                        context(Received.class, id, id.value()),
                        OBJECT,
                        0,
                        DIGEST,
                        null,
                        new FileName("a"),
                        List.of(),
                        null);
            case 4 -> new Verified(component(Verified.class, id, id.value()), OBJECT, 0, DIGEST);
            case 5 -> new Sealed(component(Sealed.class, id, id.value()), OBJECT, 0, DIGEST, BEGIN, "test");
            case 6 -> new LinkedToCase(context(LinkedToCase.class, id, cause), caseId, Basis.OFFICER);
            case 7 -> new UnlinkedFromCase(context(UnlinkedFromCase.class, id, cause), caseId);
            case 8 -> new Withdrawn(context(Withdrawn.class, id, id.value()), 0);
            default -> new Viewed(context(Viewed.class, id, cause));
        };
    }

    private EventContext component(Class<? extends CustodyEvent> type, EvidenceId id, String cause) {
        return EventContext.of(
                EventContext.idFor(type, cause), id, Instant.ofEpochMilli(now), Actor.component("test"), null, "test");
    }

    private EventContext context(Class<? extends CustodyEvent> type, EvidenceId id, String cause) {
        return EventContext.of(
                EventContext.idFor(type, id + "\n" + cause),
                id,
                Instant.ofEpochMilli(now),
                new Actor(Actor.Kind.OFFICER, "110023", null, "password"),
                null,
                "test");
    }
}
