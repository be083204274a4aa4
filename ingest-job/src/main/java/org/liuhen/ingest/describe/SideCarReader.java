package org.liuhen.ingest.describe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamReader;

/**
 * Position logs that lie beside a recording: NMEA 0183 sentences, GPX 1.1, KML 2.2 tracks, a drone's subtitles (SRT), and CSV
 * with named columns. What a file is, its own content says, not its name.
 */
final class SideCarReader {
    private static final long FILE_BYTES_MAX = 64 << 20;
    private static final int HEAD_BYTES = 64 * 1024;
    private static final int LINE_CHARACTERS_MAX = 4_096;
    private static final Pattern BRACKETS =
            Pattern.compile("\\[\\s*(latitude|longitude|longtitude|abs_alt|altitude)\\s*:\\s*([-+]?[0-9.]+)");
    private static final Pattern ALTITUDE = Pattern.compile("abs_alt\\s*:\\s*([-+]?[0-9.]+)");
    private static final Pattern GPS_CALL =
            Pattern.compile("GPS\\s*\\(\\s*([-+]?[0-9.]+)\\s*,\\s*([-+]?[0-9.]+)\\s*,?\\s*([-+]?[0-9.]+)?");
    private static final Pattern DATE = Pattern.compile(
            "([0-9]{4})[-.]([0-9]{2})[-.]([0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,3})?)");
    private static final Pattern CUE = Pattern.compile("[0-9]{2}:[0-9]{2}:[0-9]{2}[,.][0-9]{1,3} --> .*");

    private SideCarReader() {}

