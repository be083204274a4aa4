package org.liuhen.ingest.feed;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.StepFailed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.feed.Part;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.JobMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step that processes a site's feed in its order, as the record does: the first of all events with one ID counts, because producers
 * may repeat them at any time. An event for which the step fails is put aside with {@code stepFailed}, and the next one is taken.
 */
public abstract class FeedFunction extends KeyedProcessFunction<String, FeedRecord, FeedRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(FeedFunction.class);

    /** The code of a step that broke on one item. The item is put aside; the others go on. */
    public static final String BROKEN = "IJ-101";

    private final String stepName;
    private final Pattern kinds;
    private transient MapState<String, Boolean> seen;
    private transient JobMetrics metrics;

    /** Processes events of these kinds; {@code stepName} names the step in {@code stepFailed}. */
    protected FeedFunction(String stepName, List<String> kinds) {
        this.stepName = stepName;
        this.kinds = FeedRecord.marks(kinds);
    }

    /** Processes one event of these kinds; of events with one ID only the first comes here. */
    protected abstract void process(CustodyEvent event, FeedRecord fed, Context context, Collector<FeedRecord> out)
            throws Exception;

    @Override
    public void open(OpenContext context) {
        seen = state("seen", Types.BOOLEAN);
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(FeedRecord fed, Context context, Collector<FeedRecord> out) throws Exception {
        CustodyEvent event = fed.decoded(kinds).orElse(null);
        if (event != null && !seen.contains(event.context().eventId())) {
            seen.put(event.context().eventId(), true);
            try {
                process(event, fed, context, out);
            } catch (RuntimeException | StackOverflowError broken) {
                putAside(event.context().eventId(), event.context().evidenceId(), broken, fed.log(), out);
            }
        }
    }

    /**
     * Feeds {@code stepFailed} for one event or item, and continues. A failure of Flink itself, of its state or of an operator downstream
     * is thrown again: no event caused it.
     */
    protected final void putAside(
            String cause, EvidenceId item, Throwable broken, String log, Collector<FeedRecord> out) {
        if (broken.getClass().getName().startsWith("org.apache.flink.")) {
            throw (RuntimeException) broken;
        }
        LOG.error("{} {} of {} {}", BROKEN, stepName, item, cause, broken);
        putAside(cause, item, BROKEN, Reason.of(broken, StepFailed.REASON_MAX), log, out);
    }

    /** Feeds {@code stepFailed} with this code and reason. */
    protected final void putAside(
            String cause, EvidenceId item, String code, String reason, String log, Collector<FeedRecord> out) {
        StepFailed failed = new StepFailed(
                EventContext.of(
                        EventContext.idFor(StepFailed.class, cause + "\n" + stepName),
                        item,
                        Instant.now(),
                        Actor.component(stepName),
                        null,
                        Part.INGEST_JOB.id()),
                stepName,
                code,
                Reason.of(reason, StepFailed.REASON_MAX));
        metrics.count("put_aside_total", "code", code);
        out.collect(ToFeed.record(log, failed));
    }

    /** State that is a map, by this name. */
    protected final <T> MapState<String, T> state(String name, TypeInformation<T> type) {
        return getRuntimeContext().getMapState(new MapStateDescriptor<>(name, Types.STRING, type));
    }

    /** A list in the state; empty where there is none. */
    protected static List<String> at(MapState<String, List<String>> state, String key) throws Exception {
        List<String> there = state.get(key);
        return there == null ? List.of() : there;
    }
}
