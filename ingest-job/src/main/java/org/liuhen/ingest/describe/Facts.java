package org.liuhen.ingest.describe;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.ingest.describe.Value.Confidence;

/** Gathers what one tool after the other finds out about a file. */
final class Facts {
    private static final int VALUE_CHARACTERS_MAX = 2_000;
    private static final int VALUES_MAX = 1_000;

    final List<Value> values = new ArrayList<>();
    final List<Description.Member> members = new ArrayList<>();
    final List<String> failures = new ArrayList<>();

    /** What can be made of the file in a second step. */
    final Set<Description.Make> make = EnumSet.noneOf(Description.Make.class);

    /** Parts of the file that are needed for it, each {@code from, to}; the parent fetches those that are not there. */
    final List<long[]> wanted = new ArrayList<>();

    void add(Value value) {
        if (values.size() < VALUES_MAX
                && value.value() != null
                && !value.value().isBlank()) {
            String text = value.value().strip();
            values.add(new Value(
                    value.name(),
                    Reason.cut(text, VALUE_CHARACTERS_MAX),
                    value.unit(),
                    value.source(),
                    value.tool(),
                    value.version(),
                    value.confidence()));
        }
    }

    /** What our own code reads from a field of the file. */
    void stated(String name, String value, String unit, String source) {
        add(new Value(name, value, unit, source, "liuhen", EventContext.VERSION, Confidence.STATED));
    }

    /** What our own code works out. */
    void computed(String name, String value, String unit, String source) {
        add(new Value(name, value, unit, source, "liuhen", EventContext.VERSION, Confidence.COMPUTED));
    }

    /** A reader could not go on: in its words, or by the kind of exception where it has none. */
    void failed(String reader, Throwable why) {
        failures.add(reader + ": " + words(why));
    }

    static String words(Throwable why) {
        String message = why.getMessage();
        return Reason.of(message == null || message.isBlank() ? why.getClass().getSimpleName() : message, 300);
    }

    boolean has(String name) {
        return values.stream().anyMatch(value -> value.name().equals(name));
    }
}
