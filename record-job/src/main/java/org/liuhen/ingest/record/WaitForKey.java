package org.liuhen.ingest.record;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.job.JobSettings;

/**
 * Holds back the entries of a log whose key cannot be read, in Flink's state, until it can: the other logs go on meanwhile, and nothing has to be
 * started again. Once this process has read a key, the publication keeps it, and nothing of that log is held back any more. The entries of
 * a log that never had a key here, such as one with an invented name, are not published; they stay in the topic.
 */
public final class WaitForKey extends KeyedProcessFunction<String, LogEntry, LogEntry> {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final JobSettings settings;

    private transient LogKeys keys;

    /** Those whose key was read, and of which nothing is held back. */
    private transient Set<String> usable;

    /** Those with entries held back, as far as this process has met them. */
    private transient Set<String> waiting;

    private transient ListState<LogEntry> held;
    private transient ValueState<Boolean> hadKey;

    /** Looks for keys where these settings say. */
    public WaitForKey(JobSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        keys = new LogKeys(settings);
        usable = new HashSet<>();
        waiting = new HashSet<>();
        held = getRuntimeContext().getListState(new ListStateDescriptor<>("held", TypeInformation.of(LogEntry.class)));
        hadKey = getRuntimeContext().getState(new ValueStateDescriptor<>("hadKey", Types.BOOLEAN));
    }

    @Override
    public void processElement(LogEntry entry, Context context, Collector<LogEntry> out) throws Exception {
        String log = entry.log();
        if (usable.contains(log)) {
            out.collect(entry);
            return;
        }
        if (!waiting.contains(log)) {
            if (held.get().iterator().hasNext()) {
                waiting.add(log); // from before a restart; its timer is there too
            } else if (hadKey.value() == null && !keys.has(new LogName(log))) {
                PublishedLogs.withoutKey(log, keys);
                return;
            } else if (isReady(log)) {
                out.collect(entry);
                return;
            } else {
                waiting.add(log);
                lookAgain(context);
            }
        }
        held.add(entry);
    }

    @Override
    public void onTimer(long at, OnTimerContext context, Collector<LogEntry> out) throws Exception {
        String log = context.getCurrentKey();
        if (!isReady(log)) {
            lookAgain(context);
            return;
        }
        for (LogEntry entry : held.get()) {
            out.collect(entry);
        }
        held.clear();
        waiting.remove(log);
    }

    private void lookAgain(Context context) {
        long now = context.timerService().currentProcessingTime();
        context.timerService().registerProcessingTimeTimer(now + LOOK.toMillis());
    }

    /** Whether the key can be read, so that the entries of this log may pass. */
    private boolean isReady(String name) throws IOException {
        try {
            keys.read(new LogName(name));
        } catch (IOException unreadable) {
            return false;
        }
        usable.add(name);
        hadKey.update(true);
        return true;
    }
}
