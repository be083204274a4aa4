package org.liuhen.describe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * GPMF, the metadata that GoPro cameras write once a second: records of key, type, size and count, nested, each padded to four
 * bytes. {@code GPS5} holds positions under one time ({@code GPSU}), {@code GPS9} each with its own, and {@code GPRI}, of the drone
 * Karma, each with the time since it was started, which {@code SYST} ties to the time of day.
 */
final class Gpmf {
    private static final long DAY_2000 = 10_957; // days from 1970 to 2000
    private static final int DEPTH_MAX = 6;
    private static final int TEXTS_MAX = 100;
    private static final int SYST = 0x53595354;

    private final Track under = new Track("GPMF GPS5");
    private final Track own = new Track("GPMF GPS9");
    private final Track raw = new Track("GPMF GPRI");
    private final Map<String, String> texts = new TreeMap<>();
    private double started = Double.NaN; // seconds from 1970 to the start of a Karma

    /** The positions read so far: those with times of their own, where a camera writes both forms of the same. */
    Track track() {
        return Stream.of(own, under, raw)
                .filter(track -> !track.isEmpty())
                .findFirst()
                .orElse(raw.counted() > 0 ? raw : own.counted() > 0 ? own : under);
    }

    /** The texts read so far, by their keys, such as {@code MINF}, the camera's model. */
    Map<String, String> texts() {
        return texts;
    }

    /** What the records of one stream say before its positions. */
    private static final class Fields {
        private double[] scale = new double[0];
        private int fix = 3; // streams without GPSF come from cameras that write only fixed positions
        private String time;
        private String type = "";

        double scaled(int value, int column) {
            double by = column < scale.length ? scale[column] : scale.length == 1 ? scale[0] : 1;
            return by == 0 ? value : value / by;
        }
    }

    /** Reads one sample of the track. */
    void read(ByteBuffer bytes) {
        clock(bytes.duplicate(), 0);
        read(bytes, new Fields(), 0);
    }

    /** Looks for {@code SYST} alone: it stands behind the positions whose times it explains. */
    private void clock(ByteBuffer bytes, int depth) {
        while (bytes.remaining() >= 8) {
            int key = bytes.getInt();
            int type = bytes.get();
            int size = bytes.get() & 0xff;
            int length = Math.min(size * (bytes.getShort() & 0xffff), bytes.remaining());
            if (type == 0 && depth < DEPTH_MAX) {
                clock(bytes.slice(bytes.position(), length), depth + 1);
            } else if (key == SYST
                    && size == 16
                    && length >= 16) { // microseconds since the start, milliseconds since 1970
                started = bytes.getLong(bytes.position() + 8) / 1e3 - bytes.getLong(bytes.position()) / 1e6;
            }
            bytes.position(Math.min(bytes.limit(), bytes.position() + (length + 3) / 4 * 4));
        }
    }

    private void read(ByteBuffer bytes, Fields stream, int depth) {
        while (bytes.remaining() >= 8) {
            byte[] name = new byte[4];
            bytes.get(name);
            String key = new String(name, StandardCharsets.ISO_8859_1);
            int type = bytes.get();
            int size = bytes.get() & 0xff;
            int count = bytes.getShort() & 0xffff;
            int length = Math.min(size * count, bytes.remaining());
            ByteBuffer value = bytes.slice(bytes.position(), length);
            bytes.position(Math.min(bytes.limit(), bytes.position() + (length + 3) / 4 * 4));
            if (type == 0 && depth < DEPTH_MAX) {
                read(value, new Fields(), depth + 1);
                continue;
            }
            switch (key) {
                case "SCAL" -> {
                    stream.scale = new double[count];
                    for (int i = 0; i < count && value.remaining() >= size && size > 0; i++) {
                        stream.scale[i] = type == 'f' && size == 4
                                ? value.getFloat()
                                : size == 2 ? value.getShort() : size == 4 ? value.getInt() : 1;
                    }
                }
                case "GPSF" -> stream.fix = length >= 4 ? value.getInt() : 0;
                case "GPSU" -> stream.time = time(value, length);
                case "GPS5" -> {
                    for (int i = 0; i < count && value.remaining() >= 20 && size == 20; i++) {
                        int[] row = row(value, 5);
                        add(under, stream, row, i == 0 ? stream.time : null, stream.fix);
                    }
                }
                case "GPS9" -> {
                    for (int i = 0; i < count && value.remaining() >= 32 && size == 32; i++) {
                        int[] row = row(value, 7);
                        value.getShort(); // dilution of precision
                        int fix = value.getShort();
                        double seconds = stream.scaled(row[6], 6);
                        Instant time = Instant.ofEpochSecond((DAY_2000 + row[5]) * 86_400)
                                .plusMillis(Math.round(seconds * 1_000));
                        add(own, stream, row, time.toString(), fix);
                    }
                }
                case "TYPE" -> stream.type = text(value, length);
                case "GPRI" -> {
                    for (int at = 0; stream.type.equals("JlllSSSSBB") && size == 30 && at + 30 <= length; at += 30) {
                        int[] row = {value.getInt(at + 8), value.getInt(at + 12), value.getInt(at + 16)};
                        if (value.get(at + 28) < 2) {
                            raw.unfixed();
                        } else {
                            double time = started + value.getLong(at) / 1e6;
                            raw.add(
                                    stream.scaled(row[0], 1),
                                    stream.scaled(row[1], 2),
                                    stream.scaled(row[2], 3),
                                    Double.isNaN(time)
                                            ? null
                                            : Instant.ofEpochMilli(Math.round(time * 1e3))
                                                    .toString());
                        }
                    }
                }
                default -> {
                    if (type == 'c' && texts.size() < TEXTS_MAX) {
                        texts.putIfAbsent(key, text(value, length));
                    }
                }
            }
        }
    }

    private static String text(ByteBuffer value, int length) {
        byte[] bytes = new byte[length];
        value.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1).replace("\0", "").strip();
    }

    private static int[] row(ByteBuffer value, int columns) {
        int[] row = new int[columns];
        for (int i = 0; i < columns; i++) {
            row[i] = value.getInt();
        }
        return row;
    }

    private static void add(Track track, Fields stream, int[] row, String time, int fix) {
        if (fix < 2) {
            track.unfixed();
        } else {
            track.add(stream.scaled(row[0], 0), stream.scaled(row[1], 1), stream.scaled(row[2], 2), time);
        }
    }

    /** {@code yymmddhhmmss.sss} in UTC. */
    private static String time(ByteBuffer value, int length) {
        byte[] bytes = new byte[length];
        value.get(bytes);
        String text = new String(bytes, StandardCharsets.US_ASCII).strip();
        if (!text.matches("[0-9]{12}\\.[0-9]{3}")) {
            return null;
        }
        return Times.year(text.substring(0, 2)) + "-" + text.substring(2, 4) + "-" + text.substring(4, 6) + "T"
                + text.substring(6, 8) + ":" + text.substring(8, 10) + ":" + text.substring(10) + "Z";
    }
}
