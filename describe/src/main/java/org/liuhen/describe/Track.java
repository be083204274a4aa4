package org.liuhen.describe;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.liuhen.custody.evidence.Sha256Digest;

/** Positions in the order of the file that holds them. */
final class Track {
    /** The value that holds the sides of a track: west, south, east, north. */
    static final String BOX = "trackBox";

    private static final int POINTS_MAX = 200_000;

    /**
     * One position.
     *
     * @param latitude degrees north, WGS 84
     * @param longitude degrees east
     * @param altitude metres, or null
     * @param time as the source gave it, or null where only some of its positions have one
     */
    record Point(double latitude, double longitude, Double altitude, String time) {}

    private final List<Point> points = new ArrayList<>();
    private final String source;
    private long left;
    private long unfixed;
    private long impossible;
    private long unread;
    private String whyUnread;

    /**
     * A track without positions.
     *
     * @param source the format and field that the positions come from
     */
    Track(String source) {
        this.source = source;
    }

    /** Adds a position; one that cannot be, or that is 0, 0 for want of a fix, is counted and left out. */
    void add(double latitude, double longitude, Double altitude, String time) {
        if (!Facts.isPosition(latitude, longitude)) {
            if (latitude == 0 && longitude == 0) {
                unfixed++;
            } else {
                impossible++;
            }
        } else if (points.size() < POINTS_MAX) {
            points.add(new Point(latitude, longitude, altitude, time));
        } else {
            left++;
        }
    }

    /** Adds a position, or counts one of which the latitude or the longitude could not be read. */
    void addIfRead(Double latitude, Double longitude, Double altitude, String time) {
        if (latitude == null || longitude == null) {
            unread();
        } else {
            add(latitude, longitude, altitude, time);
        }
    }

    /** The number in a field of a log, or null where there is none. */
    static Double number(String text) {
        try {
            return text == null || text.isBlank() ? null : Double.valueOf(text.strip());
        } catch (NumberFormatException not) {
            return null;
        }
    }

    /** Counts a position that the recorder itself marks as having no fix. */
    void unfixed() {
        unfixed++;
    }

    /** Counts a place in the source where a position should stand and none could be read. */
    void unread() {
        unread++;
    }

    /** Counts such a place, with the reason in words. */
    void unread(String why) {
        unread++;
        whyUnread = why;
    }

    /** How many positions, or places for one, were counted. */
    long counted() {
        return points.size() + left + unfixed + impossible + unread;
    }

    /** Adds the number of positions of a track that is not shown. */
    void writeCount(Facts facts) {
        facts.computed("otherPoints", String.valueOf(points.size() + left), "positions", source);
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    private void count(Facts facts, String name, long positions) {
        if (positions > 0) {
            facts.computed(name, String.valueOf(positions), "positions", source);
        }
    }

    /** Writes the track as GeoJSON (RFC 7946) to this file, and its summary to the facts. */
    void write(Facts facts, Path file) throws IOException {
        count(facts, "trackUnfixed", unfixed);
        count(facts, "trackImpossible", impossible);
        count(facts, "trackUnread", unread);
        if (whyUnread != null) {
            facts.failures.add("positions: " + whyUnread);
        }
        if (points.isEmpty()) {
            return;
        }
        String time = points.stream()
                .map(Point::time)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        double south = 90;
        double north = -90;
        double west = 180;
        double east = -180;
        for (Point point : points) {
            south = Math.min(south, point.latitude());
            north = Math.max(north, point.latitude());
            west = Math.min(west, point.longitude());
            east = Math.max(east, point.longitude());
        }
        try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeStringField("type", "Feature");
            json.writeArrayFieldStart("bbox");
            for (double side : new double[] {west, south, east, north}) {
                json.writeNumber(side);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("geometry");
            json.writeStringField("type", points.size() == 1 ? "Point" : "LineString");
            json.writeFieldName("coordinates");
            if (points.size() > 1) {
                json.writeStartArray();
            }
            for (Point point : points) {
                json.writeStartArray();
                json.writeNumber(point.longitude());
                json.writeNumber(point.latitude());
                if (point.altitude() != null) {
                    json.writeNumber(point.altitude());
                }
                json.writeEndArray();
            }
            if (points.size() > 1) {
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeObjectFieldStart("properties");
            json.writeStringField("source", source);
            json.writeStringField("zone", time == null ? "unknown" : Times.zone(time));
            json.writeNumberField("unfixed", unfixed);
            json.writeNumberField("impossible", impossible);
            json.writeNumberField("unread", unread);
            json.writeNumberField("leftOut", left);
            json.writeArrayFieldStart("times");
            for (Point point : points) {
                json.writeString(point.time());
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        }
        Point first = points.get(0);
        Point last = points.get(points.size() - 1);
        facts.computed("trackPoints", String.valueOf(points.size()), "positions", source);
        facts.computed("trackStart", words(first), "degrees", source);
        facts.computed("trackEnd", words(last), "degrees", source);
        facts.computed(BOX, west + " " + south + " " + east + " " + north, "degrees", source);
        count(facts, "trackLeftOut", left);
        facts.stated("timeClaim", time, null, source);
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        facts.computed(Describer.TRACK_DIGEST, Sha256Digest.of(bytes).hex(), null, source);
    }

    private static String words(Point point) {
        return point.latitude() + " " + point.longitude() + (point.time() == null ? "" : " " + point.time());
    }
}
