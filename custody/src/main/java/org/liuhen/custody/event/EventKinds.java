package org.liuhen.custody.event;

import java.util.ArrayList;
import java.util.List;

/** Every kind of event. */
public final class EventKinds {
    private EventKinds() {}

    /** The records that the closed list of {@link CustodyEvent} permits, group by group. */
    public static List<Class<? extends CustodyEvent>> all() {
        List<Class<? extends CustodyEvent>> kinds = new ArrayList<>();
        add(CustodyEvent.class, kinds);
        return List.copyOf(kinds);
    }

    private static void add(Class<? extends CustodyEvent> type, List<Class<? extends CustodyEvent>> kinds) {
        if (type.isRecord()) {
            kinds.add(type);
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            add(permitted.asSubclass(CustodyEvent.class), kinds);
        }
    }
}
