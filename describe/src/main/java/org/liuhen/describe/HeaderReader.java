package org.liuhen.describe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/**
 * The values in the header of a recording of which no packet is left, so that ffprobe gives nothing: Matroska (RFC 9559), ASF, and
 * the first page of Ogg.
 */
final class HeaderReader {
    // ASF Specification §3.1 to §3.3; the first four bytes of each GUID, little-endian
    private static final int ASF_FILE_PROPERTIES = 0x8cabdca1;
    private static final int ASF_STREAM_PROPERTIES = 0xb7dc0791;
    private static final int ASF_VIDEO = 0xbc19efc0;
    private static final int ASF_AUDIO = 0xf8699e40;
    private static final int ASF_FIRST_OBJECT_AT = 30;
    private static final int ASF_OBJECT_SIZE_AT = 16;
    private static final int ASF_OBJECT_HEADER_BYTES = 24;
    private static final int ASF_CREATION_DATE_AT = 48; // in 100 ns since 1601
    private static final int ASF_PLAY_DURATION_AT = 64; // in 100 ns, with the preroll
    private static final int ASF_PREROLL_AT = 80; // in milliseconds
    private static final int ASF_FILE_PROPERTIES_BYTES = 104;
    private static final int ASF_TYPE_DATA_AT = 78;
    private static final int ASF_TYPE_DATA_READ_BYTES = 11;

    // RFC 3533 §6, and the first page of Vorbis I §4.2.2, RFC 7845 §5.1, Ogg FLAC 1.0
    private static final int OGG_SEGMENTS_AT = 26;
    private static final int OGG_HEADER_BYTES = 27;
    private static final int OGG_CONTENT_READ_BYTES = 40;
    private static final int VORBIS_CHANNELS_AT = 11;
    private static final int VORBIS_RATE_AT = 12;
    private static final int OPUS_CHANNELS_AT = 9;
    private static final int OGG_FLAC_MARK_AT = 9;
    private static final int OGG_FLAC_RATE_AT =
            OGG_FLAC_MARK_AT + 4 + 4 + 10; // mark, block header, STREAMINFO up to the rate

    private static final int HEAD_BYTES = 1 << 20;
    private static final int DEPTH_MAX = 8;
    private static final Instant MATROSKA_EPOCH = Instant.parse("2001-01-01T00:00:00Z");
    private static final long ASF_EPOCH_SECONDS = 11_644_473_600L; // from 1601 to 1970
    private static final int VIDEO = 1;

    private final Facts facts;
    private final ByteBuffer head;
    private double scale = 1e6; // nanoseconds in a tick of Matroska
    private double ticks;
    private int kind;
    private long ofEach;

    private HeaderReader(Facts facts, byte[] head) {
        this.facts = facts;
        this.head = ByteBuffer.wrap(head);
    }

