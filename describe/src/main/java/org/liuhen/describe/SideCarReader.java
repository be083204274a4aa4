package org.liuhen.describe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamReader;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Position logs that lie beside a recording: NMEA 0183 sentences, GPX 1.1 tracks, routes and way points, KML 2.2 tracks, lines and
 * points, a drone's subtitles (SRT), and CSV with named columns. What a file is, its own content says, not its name. What stands where
 * a position should stand and cannot be read is counted.
 */
final class SideCarReader {
    private static final long FILE_BYTES_MAX = 64 << 20;
    private static final int HEAD_BYTES = 1 << 20;
    private static final int LINE_CHARACTERS_MAX = 4_096;
    private static final int COLUMNS_MAX = 500;
    private static final int NAME_WORDS_MAX = 5;
    private static final int HEADER_ROWS_MAX = 200; // what may stand before the names of the columns
    private static final Pattern BRACKETS =
            Pattern.compile("\\[\\s*(latitude|longitude|longtitude|abs_alt|altitude)\\s*:\\s*([-+]?[0-9.]+)");
    private static final Pattern ALTITUDE = Pattern.compile("abs_alt\\s*:\\s*([-+]?[0-9.]+)");
    private static final Pattern GPS_CALL = Pattern.compile(
            "GPS\\s*\\(\\s*([-+]?[0-9.]+)\\s*,\\s*([-+]?[0-9.]+)\\s*(?:,\\s*([-+]?[0-9.]+)\\s*([Mm])?)?");
    private static final Pattern GPS_SIDES =
            Pattern.compile("GPS\\s*\\(\\s*([NSEW])\\s*:\\s*([0-9.]+)\\s*,\\s*([NSEW])\\s*:\\s*([0-9.]+)");
    private static final Pattern NO_FIX = Pattern.compile("GPS\\s*\\(\\s*N/A");
    private static final Pattern DATE = Pattern.compile(
            "([0-9]{4})[-.]([0-9]{1,2})[-.]([0-9]{1,2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,3})?)");
    private static final Pattern CUE = Pattern.compile("(?m)^[0-9]{2}:[0-9]{2}:[0-9]{2}[,.][0-9]{1,3} --> ");
    private static final Pattern NAMED_PLACE =
            Pattern.compile("\\[\\s*latitude\\s*:\\s*[-+]?[0-9.]+[^\\n]*\\[\\s*longt?itude\\s*:\\s*[-+]?[0-9.]+");
    private static final Pattern SENTENCE = Pattern.compile("\\$[A-Z]{2}([A-Z]{3}),[^*$]*");

    private static final Pattern SIX_DIGITS = Pattern.compile("[0-9]{6}");
    private static final Pattern CLOCK = Pattern.compile("[0-9]{6}(\\.[0-9]+)?");
    private static final Pattern NOT_FIXED = Pattern.compile("0?|N+");
    private static final Pattern ANGLE = Pattern.compile("([NSEWnsew北南东西東])?[纬经緯經]?[:：]?\\s*"
            + "([-+]?[0-9]+(?:\\.[0-9]+)?)\\s*[°度]?\\s*"
            + "(?:([0-9]+(?:\\.[0-9]+)?)\\s*['′分]\\s*)?(?:([0-9]+(?:\\.[0-9]+)?)\\s*(?:\"|″|''|秒)\\s*)?"
            + "([NSEWnsew北南东西東])?");
    private static final Pattern LATITUDE = Pattern.compile("(?i)lat|[纬緯]度");
    private static final Pattern NORTH_SOUTH = Pattern.compile("(?i)n|s|north|south|[北南][纬緯]?");
    private static final Pattern EAST_WEST = Pattern.compile("(?i)e|w|east|west|[东西東][经經]?");
    private static final Pattern DECIMAL_COMMA = Pattern.compile("^([-+]?[0-9]+),([0-9]+)$");
    private static final Pattern BELOW = Pattern.compile("(?i)s.*|w.*|[南西].*");
    private static final Set<String> LATITUDES = Set.of("lat", "latitude", "纬度", "緯度");
    private static final Set<String> LONGITUDES = Set.of("lon", "lng", "long", "longitude", "经度", "經度");
    private static final Set<String> ALTITUDES = Set.of("alt", "altitude", "ele", "elevation", "高度", "海拔");
    private static final Set<String> TIMES = Set.of("time", "timestamp", "datetime", "utc", "时间", "時間", "日期时间", "定位时间");
    private static final Set<String> DATES = Set.of("date", "日期");
    private static final Set<String> BESIDE_THE_NUMBER = Set.of(
            "acc", "accuracy", "error", "err", "std", "ref", "dir", "direction", "hemi", "hemisphere", "ns", "ew");