    /** The positions in this file, if it is such a log; its text is in this character set. */
    static Optional<Track> read(Path file, Charset charset) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            return Optional.empty();
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        String text = new String(head, charset);
        List<String> first = text.lines().limit(50).toList();
        if (first.stream().filter(SideCarReader::isSentence).count() >= 2) {
            return Optional.of(nmea(file));
        }
        if (text.contains("<gpx")) {
            return Optional.of(gpx(file));
        }
        if (text.contains("<kml")) {
            return Optional.of(kml(file));
        }
        if (first.stream().anyMatch(line -> CUE.matcher(line).matches())) {
            return Optional.of(subtitles(file, charset));
        }
        return first.isEmpty() ? Optional.empty() : csv(file, charset, first.get(0));
    }

    private static List<String> lines(Path file, Charset charset) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line.length() > LINE_CHARACTERS_MAX ? line.substring(0, LINE_CHARACTERS_MAX) : line);
            }
        }
        return lines;
    }

    /** A sentence whose checksum is right: the XOR of what stands between {@code $} and {@code *}. */
    private static boolean isSentence(String line) {
        String text = line.strip();
        int star = text.lastIndexOf('*');
        if (!text.startsWith("$") || star < 0 || star + 3 > text.length()) {
            return false;
        }
        int sum = 0;
        for (int i = 1; i < star; i++) {
            sum ^= text.charAt(i);
        }
        return String.format("%02X", sum).equalsIgnoreCase(text.substring(star + 1, star + 3));
    }

    private static Track nmea(Path file) throws IOException {
        Track track = new Track("NMEA 0183 RMC, altitude from GGA", "utc");
        Double altitude = null;
        for (String line : lines(file, StandardCharsets.US_ASCII)) {
            String text = line.strip();
            if (!isSentence(text)) {
                continue;
            }
            String[] field = text.substring(0, text.lastIndexOf('*')).split(",", -1);
            if (field[0].endsWith("GGA") && field.length > 9 && !field[9].isEmpty()) {
                altitude = number(field[9]);
            } else if (field[0].endsWith("RMC") && field.length > 9) {
                Double latitude = angle(field[3], field[4]);
                Double longitude = angle(field[5], field[6]);
                if (!field[2].equals("A") || latitude == null || longitude == null) {
                    track.unfixed();
                } else {
                    track.add(latitude, longitude, altitude, nmeaTime(field[9], field[1]));
                }
            }
        }
        return track;
    }

    /** {@code 3954.2520,N}: degrees and minutes. */
    private static Double angle(String text, String side) {
        Double value = number(text);
        if (value == null || !side.matches("[NSEW]")) {
            return null;
        }
        double degrees = Math.floor(value / 100);
        double all = degrees + (value - degrees * 100) / 60;
        return Math.round((side.matches("[SW]") ? -all : all) * 1e7) / 1e7;
    }

    private static String nmeaTime(String date, String time) {
        if (!date.matches("[0-9]{6}") || !time.matches("[0-9]{6}(\\.[0-9]+)?")) {
            return null;
        }
        return "20" + date.substring(4) + "-" + date.substring(2, 4) + "-" + date.substring(0, 2) + "T"
                + time.substring(0, 2) + ":" + time.substring(2, 4) + ":" + time.substring(4) + "Z";
    }

    private static Double number(String text) {
        try {
            return text == null || text.isBlank() ? null : Double.valueOf(text.strip());
        } catch (NumberFormatException not) {
            return null;
        }
    }

    private static Track gpx(Path file) throws IOException {
        Track track = new Track("GPX trkpt", "utc");
        try (InputStream in = Files.newInputStream(file)) {
            Xml.read(in, new Xml.Visitor() {
                private Double latitude;
                private Double longitude;
                private Double altitude;
                private String time;

                @Override
                public void begin(String path, XMLStreamReader element) {
                    if (path.endsWith("/trkpt")) {
                        latitude = number(element.getAttributeValue(null, "lat"));
                        longitude = number(element.getAttributeValue(null, "lon"));
                        altitude = null;
                        time = null;
                    }
                }

                @Override
                public void end(String path, String text) {
                    if (path.endsWith("/trkpt/ele")) {
                        altitude = number(text);
                    } else if (path.endsWith("/trkpt/time")) {
                        time = text;
                    } else if (path.endsWith("/trkpt") && latitude != null && longitude != null) {
                        track.add(latitude, longitude, altitude, time);
                    }
                }
            });
        }
        return track;
    }

    private static Track kml(Path file) throws IOException {
        Track track = new Track("KML gx:Track", "utc");
        List<String> times = new ArrayList<>();
        int[] at = new int[1];
        try (InputStream in = Files.newInputStream(file)) {
            Xml.read(in, (path, text) -> {
                if (path.endsWith("/Track/when")) {
                    times.add(text);
                } else if (path.endsWith("/Track/coord")) {
                    String[] part = text.split("\\s+", -1);
                    Double longitude = number(part[0]);
                    Double latitude = part.length > 1 ? number(part[1]) : null;
                    if (latitude != null && longitude != null) {
                        String time = at[0] < times.size() ? times.get(at[0]) : null;
                        track.add(latitude, longitude, part.length > 2 ? number(part[2]) : null, time);
                    }
                    at[0]++;
                }
            });
        }
        return track;
    }

    private static Track subtitles(Path file, Charset charset) throws IOException {
        Track track = new Track("SRT", "unknown");
        StringBuilder cue = new StringBuilder();
        for (String line : lines(file, charset)) {
            if (line.isBlank()) {
                subtitle(track, cue.toString());
                cue.setLength(0);
            } else {
                cue.append(line).append('\n');
            }
        }
        subtitle(track, cue.toString());
        return track;
    }

    /** The position in one subtitle of a drone's recording, in the two forms that are common. */
    static void subtitle(Track track, String text) {
        Double latitude = null;
        Double longitude = null;
        Double altitude = null;
        Matcher bracket = BRACKETS.matcher(text);
        while (bracket.find()) {
            switch (bracket.group(1)) {
                case "latitude" -> latitude = number(bracket.group(2));
                case "abs_alt", "altitude" -> altitude = number(bracket.group(2));
                default -> longitude = number(bracket.group(2)); // "longtitude" is how some firmware writes it
            }
        }
        Matcher absolute = ALTITUDE.matcher(text);
        if (absolute.find()) {
            altitude = number(absolute.group(1));
        }
        Matcher call = GPS_CALL.matcher(text);
        if (latitude == null && call.find()) {
            longitude = number(call.group(1));
            latitude = number(call.group(2));
        }
        if (latitude != null && longitude != null) {
            Matcher date = DATE.matcher(text);
            String time = date.find()
                    ? date.group(1) + "-" + date.group(2) + "-" + date.group(3) + "T"
                            + date.group(4).replace(',', '.')
                    : null;
            track.add(latitude, longitude, altitude, time);
        }
    }

    private static Optional<Track> csv(Path file, Charset charset, String header) throws IOException {
        String separator = header.contains(";") ? ";" : header.contains("\t") ? "\t" : ",";
        List<String> names = Arrays.stream(header.replace("\ufeff", "").split(separator, -1))
                .map(name -> name.strip().replace("\"", "").toLowerCase(Locale.ROOT))
                .toList();
        int latitude = column(names, "lat", "latitude", "纬度");
        int longitude = column(names, "lon", "lng", "longitude", "经度");
        int altitude = column(names, "alt", "altitude", "ele", "elevation", "高度", "海拔");
        int time = column(names, "time", "timestamp", "datetime", "date_time", "时间");
        if (latitude < 0 || longitude < 0) {
            return Optional.empty();
        }
        Track track = new Track("CSV " + names.get(latitude) + ", " + names.get(longitude), "unknown");
        List<String> lines = lines(file, charset);
        for (String line : lines.subList(1, lines.size())) {
            String[] cell = line.replace("\"", "").split(separator, -1);
            if (cell.length == names.size() && number(cell[latitude]) != null && number(cell[longitude]) != null) {
                track.add(
                        number(cell[latitude]),
                        number(cell[longitude]),
                        altitude < 0 ? null : number(cell[altitude]),
                        time < 0 ? null : cell[time].strip());
            }
        }
        return Optional.of(track);
    }

    private static int column(List<String> names, String... wanted) {
        for (String name : wanted) {
            if (names.contains(name)) {
                return names.indexOf(name);
            }
        }
        return -1;
    }
}