    /** Adds it; nothing of other files. */
    static void addTo(Facts facts, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            HeaderReader reader = new HeaderReader(facts, in.readNBytes(HEAD_BYTES));
            if (reader.head.limit() < 32) {
                return;
            }
            switch (reader.head.getInt(0)) {
                case 0x1a45dfa3 -> {
                    reader.elements(0, reader.head.limit(), 0);
                    reader.duration(reader.ticks * reader.scale / 1e9, "Matroska Info Duration");
                }
                case 0x3026b275 -> reader.asf(reader.head.order(ByteOrder.LITTLE_ENDIAN));
                case 0x4f676753 -> reader.ogg(reader.head.order(ByteOrder.LITTLE_ENDIAN));
                default -> {}
            }
        } catch (IOException | RuntimeException damaged) {
            facts.failed("header", damaged);
        }
    }

    private void duration(double seconds, String source) {
        if (seconds > 0 && Double.isFinite(seconds) && !facts.has(Durations.DECLARED)) {
            facts.add(Durations.value(Durations.DECLARED, seconds, source));
        }
    }

    private void number(String name, long number, String unit, String source) {
        if (number > 0) {
            facts.stated(name, String.valueOf(number), unit, source);
        }
    }

    /** Elements of EBML: an identifier and a size of as many bytes as their first bits say (RFC 8794 §4). */
    private void elements(int from, int to, int depth) {
        int at = from;
        while (at < to && depth < DEPTH_MAX) {
            int idBytes = Integer.numberOfLeadingZeros(head.get(at) & 0xff) - 23;
            if (idBytes > 4 || at + idBytes >= to) {
                return;
            }
            int id = (int) value(at, idBytes);
            at += idBytes;
            int sizeBytes = Integer.numberOfLeadingZeros(head.get(at) & 0xff) - 23;
            if (sizeBytes > 8 || at + sizeBytes > to) {
                return;
            }
            long mask = (1L << (7 * sizeBytes)) - 1;
            long size = value(at, sizeBytes) & mask;
            at += sizeBytes;
            long end = size == mask ? to : at + size;
            boolean master =
                    id == 0x18538067 || id == 0x1549a966 || id == 0x1654ae6b || id == 0xae || id == 0xe0 || id == 0xe1;
            if (master) {
                if (id == 0xae) {
                    kind = 0;
                    ofEach = 0;
                }
                elements(at, (int) Math.min(end, to), depth + 1);
                if (id == 0xae && kind == VIDEO && ofEach > 0) {
                    String rate = String.format(Locale.ROOT, "%.3f", 1e9 / ofEach);
                    facts.stated("frameRate", rate, "frames per second", "Matroska DefaultDuration");
                }
            } else if (end > to) {
                return;
            } else {
                element(id, at, (int) size);
            }
            at = (int) Math.min(end, to);
        }
    }

    private long value(int at, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = (value << 8) | (head.get(at + i) & 0xff);
        }
        return value;
    }

    private void element(int id, int at, int size) {
        boolean small = size <= 8;
        switch (id) {
            case 0x2ad7b1 -> scale = small ? value(at, size) : scale;
            case 0x4489 -> ticks = decimal(at, size);
            case 0x4461 -> {
                if (size == 8) {
                    facts.stated(
                            "timeClaim",
                            MATROSKA_EPOCH.plusNanos(head.getLong(at)).toString(),
                            null,
                            "Matroska DateUTC");
                }
            }
            case 0x7ba9 -> facts.stated("title", text(at, size), null, "Matroska Title");
            case 0x83 -> kind = small ? (int) value(at, size) : 0;
            case 0x23e383 -> ofEach = small ? value(at, size) : 0;
            case 0xb0 -> number("width", small ? value(at, size) : 0, "pixels", "Matroska PixelWidth");
            case 0xba -> number("height", small ? value(at, size) : 0, "pixels", "Matroska PixelHeight");
            case 0xb5 -> number("sampleRate", Math.round(decimal(at, size)), "hertz", "Matroska SamplingFrequency");
            case 0x9f -> number("channels", small ? value(at, size) : 0, null, "Matroska Channels");
            default -> {}
        }
    }

    private double decimal(int at, int size) {
        return size == 4 ? head.getFloat(at) : size == 8 ? head.getDouble(at) : 0;
    }

    private String text(int at, int size) {
        byte[] text = new byte[Math.min(size, 2_000)];
        head.get(at, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** ASF: objects with an identifier of 16 bytes and a size of 8, inside the header object. */
    private void asf(ByteBuffer in) {
        int at = ASF_FIRST_OBJECT_AT;
        while (at + ASF_OBJECT_HEADER_BYTES <= in.limit()) {
            long size = in.getLong(at + ASF_OBJECT_SIZE_AT);
            if (size < ASF_OBJECT_HEADER_BYTES || at + size > in.limit()) {
                return;
            }
            switch (in.getInt(at)) {
                case ASF_FILE_PROPERTIES -> {
                    if (size >= ASF_FILE_PROPERTIES_BYTES) {
                        long created = in.getLong(at + ASF_CREATION_DATE_AT) / 10_000_000 - ASF_EPOCH_SECONDS;
                        if (created > 0) {
                            facts.stated(
                                    "timeClaim", Instant.ofEpochSecond(created).toString(), null, "ASF Creation Date");
                        }
                        duration(
                                in.getLong(at + ASF_PLAY_DURATION_AT) / 1e7 - in.getLong(at + ASF_PREROLL_AT) / 1e3,
                                "ASF Play Duration, Preroll");
                    }
                }
                case ASF_STREAM_PROPERTIES -> {
                    if (size >= ASF_TYPE_DATA_AT + ASF_TYPE_DATA_READ_BYTES) {
                        stream(in, at);
                    }
                }
                default -> {}
            }
            at += (int) size;
        }
    }

    private void stream(ByteBuffer in, int at) {
        int data = at + ASF_TYPE_DATA_AT;
        switch (in.getInt(at + ASF_OBJECT_HEADER_BYTES)) {
            case ASF_VIDEO -> {
                number("width", in.getInt(data), "pixels", "ASF Encoded Image Width");
                number("height", in.getInt(data + 4), "pixels", "ASF Encoded Image Height");
            }
            case ASF_AUDIO -> {
                number("channels", in.getShort(data + 2), null, "ASF Number of Channels");
                number("sampleRate", in.getInt(data + 4), "hertz", "ASF Samples Per Second");
            }
            default -> {}
        }
    }

    /** The header of Vorbis, Opus (RFC 7845) or FLAC at the beginning of the first page. */
    private void ogg(ByteBuffer in) {
        int at = OGG_HEADER_BYTES + (in.get(OGG_SEGMENTS_AT) & 0xff);
        if (at + OGG_CONTENT_READ_BYTES > in.limit()) {
            return;
        }
        String mark = text(at, 16);
        if (mark.startsWith("\u0001vorbis")) {
            number("channels", in.get(at + VORBIS_CHANNELS_AT), null, "Vorbis header");
            number("sampleRate", in.getInt(at + VORBIS_RATE_AT), "hertz", "Vorbis header");
        } else if (mark.startsWith("OpusHead")) {
            number("channels", in.get(at + OPUS_CHANNELS_AT), null, "Opus header");
        } else if (mark.startsWith("fLaC", OGG_FLAC_MARK_AT)) {
            int rate = in.order(ByteOrder.BIG_ENDIAN).getInt(at + OGG_FLAC_RATE_AT);
            number("sampleRate", rate >>> 12, "hertz", "FLAC STREAMINFO");
            number("channels", ((rate >>> 9) & 7) + 1, null, "FLAC STREAMINFO");
        }
    }
}
