package org.liuhen.ingest;

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

/**
 * Looks at a site's feed in its order, as the record does: the first of all events with one ID counts, for producers may repeat them at
 * any time.
 */
public abstract class FeedFunction extends KeyedProcessFunction<String, FedEvent, FedEvent> {
    private final Pattern kinds;
    private transient MapState<String, Boolean> seen;

    /** Looks at events of these kinds. */
    protected FeedFunction(String... kinds) {
        this.kinds = FedEvent.marks(kinds);
    }

    /** One event of the kinds that matter, seen for the first time. */
    protected abstract void see(CustodyEvent event, FedEvent fed, Context context, Collector<FedEvent> out)
            throws Exception;

    @Override
    public void open(OpenContext context) {
        seen = state("seen", Types.BOOLEAN);
    }

    @Override
    public void processElement(FedEvent fed, Context context, Collector<FedEvent> out) throws Exception {
        CustodyEvent event = fed.decoded(kinds).orElse(null);
        if (event != null && !seen.contains(event.context().eventId())) {
            seen.put(event.context().eventId(), true);
            see(event, fed, context, out);
        }
    }

    /** State that is a map, by this name. */
    protected final <T> MapState<String, T> state(String name, TypeInformation<T> type) {
        return getRuntimeContext().getMapState(new MapStateDescriptor<>(name, Types.STRING, type));
    }

    /** What a list of the state holds; nothing where it is not there. */
    protected static List<String> at(MapState<String, List<String>> state, String key) throws Exception {
        List<String> there = state.get(key);
        return there == null ? List.of() : there;
    }
}
