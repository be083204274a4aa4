package org.liuhen.describe;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamReader;

/** Positions in the tracks, routes and way points of a GPX 1.1 file. */
final class GpxLog {
    private GpxLog() {}

    /** Adds a track for each kind of point, the best first. */
    static void read(List<Track> tracks, InputStream in) throws IOException {
        Map<String, Track> byElement = new LinkedHashMap<>();
        for (String element : List.of("trkpt", "rtept", "wpt")) {
            byElement.put(element, new Track("GPX " + element));
        }
        tracks.addAll(byElement.values());
        Xml.read(in, new Xml.Visitor() {
            private Double latitude;
            private Double longitude;
            private Double altitude;
            private String time;

            @Override
            public void begin(String path, XMLStreamReader element) {
                if (byElement.containsKey(Xml.last(path))) {
                    latitude = Track.number(element.getAttributeValue(null, "lat"));
                    longitude = Track.number(element.getAttributeValue(null, "lon"));
                    altitude = null;
                    time = null;
                }
            }

            @Override
            public void end(String path, String text) {
                Track track = byElement.get(Xml.last(path));
                if (path.matches(".*/(trkpt|rtept|wpt)/ele")) {
                    altitude = Track.number(text);
                } else if (path.matches(".*/(trkpt|rtept|wpt)/time")) {
                    time = text;
                } else if (track != null) {
                    track.addIfRead(latitude, longitude, altitude, time);
                }
            }
        });
    }
}