    private final Facts facts;
    private final Path file;
    private final Charset charset;

    private SideCarReader(Facts facts, Path file, Charset charset) {
        this.facts = facts;
        this.file = file;
        this.charset = charset;
    }

    /**
     * Reads the positions in this file, if it is such a log.
     *
     * @param charset the character set of its text
     * @param trackFile where the track goes
     * @return whether it is a log of positions, whatever could be read of it
     */
    static boolean addTo(Facts facts, Path file, Charset charset, Path trackFile) {
        SideCarReader reader = new SideCarReader(facts, file, charset);
        List<Track> tracks = new ArrayList<>(); // of one log, the best first
        try {
            if (!reader.read(tracks)) {
                return false;
            }
        } catch (IOException | RuntimeException damaged) { // what was read before it counts
            facts.failed("positions", damaged);
        }
        try {
            reader.write(tracks, trackFile);
        } catch (IOException | RuntimeException failed) {
            facts.failed("positions", failed);
        }
        return true;
    }

    private boolean read(List<Track> tracks) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        String text = new String(head, charset);
        boolean large = Files.size(file) > FILE_BYTES_MAX;
        boolean gpx = text.contains("<gpx");
        boolean kml = text.contains("<kml");
        if (large && (gpx || kml || text.lines().anyMatch(line -> sentence(line) != null))) {
            throw new IOException(
                    "the log is larger than " + FILE_BYTES_MAX + " bytes, and its positions are not read");
        }
        if (large) {
            return false;
        }
        if (gpx) {
            gpx(tracks);
            return true;
        }
        if (kml) {
            kml(tracks);
            return true;
        }
        List<String> lines = lines();
        if (lines.stream().filter(SideCarReader::holdsSentence).limit(2).count() == 2) {
            nmea(tracks, lines);
            return true;
        }
        if (CUE.matcher(text).find() || NAMED_PLACE.matcher(text).find()) { // some drones leave the times out
            Track track = new Track("SRT");
            tracks.add(track);
            subtitles(track, lines);
            return track.counted() > 0;
        }
        return csv(tracks, text);
    }

    /** Writes the first track that has positions, and how many the others have. */
    private void write(List<Track> tracks, Path trackFile) throws IOException {
        Track shown =
                tracks.stream().filter(track -> !track.isEmpty()).findFirst().orElse(null);
        for (Track track : tracks) {
            if (track == shown) {
                track.write(facts, trackFile);
            } else if (shown != null && !track.isEmpty()) {
                track.writeCount(facts);
            } else if (shown == null && track.counted() > 0) {
                track.write(facts, trackFile); // has none to show, and says why
            }
        }
        if (shown == null && tracks.stream().noneMatch(track -> track.counted() > 0)) {
            facts.failures.add("positions: this is a log of positions in which none could be read");
        }
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line.length() > LINE_CHARACTERS_MAX ? line.substring(0, LINE_CHARACTERS_MAX) : line);
            }
        }
        return lines;
    }

    /**
     * The sentence in this line, from {@code $} to before its checksum, or null where there is none or where the checksum is wrong: the XOR
     * of what stands between {@code $} and {@code *}. A logger may write its own words before a sentence, and no checksum.
     */
    private static String sentence(String line) {
        int dollar = line.indexOf('$');
        Matcher found = SENTENCE.matcher(line);
        if (dollar < 0 || !found.find(dollar)) {
            return null;
        }
        String text = found.group().strip();
        if (found.end() == line.length() || line.charAt(found.end()) != '*') {
            return POSITIONS.contains(found.group(1)) ? text : null;
        }
        int sum = 0;
        for (int i = found.start() + 1; i < found.end(); i++) {
            sum ^= line.charAt(i);
        }
        int end = found.end() + 3;
        boolean right = end <= line.length()
                && Character.digit(line.charAt(end - 2), 16) == sum >> 4
                && Character.digit(line.charAt(end - 1), 16) == (sum & 15);
        return right ? text : null;
    }

    /** Whether a line has a sentence, or one that is damaged and would hold a position. */
    private static boolean holdsSentence(String line) {
        if (line.indexOf('$') < 0) {
            return false;
        }
        Matcher found = SENTENCE.matcher(line);
        return sentence(line) != null
                || (found.find()
                        && POSITIONS.contains(found.group(1))
                        && found.group().chars().filter(c -> c == ',').count() >= 6);
    }

    private static final List<String> POSITIONS = List.of("RMC", "GGA", "GNS", "GLL");

    /** The same positions may stand in sentences of several kinds: RMC, which has the date, is asked first. */
    private void nmea(List<Track> tracks, List<String> lines) {
        Map<String, Track> byKind = new LinkedHashMap<>();
        POSITIONS.forEach(kind -> byKind.put(kind, new Track("NMEA 0183 " + kind)));
        tracks.addAll(byKind.values());
        String date = null;
        Double altitude = null;
        for (String line : lines) {
            String text = sentence(line);
            if (text == null) {
                Matcher wrong = SENTENCE.matcher(line);
                if (wrong.find() && byKind.containsKey(wrong.group(1))) {
                    byKind.get(wrong.group(1)).unread(); // its checksum is wrong
                }
                continue;
            }
            String[] field = Arrays.copyOf(text.split(",", -1), 12);
            Arrays.setAll(field, i -> field[i] == null ? "" : field[i]);
            String kind = field[0].substring(3);
            switch (kind) {
                case "ZDA" ->
                    date = (field[4] + "-" + field[3] + "-" + field[2]).matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")
                            ? field[4] + "-" + field[3] + "-" + field[2]
                            : date;
                case "RMC" -> {
                    String day = field[9];
                    if (SIX_DIGITS.matcher(day).matches()) {
                        date = Times.year(day.substring(4)) + "-" + day.substring(2, 4) + "-" + day.substring(0, 2);
                    }
                    fix(byKind.get(kind), field[2].equals("A"), field, 3, altitude, time(date, field[1]));
                }
                case "GGA", "GNS" -> {
                    altitude = number(field[9]);
                    boolean fixed = !NOT_FIXED.matcher(field[6]).matches();
                    fix(byKind.get(kind), fixed, field, 2, altitude, time(date, field[1]));
                }
                case "GLL" -> fix(byKind.get(kind), !field[6].equals("V"), field, 1, null, time(date, field[5]));
                default -> {}
            }
        }
    }

    private static void fix(Track track, boolean fixed, String[] field, int at, Double altitude, String time) {
        Double latitude = angle(field[at], field[at + 1], "NS");
        Double longitude = angle(field[at + 2], field[at + 3], "EW");
        if (!fixed) {
            track.unfixed();
        } else if (latitude == null || longitude == null) {
            track.unread();
        } else {
            track.add(latitude, longitude, altitude, time);
        }
    }

    /** {@code 3954.2520,N}: degrees and minutes. */
    private static Double angle(String text, String side, String sides) {
        Double value = text.startsWith("-") ? null : number(text);
        if (value == null || side.length() != 1 || !sides.contains(side)) {
            return null;
        }
        double degrees = Math.floor(value / 100);
        double all = degrees + (value - degrees * 100) / 60;
        return Math.round((side.equals("S") || side.equals("W") ? -all : all) * 1e7) / 1e7;
    }

    /** A time of the day is no time without its date. */
    private static String time(String date, String time) {
        if (date == null || !CLOCK.matcher(time).matches()) {
            return null;
        }
        return date + "T" + time.substring(0, 2) + ":" + time.substring(2, 4) + ":" + time.substring(4) + "Z";
    }

    private static Double number(String text) {
        try {
            return text == null || text.isBlank() ? null : Double.valueOf(text.strip());
        } catch (NumberFormatException not) {
            return null;
        }
    }

    private static void add(Track track, Double latitude, Double longitude, Double altitude, String time) {
        if (latitude == null || longitude == null) {
            track.unread();
        } else {
            track.add(latitude, longitude, altitude, time);
        }
    }

    private void gpx(List<Track> tracks) throws IOException {
        Map<String, Track> byElement = new LinkedHashMap<>();
        for (String element : List.of("trkpt", "rtept", "wpt")) {
            byElement.put(element, new Track("GPX " + element));
        }
        tracks.addAll(byElement.values());
        try (InputStream in = Files.newInputStream(file)) {
            Xml.read(in, new Xml.Visitor() {
                private Double latitude;
                private Double longitude;
                private Double altitude;
                private String time;

                @Override
                public void begin(String path, XMLStreamReader element) {
                    if (byElement.containsKey(Xml.last(path))) {
                        latitude = number(element.getAttributeValue(null, "lat"));
                        longitude = number(element.getAttributeValue(null, "lon"));
                        altitude = null;
                        time = null;
                    }
                }

                @Override
                public void end(String path, String text) {
                    Track track = byElement.get(Xml.last(path));
                    if (path.matches(".*/(trkpt|rtept|wpt)/ele")) {
                        altitude = number(text);
                    } else if (path.matches(".*/(trkpt|rtept|wpt)/time")) {
                        time = text;
                    } else if (track != null) {
                        SideCarReader.add(track, latitude, longitude, altitude, time);
                    }
                }
            });
        }
    }

    private void kml(List<Track> tracks) throws IOException {
        Track timed = new Track("KML gx:Track");
        Track line = new Track("KML LineString");
        Track point = new Track("KML Point");
        tracks.addAll(List.of(timed, line, point));
        try (InputStream in = Files.newInputStream(file)) {
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
                        position(timed, text.split("\\s+", -1), at < times.size() ? times.get(at) : null);
                        at++;
                    } else if (path.endsWith("/LineString/coordinates")) {
                        for (String tuple : text.split("\\s+", -1)) {
                            position(line, tuple.split(",", -1), null);
                        }
                    } else if (path.endsWith("/Point/coordinates")) {
                        position(point, text.split(",", -1), when);
                    }
                }
            });
        }
    }

    /** Longitude first, as KML has it. */
    private static void position(Track track, String[] part, String time) {
        add(
                track,
                part.length > 1 ? number(part[1]) : null,
                number(part[0]),
                part.length > 2 ? number(part[2]) : null,
                time);
    }

    private static void subtitles(Track track, List<String> lines) {
        StringBuilder cue = new StringBuilder();
        for (String line : lines) {
            if (line.isBlank()) {
                subtitle(track, cue.toString());
                cue.setLength(0);
            } else {
                cue.append(line).append('\n');
            }
        }
        subtitle(track, cue.toString());
    }

    /**
     * The position in one subtitle of a drone's recording. Most name latitude and longitude. Of {@code GPS(a,b,c)} there are two orders:
     * longitude, latitude and the number of satellites, and, where the third has its unit, latitude, longitude and height in metres
     * (Matrice 300). An angle beyond 90 degrees is a longitude wherever it stands. Where none of this decides, there is no position.
     */
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
        Matcher sides = GPS_SIDES.matcher(text);
        if (latitude == null && sides.find()) {
            for (int i = 1; i <= 3; i += 2) {
                Double angle = number(sides.group(i + 1));
                boolean below = angle != null && sides.group(i).matches("[SW]");
                if (sides.group(i).matches("[NS]")) {
                    latitude = below ? -angle : angle;
                } else {
                    longitude = below ? -angle : angle;
                }
            }
        }
        Matcher call = GPS_CALL.matcher(text);
        if (latitude == null && call.find()) {
            Double first = number(call.group(1));
            Double second = number(call.group(2));
            String third = call.group(3);
            boolean metres = call.group(4) != null;
            if (first == null || second == null) {
                track.unread();
                return;
            }
            boolean none = first == 0 && second == 0;
            if (Math.abs(second) > 90 || (metres && Math.abs(first) <= 90)) {
                latitude = first;
                longitude = second;
            } else if (none || Math.abs(first) > 90 || (third != null && third.matches("[0-9]{1,2}"))) {
                longitude = first;
                latitude = second;
            } else {
                track.unread(
                        "the order of latitude and longitude in " + call.group().strip() + " … is not known");
                return;
            }
        }
        if (latitude != null && longitude != null) {
            Matcher date = DATE.matcher(text);
            String time = date.find()
                    ? date.group(1) + "-" + twoDigits(date.group(2)) + "-" + twoDigits(date.group(3)) + "T"
                            + date.group(4).replace(',', '.')
                    : null;
            track.add(latitude, longitude, altitude, time);
        } else if (latitude != null || longitude != null) {
            track.unread(); // cut off
        } else if (NO_FIX.matcher(text).find()) {
            track.unfixed();
        }
    }

    private static String twoDigits(String number) {
        return number.length() == 1 ? "0" + number : number;
    }

    private boolean csv(List<Track> tracks, String head) throws IOException {
        if (!LATITUDE.matcher(head).find()) {
            return false;
        }
        for (char separator : new char[] {',', ';', '\t', '|'}) {
            Columns columns = null;
            try (CSVParser rows = rows(separator)) {
                for (CSVRecord row : rows) {
                    if (columns != null) {
                        columns.look(row);
                        continue;
                    }
                    columns = Columns.of(row);
                    if (columns == null && row.getRecordNumber() >= HEADER_ROWS_MAX) {
                        break;
                    }
                }
            } catch (UncheckedIOException broken) {
                if (columns == null) { // it is no table under this separator
                    continue;
                } // else what comes before it is read below, and then it is told
            }
            if (columns != null) {
                Track track = new Track(
                        "CSV " + columns.names.get(columns.latitude) + ", " + columns.names.get(columns.longitude));
                tracks.add(track);
                try (CSVParser rows = rows(separator)) {
                    for (CSVRecord row : rows) {
                        if (row.getRecordNumber() > columns.row) {
                            columns.read(track, row);
                        }
                    }
                } catch (UncheckedIOException broken) {
                    throw broken.getCause();
                }
                return true;
            }
        }
        return false;
    }

    private CSVParser rows(char separator) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(separator)
                .setTrim(true)
                .setLenientEof(true)
                .setTrailingData(true)
                .get();
        return CSVParser.builder()
                .setReader(new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset)))
                .setFormat(format)
                .get();
    }

    /** Which column of a table says what, by its name; which side of the equator and of Greenwich, by what stands in it. */
    private static final class Columns {
        private final List<String> names;
        private final int latitude;
        private final int longitude;
        private final int altitude;
        private final int time;
        private final int date;
        private final long row; // the number of that with the names
        private final BitSet seen = new BitSet();
        private final BitSet northSouth = new BitSet(); // columns that hold other things, too
        private final BitSet eastWest = new BitSet();

        private Columns(List<String> names, long row) {
            this.names = names;
            this.row = row;
            latitude = column(LATITUDES);
            longitude = column(LONGITUDES);
            altitude = column(ALTITUDES);
            time = column(TIMES);
            date = column(DATES);
        }

        static Columns of(CSVRecord row) {
            if (row.size() > COLUMNS_MAX) {
                return null;
            }
            Columns columns = new Columns(
                    row.stream().map(name -> name.replace("\ufeff", "").strip()).toList(), row.getRecordNumber());
            boolean both = columns.latitude >= 0 && columns.longitude >= 0 && columns.latitude != columns.longitude;
            return both ? columns : null;
        }

        /** The column that has this name alone, or else with words beside it, such as a unit in brackets. */
        private int column(Set<String> wanted) {
            List<List<String>> words = names.stream()
                    .map(name -> Arrays.stream(name.replaceAll("[(\\[（].*", "")
                                    .replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ")
                                    .toLowerCase(Locale.ROOT)
                                    .split("[^\\p{L}]+", -1))
                            .filter(word -> !word.isEmpty())
                            .toList())
                    .toList();
            for (int i = 0; i < names.size(); i++) {
                if (words.get(i).size() == 1 && wanted.contains(words.get(i).get(0))) {
                    return i;
                }
            }
            for (int i = 0; i < names.size(); i++) {
                if (words.get(i).size() > 1
                        && words.get(i).size() <= NAME_WORDS_MAX
                        && !names.get(i).matches(".*[,;|\t].*") // names, under another separator
                        && words.get(i).stream().anyMatch(wanted::contains)
                        && words.get(i).stream().noneMatch(BESIDE_THE_NUMBER::contains)) {
                    return i;
                }
            }
            return -1;
        }

        /** Looks which columns hold nothing but names of sides. */
        void look(CSVRecord row) {
            for (int i = 0; i < names.size() && i < row.size(); i++) {
                String cell = row.get(i);
                if (!cell.isEmpty()) {
                    seen.set(i);
                    if (!northSouth.get(i) && !NORTH_SOUTH.matcher(cell).matches()) {
                        northSouth.set(i);
                    }
                    if (!eastWest.get(i) && !EAST_WEST.matcher(cell).matches()) {
                        eastWest.set(i);
                    }
                }
            }
        }

        void read(Track track, CSVRecord row) {
            int north = side(northSouth, latitude);
            int east = side(eastWest, longitude);
            boolean fits = row.size() > Math.max(latitude, longitude)
                    && row.stream().skip(names.size()).allMatch(String::isEmpty);
            if (!fits) { // a separator too many may have moved every column
                track.unread();
            } else {
                SideCarReader.add(
                        track,
                        degrees(row.get(latitude), cell(row, north), north >= 0, NORTH_SOUTH),
                        degrees(row.get(longitude), cell(row, east), east >= 0, EAST_WEST),
                        number(cell(row, altitude)),
                        when(row));
            }
        }

        private static String cell(CSVRecord row, int column) {
            return column < 0 || column >= row.size() ? "" : row.get(column);
        }

        /** The column that holds nothing but names of sides, next to that of the angle, or -1. */
        private int side(BitSet others, int angle) {
            int best = -1;
            for (int column = 0; column < names.size(); column++) {
                boolean all = seen.get(column) && !others.get(column);
                if (all && (best < 0 || Math.abs(column - angle) < Math.abs(best - angle))) {
                    best = column;
                }
            }
            return best;
        }

        private String when(CSVRecord row) {
            String clock = cell(row, time);
            String day = cell(row, date);
            String text = clock.matches("[0-9]{1,2}:.*") ? (day.isEmpty() ? "" : day + " " + clock) : clock;
            return text.isEmpty() ? null : text;
        }

        /** An angle in degrees, or in degrees, minutes and seconds, with its side in a column of its own, before or behind it, or its sign. */
        private static Double degrees(String cell, String side, boolean hasSides, Pattern sides) {
            Matcher angle = ANGLE.matcher(DECIMAL_COMMA.matcher(cell.strip()).replaceFirst("$1.$2"));
            if (!angle.matches() || (hasSides && side.isEmpty())) {
                return null;
            }
            Double value = number(angle.group(2));
            double whole = Math.abs(value)
                    + (angle.group(3) == null ? 0 : number(angle.group(3)) / 60)
                    + (angle.group(4) == null ? 0 : number(angle.group(4)) / 3_600);
            boolean negative = angle.group(2).startsWith("-");
            for (String named : new String[] {side, angle.group(1), angle.group(5)}) {
                if (named == null || named.isEmpty()) {
                    continue;
                }
                boolean below = BELOW.matcher(named).matches();
                if (!sides.matcher(named).matches() || (negative && !below)) {
                    return null; // the other axis, or minus so many degrees north
                }
                negative = below;
            }
            double rounded = angle.group(3) == null ? whole : Math.round(whole * 1e9) / 1e9;
            return negative ? -rounded : rounded;
        }
    }
}
