package org.liuhen.describe;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Positions in the subtitles (SRT) that drones write beside or into their recordings. */
final class SubtitleLog {
    private static final Pattern CUE = Pattern.compile("(?m)^[0-9]{2}:[0-9]{2}:[0-9]{2}[,.][0-9]{1,3} --> ");
    private static final Pattern NAMED_PLACE =
            Pattern.compile("\\[\\s*latitude\\s*:\\s*[-+]?[0-9.]+[^\\n]*\\[\\s*longt?itude\\s*:\\s*[-+]?[0-9.]+");
    private static final Pattern BRACKETS =
            Pattern.compile("\\[\\s*(latitude|longitude|longtitude|abs_alt|altitude)\\s*:\\s*([-+]?[0-9.]+)");
    private static final Pattern ALTITUDE = Pattern.compile("abs_alt\\s*:\\s*([-+]?[0-9.]+)");
    private static final Pattern GPS_CALL = Pattern.compile(
            "GPS\\s*\\(\\s*([-+]?[0-9.]+)\\s*,\\s*([-+]?[0-9.]+)\\s*(?:,\\s*([-+]?[0-9.]+)\\s*([Mm])?)?");
    private static final Pattern GPS_SIDES =
            Pattern.compile("GPS\\s*\\(\\s*([NSEW])\\s*:\\s*([0-9.]+)\\s*,\\s*([NSEW])\\s*:\\s*([0-9.]+)");
    private static final Pattern NO_FIX = Pattern.compile("GPS\\s*\\(\\s*N/A");
    private static final Pattern SATELLITES = Pattern.compile("[0-9]{1,2}");
    private static final Pattern DATE = Pattern.compile(
            "([0-9]{4})[-.]([0-9]{1,2})[-.]([0-9]{1,2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,3})?)");
    private static final double LATITUDE_MAX = 90;

    private SubtitleLog() {}

    /** Whether this is a text of subtitles; some drones leave the times out. */
    static boolean is(String text) {
        return CUE.matcher(text).find() || NAMED_PLACE.matcher(text).find();
    }

    /** Adds a track of the positions. */
    static Track read(List<Track> tracks, List<String> lines) {
        Track track = new Track("SRT");
        tracks.add(track);
        StringBuilder cue = new StringBuilder();
        for (String line : lines) {
            if (line.isBlank()) {
                add(track, cue.toString());
                cue.setLength(0);
            } else {
                cue.append(line).append('\n');
            }
        }
        add(track, cue.toString());
        return track;
    }

    /**
     * Adds the position in one subtitle. Most name latitude and longitude. Of {@code GPS(a,b,c)} there are two orders: longitude, latitude and
     * the number of satellites, and, where the third has its unit, latitude, longitude and height in metres (Matrice 300). An angle beyond 90
     * degrees is a longitude wherever it stands. Where none of this decides, there is no position.
     */
    static void add(Track track, String text) {
        Double latitude = null;
        Double longitude = null;
        Double altitude = null;
        Matcher bracket = BRACKETS.matcher(text);
        while (bracket.find()) {
            switch (bracket.group(1)) {
                case "latitude" -> latitude = Track.number(bracket.group(2));
                case "abs_alt", "altitude" -> altitude = Track.number(bracket.group(2));
                default -> longitude = Track.number(bracket.group(2)); // "longtitude" is how some firmware writes it
            }
        }
        Matcher absolute = ALTITUDE.matcher(text);
        if (absolute.find()) {
            altitude = Track.number(absolute.group(1));
        }
        Matcher sides = GPS_SIDES.matcher(text);
        if (latitude == null && sides.find()) {
            for (int i = 1; i <= 3; i += 2) {
                Double angle = Track.number(sides.group(i + 1));
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
            Double first = Track.number(call.group(1));
            Double second = Track.number(call.group(2));
            String third = call.group(3);
            boolean metres = call.group(4) != null;
            if (first == null || second == null) {
                track.unread();
                return;
            }
            boolean none = first == 0 && second == 0;
            boolean satellites = third != null && SATELLITES.matcher(third).matches();
            if (Math.abs(second) > LATITUDE_MAX || (metres && Math.abs(first) <= LATITUDE_MAX)) {
                latitude = first;
                longitude = second;
            } else if (none || Math.abs(first) > LATITUDE_MAX || satellites) {
                longitude = first;
                latitude = second;
            } else {
                track.unread(
                        "the order of latitude and longitude in " + call.group().strip() + " … is not known");
                return;
            }
        }
        if (latitude != null && longitude != null) {
            track.add(latitude, longitude, altitude, time(text));
        } else if (latitude != null || longitude != null) {
            track.unread(); // cut off
        } else if (NO_FIX.matcher(text).find()) {
            track.unfixed();
        }
    }

    private static String time(String text) {
        Matcher date = DATE.matcher(text);
        if (!date.find()) {
            return null;
        }
        String day = date.group(1) + "-" + twoDigits(date.group(2)) + "-" + twoDigits(date.group(3));
        return day + "T" + date.group(4).replace(',', '.');
    }

    private static String twoDigits(String number) {
        return number.length() == 1 ? "0" + number : number;
    }
}
