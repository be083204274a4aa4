package org.liuhen.ingest.describe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * GPMF, the metadata that GoPro cameras write once a second: records of key, type, size and count, nested, each padded to four
 * bytes. {@code GPS5} holds positions under one time ({@code GPSU}), {@code GPS9} each with its own.
 */
final class Gpmf {
    private static final long DAY_2000 = 10_957; // days from 1970 to 2000
    private static final int DEPTH_MAX = 6;

    private final Track under = new Track("GPMF GPS5", "utc");
    private final Track own = new Track("GPMF GPS9", "utc");

    /** The positions read so far: those with times of their own, where a camera writes both forms of the same. */
    Track track() {
        return own.isEmpty() ? under : own;
    }

    /** What the records of one stream say before its positions. */
    private static final class Stream {
        private double[] scale = new double[0];
        private int fix = 3; // streams without GPSF come from cameras that write only fixed positions
        private String time;

        double scaled(int value, int column) {
            double by = column < scale.length ? scale[column] : scale.length == 1 ? scale[0] : 1;
            return by == 0 ? value : value / by;
        }
    }

    /** Reads one sample of the track. */
    void read(ByteBuffer bytes) {
        read(bytes, new Stream(), 0);
    }

    private void read(ByteBuffer bytes, Stream stream, int depth) {
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
                read(value, new Stream(), depth + 1);
                continue;
            }
            switch (key) {
                case "SCAL" -> {
                    stream.scale = new double[count];
                    for (int i = 0; i < count && value.remaining() >= size && size > 0; i++) {
                        stream.scale[i] = size == 2 ? value.getShort() : size == 4 ? value.getInt() : 1;
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
                default -> {}
            }
        }
    }

    private static int[] row(ByteBuffer value, int columns) {
        int[] row = new int[columns];
        for (int i = 0; i < columns; i++) {
            row[i] = value.getInt();
        }
        return row;
    }

    private static void add(Track track, Stream stream, int[] row, String time, int fix) {
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
        return "20" + text.substring(0, 2) + "-" + text.substring(2, 4) + "-" + text.substring(4, 6) + "T"
                + text.substring(6, 8) + ":" + text.substring(8, 10) + ":" + text.substring(10) + "Z";
    }
}
