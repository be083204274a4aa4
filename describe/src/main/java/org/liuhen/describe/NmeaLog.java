package org.liuhen.describe;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Positions in the sentences of a log by NMEA 0183. */
final class NmeaLog {
    private static final Pattern SENTENCE = Pattern.compile("\\$[A-Z]{2}([A-Z]{3}),[^*$]*");
    private static final Pattern SIX_DIGITS = Pattern.compile("[0-9]{6}");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern CLOCK = Pattern.compile("[0-9]{6}(\\.[0-9]+)?");
    private static final Pattern NOT_FIXED = Pattern.compile("0?|N+"); // GGA: quality 0; GNS: N for each system
    private static final int CHECKSUM_DIGITS = 2;
    private static final int POSITION_COMMAS_MIN = 6;
    private static final int FIELDS_READ = 12;

    /**
     * The sentences with positions. The same positions may stand in several kinds: RMC comes first, since it has the date.
     */
    private static final List<String> POSITIONS = List.of("RMC", "GGA", "GNS", "GLL");

    private NmeaLog() {}

    /** Whether these are the lines of such a log: two have a sentence, or a damaged one that would hold a position. */
    static boolean is(List<String> lines) {
        return lines.stream().filter(NmeaLog::holdsSentence).limit(2).count() == 2;
    }

    /** Whether this line has a sentence whose checksum, if it has one, is right. */
    static boolean isSentence(String line) {
        return sentence(line) != null;
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
        int end = found.end() + 1 + CHECKSUM_DIGITS;
        boolean right = end <= line.length()
                && Character.digit(line.charAt(end - 2), 16) == sum >> 4
                && Character.digit(line.charAt(end - 1), 16) == (sum & 15);
        return right ? text : null;
    }

    private static boolean holdsSentence(String line) {
        if (line.indexOf('$') < 0) {
            return false;
        }
        Matcher found = SENTENCE.matcher(line);
        return sentence(line) != null
                || (found.find()
                        && POSITIONS.contains(found.group(1))
                        && found.group().chars().filter(c -> c == ',').count() >= POSITION_COMMAS_MIN);
    }

    /** Adds a track for each kind of sentence, the best first. */
    static void read(List<Track> tracks, List<String> lines) {
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
            String[] field = Arrays.copyOf(text.split(",", -1), FIELDS_READ);
            Arrays.setAll(field, i -> field[i] == null ? "" : field[i]);
            String kind = field[0].substring(3); // behind $ and the talker
            switch (kind) {
                case "ZDA" -> {
                    String day = field[4] + "-" + field[3] + "-" + field[2];
                    date = DATE.matcher(day).matches() ? day : date;
                }
                case "RMC" -> {
                    String day = field[9];
                    if (SIX_DIGITS.matcher(day).matches()) {
                        date = Times.year(day.substring(4)) + "-" + day.substring(2, 4) + "-" + day.substring(0, 2);
                    }
                    fix(byKind.get(kind), field[2].equals("A"), field, 3, altitude, time(date, field[1]));
                }
                case "GGA", "GNS" -> {
                    altitude = Track.number(field[9]);
                    boolean fixed = !NOT_FIXED.matcher(field[6]).matches();
                    fix(byKind.get(kind), fixed, field, 2, altitude, time(date, field[1]));
                }
                case "GLL" -> fix(byKind.get(kind), !field[6].equals("V"), field, 1, null, time(date, field[5]));
                default -> {}
            }
        }
    }

    /** Adds the position whose latitude is field {@code at}; its side, the longitude and that one's side follow. */
    private static void fix(Track track, boolean fixed, String[] field, int at, Double altitude, String time) {
        if (fixed) {
            track.addIfRead(
                    angle(field[at], field[at + 1], "NS"), angle(field[at + 2], field[at + 3], "EW"), altitude, time);
        } else {
            track.unfixed();
        }
    }

    /** {@code 3954.2520,N}: degrees and minutes. */
    private static Double angle(String text, String side, String sides) {
        Double value = text.startsWith("-") ? null : Track.number(text);
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
}
