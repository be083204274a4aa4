package org.liuhen.ingest.describe;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    private final String zone;
    private long left;
    private long unfixed;

    /**
     * An empty track.
     *
     * @param source the format and field that the positions come from
     * @param zone the zone of its times: {@code utc} or {@code unknown}
     */
    Track(String source, String zone) {
        this.source = source;
        this.zone = zone;
    }

    /** Adds a position; one that cannot be, or that says 0, 0 for want of a fix, is counted and left out. */
    void add(double latitude, double longitude, Double altitude, String time) {
        boolean possible = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && !(latitude == 0 && longitude == 0);
        if (!possible) {
            unfixed++;
        } else if (points.size() < POINTS_MAX) {
            points.add(new Point(latitude, longitude, altitude, time));
        } else {
            left++;
        }
    }

    /** Counts a position that the recorder itself marks as having no fix. */
    void unfixed() {
        unfixed++;
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    /** Writes the track as GeoJSON (RFC 7946) to this file, and its summary to the facts. */
    void write(Facts facts, Path file) throws IOException {
        if (points.isEmpty()) {
            if (unfixed > 0) {
                facts.computed("trackUnfixed", String.valueOf(unfixed), "positions", source);
            }
            return;
        }
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
            json.writeStringField("zone", zone);
            json.writeNumberField("unfixed", unfixed);
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
        if (unfixed > 0) {
            facts.computed("trackUnfixed", String.valueOf(unfixed), "positions", source);
        }
        if (left > 0) {
            facts.computed("trackLeftOut", String.valueOf(left), "positions", source);
        }
        points.stream()
                .map(Point::time)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .ifPresent(time -> facts.stated("timeClaim", time, zone, source));
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        facts.computed(Describer.TRACK_DIGEST, Sha256Digest.of(bytes).hex(), null, source);
    }

    private static String words(Point point) {
        return point.latitude() + " " + point.longitude() + (point.time() == null ? "" : " " + point.time());
    }
}
