package org.liuhen.ingest.record;

import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Parts;
import org.liuhen.custody.log.Merkle;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.JobMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each event of a log its place: drops repeated events, applies the state machine, links the event to its item's chain.
 * The entries follow from the topic alone, also the time and the ID of a refusal.
 */
public final class ChainFunction extends KeyedProcessFunction<String, FeedRecord, LogEntry> {
    private static final int REASON_CHARACTERS_MAX = 300;
    private static final Logger LOG = LoggerFactory.getLogger(ChainFunction.class);
    private static final Actor RECORDER = Actor.component("record");

    private transient JobMetrics metrics;
    private transient ValueState<Long> size;
    private transient MapState<String, ChainHead> chains;
    private transient MapState<String, Boolean> seen;

    @Override
    public void open(OpenContext context) {
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
        size = getRuntimeContext().getState(new ValueStateDescriptor<>("size", Types.LONG));
        chains = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("chains", Types.STRING, TypeInformation.of(ChainHead.class)));
        seen = getRuntimeContext().getMapState(new MapStateDescriptor<>("seen", Types.STRING, Types.BOOLEAN));
    }

    @Override
    public void processElement(FeedRecord fed, Context context, Collector<LogEntry> out) throws Exception {
        Instant recordedAt = Instant.ofEpochMilli(fed.appendedMillis());
        CustodyEvent event;
        byte[] bytes = fed.bytes();
        try {
            event = CanonicalJson.decode(bytes);
            if (!Parts.counts(fed.fedBy(), event)) {
                // The ID stays free for the event that the right part feeds with it.
                event = refusal(null, bytes, recordedAt, event.typeName(), null, "RC-107", notBy(fed.fedBy()));
                bytes = CanonicalJson.encode(event);
            }
        } catch (MalformedEventException malformed) {
            event = refusal(null, bytes, recordedAt, "malformed", null, "RC-102", malformed.getMessage());
            bytes = CanonicalJson.encode(event);
        }
        if (seen.contains(event.context().eventId())) {
            return;
        }
        seen.put(event.context().eventId(), true);
        if (event instanceof Refused before
                && before.refusedEventId() != null
                && fed.fedBy().equals(Parts.UNSIGNED)) {
            seen.put(
                    before.refusedEventId(),
                    true); // a feed that was restored from the log: the refused event is not processed again
        }
        String chain = chainOf(event);
        ChainHead head = chains.contains(chain) ? chains.get(chain) : ChainHead.EMPTY;
        ItemState state = head.itemState();
        Decision decision = decide(state, event);
        if (!decision.accepted()) {
            EventContext had = event.context();
            event = refusal(
                    had.evidenceId(),
                    bytes,
                    recordedAt,
                    event.typeName(),
                    had.eventId(),
                    decision.code(),
                    decision.reason());
            bytes = CanonicalJson.encode(event);
        }
        Sha256Digest previous = head.lastLeaf() == null ? null : Sha256Digest.ofRaw(head.lastLeaf());
        byte[] entry = Entry.encode(bytes, head.length(), previous, recordedAt);
        long index = size.value() == null ? 0 : size.value();
        out.collect(new LogEntry(fed.log(), index, entry));
        chains.put(chain, head.followedBy(Merkle.leafHash(entry), decision.accepted() ? decision.next() : state));
        size.update(index + 1);
        metrics.count("events_recorded_total", "type", event.typeName());
        if (event instanceof Refused refused) {
            metrics.count("events_refused_total", "code", refused.code());
        }
    }

    /** Applies the state machine. An event for which it breaks is refused: no event stops a log. */
    private static Decision decide(ItemState state, CustodyEvent event) {
        try {
            Decision decision = StateTable.apply(state, event);
            if (decision.accepted()) {
                ItemState.parse(decision.next().toText()); // a state that cannot be restored is refused here
            }
            return decision;
        } catch (RuntimeException broken) {
            LOG.error("RC-105 the state machine broke on {}", event.context().eventId(), broken);
            return new Decision(null, "RC-105", Reason.of(broken, REASON_CHARACTERS_MAX));
        }
    }

    private static String notBy(String fedBy) {
        return fedBy.isEmpty()
                ? "no part whose key counts signed it"
                : "the part " + fedBy + " does not make such events";
    }

    private static String chainOf(CustodyEvent event) {
        EvidenceId id = event.context().evidenceId();
        return id == null ? Entry.LOG_CHAIN : id.value();
    }

    private static CustodyEvent refusal(
            EvidenceId item, byte[] refused, Instant at, String type, String eventId, String code, String reason) {
        Sha256Digest digest = Sha256Digest.of(refused);
        EventContext context = new EventContext(
                EventContext.idFor(
                        Refused.class, digest.hex() + "\n" + code), // the same bytes may be refused twice, otherwise
                item,
                at,
                new EventContext.Clock("broker", null),
                RECORDER,
                null,
                null,
                null,
                new EventContext.Instrument("record-job", EventContext.VERSION));
        return new Refused(context, type, digest, eventId, code, Reason.of(reason, REASON_CHARACTERS_MAX));
    }
}
