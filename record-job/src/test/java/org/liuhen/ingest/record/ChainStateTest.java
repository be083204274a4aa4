package org.liuhen.ingest.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.log.Merkle;
import org.liuhen.job.FeedRecord;

/**
 * The state that running sites have. {@code chain-state.bin} was written by the record job while it was a package of the ingest job
 * (commit b3fa449), after the two entries of {@code chain-log.bin}: one {@code declared}, and the refusal of bytes that are no event.
 */
class ChainStateTest {
    private static final String SITE = "site-1";

    private static List<byte[]> logBefore() throws Exception {
        List<byte[]> entries = new ArrayList<>();
        try (InputStream file = ChainStateTest.class.getResourceAsStream("chain-log.bin")) {
            byte[] all = file.readAllBytes();
            ByteArrayInputStream left = new ByteArrayInputStream(all);
            DataInputStream in = new DataInputStream(left);
            while (left.available() > 0) {
                entries.add(in.readNBytes(in.readInt()));
            }
        }
        return entries;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, LogEntry> restored(
            OperatorSubtaskState state) throws Exception {
        var operator = new KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, LogEntry>(
                new KeyedProcessOperator<>(new ChainFunction()), FeedRecord::log, Types.STRING);
        operator.initializeState(state);
        operator.open();
        return operator;
    }

    private static OperatorSubtaskState stateBefore() throws Exception {
        return OperatorSnapshotUtil.readStateHandle(
                Path.of(ChainStateTest.class.getResource("chain-state.bin").toURI())
                        .toString());
    }

    private static FeedRecord received(Entry declared) {
        return new FeedRecord(
                SITE,
                CanonicalJson.encode(new Received(
                        EventContext.of(
                                EventContext.idFor(Received.class, "cause"),
                                declared.event().context().evidenceId(),
                                Instant.parse("2026-11-02T00:00:00Z"),
                                new Actor(Actor.Kind.OFFICER, "110023", null, "password"),
                                null,
                                "test"),
                        new StoredObject("vault", "k", null),
                        0,
                        Sha256Digest.of(new byte[0]),
                        null,
                        new FileName("a"),
                        List.of(),
                        null)),
                Instant.parse("2026-11-02T00:00:00Z").toEpochMilli(),
                Part.INTAKE.id());
    }

    /** Of an item that is only declared: the log has its refusal. */
    private static FeedRecord viewed(Entry declared, String cause) {
        return new FeedRecord(
                SITE,
                CanonicalJson.encode(new Viewed(EventContext.of(
                        EventContext.idFor(Viewed.class, cause),
                        declared.event().context().evidenceId(),
                        Instant.parse("2026-11-02T00:00:00Z"),
                        new Actor(Actor.Kind.OFFICER, "110023", null, "password"),
                        null,
                        "test"))),
                Instant.parse("2026-11-02T00:00:00Z").toEpochMilli(),
                Part.REVIEW.id());
    }

    @Test
    @SuppressWarnings("try") // a harness that is interrupted
    void theStateOfTheVersionBeforeTheModulesIsGoneOnFrom() throws Exception {
        List<byte[]> log = logBefore();
        assertEquals(2, log.size());
        Entry declared = Entry.decode(log.get(0));
        assertInstanceOf(Refused.class, Entry.decode(log.get(1)).event());
        try (var operator = restored(stateBefore())) {
            // What was recorded before is known, both the event and the bytes that are none.
            operator.processElement(
                    new FeedRecord(
                            SITE,
                            declared.eventIn(log.get(0)),
                            declared.recordedAt().toEpochMilli(),
                            Part.INTAKE.id()),
                    0);
            operator.processElement(
                    new FeedRecord(SITE, "no event".getBytes(StandardCharsets.UTF_8), 1, Part.INTAKE.id()), 0);
            assertTrue(operator.extractOutputValues().isEmpty());
            operator.processElement(received(declared), 0);
            LogEntry next = operator.extractOutputValues().get(0);
            assertEquals(2, next.index());
            Entry entry = Entry.decode(next.bytes());
            assertInstanceOf(Received.class, entry.event());
            assertEquals(1, entry.itemSequence());
            assertEquals(Sha256Digest.ofRaw(Merkle.leafHash(log.get(0))), entry.previous());
        }
    }

    @Test
    @SuppressWarnings("try") // a harness that is interrupted
    void aRestartFromASnapshotGoesOnAsIfThereHadBeenNone() throws Exception {
        Entry declared = Entry.decode(logBefore().get(0));
        OperatorSubtaskState snapshot;
        LogEntry expected;
        try (var operator = restored(stateBefore())) {
            operator.processElement(viewed(declared, "one"), 0);
            snapshot = operator.snapshot(2, 2);
            operator.processElement(viewed(declared, "two"), 0);
            expected = operator.extractOutputValues().get(1);
        }
        try (var operator = restored(snapshot)) {
            operator.processElement(viewed(declared, "one"), 0);
            operator.processElement(viewed(declared, "two"), 0);
            assertEquals(1, operator.extractOutputValues().size());
            LogEntry found = operator.extractOutputValues().get(0);
            assertEquals(expected.index(), found.index());
            assertArrayEquals(expected.bytes(), found.bytes());
        }
    }
}
