package org.liuhen.describe;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;

/**
 * The columns of a table of positions. What a column holds is found by its name; the columns that hold the side of the equator and of
 * Greenwich, by their cells.
 */
final class PositionColumns {
    private static final int COLUMNS_MAX = 500;
    private static final int NAME_WORDS_MAX = 5;
    private static final Pattern ANGLE = Pattern.compile("([NSEWnsew北南东西東])?[纬经緯經]?[:：]?\\s*"
            + "([-+]?[0-9]+(?:\\.[0-9]+)?)\\s*[°度]?\\s*"
            + "(?:([0-9]+(?:\\.[0-9]+)?)\\s*['′分]\\s*)?(?:([0-9]+(?:\\.[0-9]+)?)\\s*(?:\"|″|''|秒)\\s*)?"
            + "([NSEWnsew北南东西東])?");
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

    private final List<String> names;
    private final int latitude;
    private final int longitude;
    private final int altitude;
    private final int time;
    private final int date;
    private final long headerRow; // its number

    /** Columns that have cells with text. */
    private final BitSet filled = new BitSet();

    /** Columns that hold something beside north and south. */
    private final BitSet notOnlyNorthSouth = new BitSet();

    private final BitSet notOnlyEastWest = new BitSet();

    private PositionColumns(List<String> names, long headerRow) {
        this.names = names;
        this.headerRow = headerRow;
        latitude = column(LATITUDES);
        longitude = column(LONGITUDES);
        altitude = column(ALTITUDES);
        time = column(TIMES);
        date = column(DATES);
    }

    /** The columns that this row names, or null where it does not name latitude and longitude. */
    static PositionColumns of(CSVRecord row) {
        if (row.size() > COLUMNS_MAX) {
            return null;
        }
        PositionColumns columns = new PositionColumns(
                row.stream().map(name -> name.replace("\ufeff", "").strip()).toList(), row.getRecordNumber());
        boolean both = columns.latitude >= 0 && columns.longitude >= 0 && columns.latitude != columns.longitude;
        return both ? columns : null;
    }

    /** The names of the two columns, as the source of a track. */
    String source() {
        return "CSV " + names.get(latitude) + ", " + names.get(longitude);
    }

    /** Whether this row stands behind the one with the names. */
    boolean areBefore(CSVRecord row) {
        return row.getRecordNumber() > headerRow;
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

    /** Notes which columns hold something beside names of sides; to be called for all rows before {@link #read}. */
    void look(CSVRecord row) {
        for (int i = 0; i < names.size() && i < row.size(); i++) {
            String cell = row.get(i);
            if (!cell.isEmpty()) {
                filled.set(i);
                if (!notOnlyNorthSouth.get(i) && !NORTH_SOUTH.matcher(cell).matches()) {
                    notOnlyNorthSouth.set(i);
                }
                if (!notOnlyEastWest.get(i) && !EAST_WEST.matcher(cell).matches()) {
                    notOnlyEastWest.set(i);
                }
            }
        }
    }

    /** Adds the position in this row. */
    void read(Track track, CSVRecord row) {
        int north = side(notOnlyNorthSouth, latitude);
        int east = side(notOnlyEastWest, longitude);
        boolean fits = row.size() > Math.max(latitude, longitude)
                && row.stream().skip(names.size()).allMatch(String::isEmpty);
        if (!fits) { // a separator too many may have moved every column
            track.unread();
        } else {
            track.addIfRead(
                    degrees(row.get(latitude), cell(row, north), north >= 0, NORTH_SOUTH),
                    degrees(row.get(longitude), cell(row, east), east >= 0, EAST_WEST),
                    Track.number(cell(row, altitude)),
                    when(row));
        }
    }

    private static String cell(CSVRecord row, int column) {
        return column < 0 || column >= row.size() ? "" : row.get(column);
    }

    /** The column that holds only names of sides and stands nearest to the angle's, or -1. */
    private int side(BitSet notOnlySides, int angle) {
        int best = -1;
        for (int column = 0; column < names.size(); column++) {
            boolean all = filled.get(column) && !notOnlySides.get(column);
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

    /** An angle in degrees, or in degrees, minutes and seconds. The side is in a column of its own, before or behind the angle, or a sign. */
    private static Double degrees(String cell, String side, boolean hasSides, Pattern sides) {
        Matcher angle = ANGLE.matcher(DECIMAL_COMMA.matcher(cell.strip()).replaceFirst("$1.$2"));
        if (!angle.matches() || (hasSides && side.isEmpty())) {
            return null;
        }
        Double value = Track.number(angle.group(2));
        double whole = Math.abs(value)
                + (angle.group(3) == null ? 0 : Track.number(angle.group(3)) / 60)
                + (angle.group(4) == null ? 0 : Track.number(angle.group(4)) / 3_600);
        boolean negative = angle.group(2).startsWith("-");
        for (String named : new String[] {side, angle.group(1), angle.group(5)}) {
            if (named == null || named.isEmpty()) {
                continue;
            }
            boolean below = BELOW.matcher(named).matches();
            if (!sides.matcher(named).matches() || (negative && !below)) {
                return null; // a side of the other axis, or a negative angle to the north
            }
            negative = below;
        }
        double rounded = angle.group(3) == null ? whole : Math.round(whole * 1e9) / 1e9;
        return negative ? -rounded : rounded;
    }
}
