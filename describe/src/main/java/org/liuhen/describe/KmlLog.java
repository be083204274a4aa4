package org.liuhen.describe;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamReader;

/** Positions in the tracks, lines and points of a KML 2.2 file (OGC 07-147r2; {@code gx:Track}, Google's extension). */
final class KmlLog {
    private KmlLog() {}

    /** Adds a track for each kind of geometry, the best first: only {@code gx:Track} has a time for each position. */
    static void read(List<Track> tracks, InputStream in) throws IOException {
        Track timed = new Track("KML gx:Track");
        Track line = new Track("KML LineString");
        Track point = new Track("KML Point");
        tracks.addAll(List.of(timed, line, point));
        Xml.read(in, new Xml.Visitor() {
            private final List<String> times = new ArrayList<>();
            private int at;
            private String when;

            @Override
            public void begin(String path, XMLStreamReader element) {
                if (path.endsWith("/Track")) {
                    times.clear();
                    at = 0;
                } else if (path.endsWith("/Placemark")) {
                    when = null;
                }
            }

            @Override
            public void end(String path, String text) {
                if (path.endsWith("/Track/when")) {
                    times.add(text);
                } else if (path.endsWith("/TimeStamp/when")) {
                    when = text;
                } else if (path.endsWith("/Track/coord")) {
                    add(timed, text.split("\\s+", -1), at < times.size() ? times.get(at) : null);
                    at++;
                } else if (path.endsWith("/LineString/coordinates")) {
                    for (String tuple : text.split("\\s+", -1)) {
                        add(line, tuple.split(",", -1), null);
                    }
                } else if (path.endsWith("/Point/coordinates")) {
                    add(point, text.split(",", -1), when);
                }
            }
        });
    }

    /** Adds a tuple of longitude, latitude and altitude. */
    private static void add(Track track, String[] part, String time) {
        track.addIfRead(
                part.length > 1 ? Track.number(part[1]) : null,
                Track.number(part[0]),
                part.length > 2 ? Track.number(part[2]) : null,
                time);
    }
}
