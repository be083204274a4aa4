package org.liuhen.describe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.describe.Value.Confidence;

/** The values, members and failures that one tool after the other adds for a file. */
final class Facts {
    private static final int VALUE_CHARACTERS_MAX = 2_000;
    private static final int VALUES_MAX = 1_000;

    final List<Value> values = new ArrayList<>();
    final List<Description.Member> members = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    private boolean full;

    /** What can be made of the file in a second request. */
    final Set<Description.Make> make = EnumSet.noneOf(Description.Make.class);

    /** Parts of the file that are needed for it, each {@code from, to}; the parent fetches those that are not there. */
    final List<long[]> wanted = new ArrayList<>();

    /** Adds a value, unless it is empty or a time that was never set. The unit of a time is the zone that its text states. */
    void add(Value value) {
        String text =
                value.value() == null ? "" : value.value().replace('\0', ' ').strip();
        if (text.isEmpty()) {
            return;
        }
        boolean time = value.name().equals("timeClaim");
        if (time && Times.neverSet(text)) {
            return;
        }
        if (values.size() < VALUES_MAX) {
            values.add(new Value(
                    value.name(),
                    Reason.cut(text, VALUE_CHARACTERS_MAX),
                    time ? (Times.unsetClock(text) ? "unset" : Times.zone(text)) : value.unit(),
                    value.source(),
                    value.tool(),
                    value.version(),
                    value.confidence()));
        } else if (values.size() == VALUES_MAX && !full) {
            full = true;
            failures.add("the file says more than " + VALUES_MAX + " things; the rest is left out");
        }
    }

    /** Whether this is a position on the earth, and not 0, 0, which recorders write for want of a fix. */
    static boolean isPosition(double latitude, double longitude) {
        return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && !(latitude == 0 && longitude == 0);
    }

    /**
     * Adds a position, unless it is none: beyond the earth, or 0, 0, which is what recorders write before they have a fix.
     *
     * @param latitude a value in degrees north
     * @param longitude a value in degrees east, from the same source
     * @return whether it is one
     */
    boolean position(Value latitude, Value longitude) {
        try {
            double north = Double.parseDouble(latitude.value());
            double east = Double.parseDouble(longitude.value());
            if (!isPosition(north, east)) {
                return false;
            }
        } catch (NumberFormatException other) {
            return false;
        }
        add(latitude);
        add(longitude);
        return true;
    }

    /** Adds a value that our own code reads from a field of the file. */
    void stated(String name, String value, String unit, String source) {
        add(own(name, value, unit, source));
    }

    static Value own(String name, String value, String unit, String source) {
        return new Value(name, value, unit, source, "liuhen", EventContext.VERSION, Confidence.STATED);
    }

    /** Adds a value that our own code computes. */
    void computed(String name, String value, String unit, String source) {
        add(new Value(name, value, unit, source, "liuhen", EventContext.VERSION, Confidence.COMPUTED));
    }

    /** Adds a failure of a reader, with the message of the exception, or its class where there is none. */
    void failed(String reader, Throwable why) {
        failures.add(reader + ": " + words(why));
    }

    static String words(Throwable why) {
        String message = why.getMessage() == null
                ? null
                : why.getMessage()
                        .replace(Path.of(Request.ITEM).toAbsolutePath().toString(), "the file");
        return Reason.of(message == null || message.isBlank() ? why.getClass().getSimpleName() : message, 300);
    }

    /** Whether there is a value of this name with this text. */
    boolean has(String name, String value) {
        return values.stream()
                .anyMatch(one -> one.name().equals(name) && one.value().equals(value));
    }

    boolean has(String name) {
        return values.stream().anyMatch(value -> value.name().equals(name));
    }
}
