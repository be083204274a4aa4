package org.liuhen.ingest.link;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Names of things to look at later, each under the minute in which it is due, and the minute that has been reached. It is Flink state of the
 * present key. Minutes are counted since 1970.
 */
final class Agenda {
    private static final long MINUTE_MILLIS = 60_000;

    /** Over a longer time than this, all minutes of the state are listed; else each minute is looked up. */
    private static final long LOOKED_UP_MINUTES = 10_000;

    private final ValueState<Long> reached;
    private final MapState<Long, List<String>> due;

    Agenda(RuntimeContext context) {
        reached = context.getState(new ValueStateDescriptor<>("minute", Types.LONG));
        due = context.getMapState(new MapStateDescriptor<>("due", Types.LONG, Types.LIST(Types.STRING)));
    }

    /** The minute of a time in milliseconds since 1970. */
    static long minute(long millis) {
        return millis / MINUTE_MILLIS;
    }

    /** The first millisecond behind a minute. */
    static long endMillis(long minute) {
        return (minute + 1) * MINUTE_MILLIS;
    }

    /** Adds a name under a minute, once. */
    void add(String name, long minute) throws Exception {
        List<String> names = names(minute);
        if (!names.contains(name)) {
            names.add(name);
            due.put(minute, names);
        }
    }

    /** Removes a name from a minute. */
    void remove(String name, long minute) throws Exception {
        List<String> names = names(minute);
        names.remove(name);
        if (names.isEmpty()) {
            due.remove(minute);
        } else {
            due.put(minute, names);
        }
    }

    private List<String> names(long minute) throws Exception {
        return new ArrayList<>(due.contains(minute) ? due.get(minute) : List.of());
    }

    /** Removes the names of a minute, and gives them. */
    List<String> take(long minute) throws Exception {
        List<String> names = names(minute);
        due.remove(minute);
        return names;
    }

    /** Whether something is due from the minute that was reached to before this one. */
    boolean hasDue(long before) throws Exception {
        return !dueMinutes(before).isEmpty();
    }

    /** The minutes in which something is due, from the minute that was reached to before this one, in order. */
    List<Long> dueMinutes(long before) throws Exception {
        List<Long> minutes = new ArrayList<>();
        Long from = reached.value();
        if (from == null) {
            return minutes;
        }
        if (before - from <= LOOKED_UP_MINUTES) {
            for (long past = from; past < before; past++) {
                if (due.contains(past)) {
                    minutes.add(past);
                }
            }
            return minutes;
        }
        for (long past : due.keys()) {
            if (past >= from && past < before) {
                minutes.add(past);
            }
        }
        Collections.sort(minutes);
        return minutes;
    }

    /** Notes that this minute was reached; a minute that is passed already changes nothing. */
    void reach(long minute) throws Exception {
        Long from = reached.value();
        if (from == null || minute > from) {
            reached.update(minute);
        }
    }
}
