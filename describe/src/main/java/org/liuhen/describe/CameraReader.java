package org.liuhen.describe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.liuhen.describe.readback.Structure;

/**
 * What cameras write into a recording where ffprobe does not look: date, make, model and position of AVCHD camcorders, in the H.264
 * stream itself (user data of the kind MDPM); the date that DV tape had; GoPro's own box; a packet of XMP in MP4.
 */
final class CameraReader {
    private static final int HEAD_BYTES = 4 << 20;
    private static final int CHUNKS_MAX = 10_000;
    private static final int XMP_CHUNK = 0x584d505f; // _PMX, its last byte first

    private static final int CHUNK_LENGTH_AT = 4; // of RIFF
    private static final int CHUNK_DATA_AT = 8;
    private static final int FIRST_CHUNK_AT = 12;

    // transport packets (ISO/IEC 13818-1 §2.4.3.2)
    private static final int PACKET_HEADER_BYTES = 4;
    private static final int WITH_ADAPTATION = 2; // of the field adaptation_field_control
    private static final int WITH_PAYLOAD = 1;

    // MDPM, as exiftool's H264.pm reads it: the number of fields, then each a tag and four bytes
    private static final int FIELD_BYTES = 5;
    private static final int FIELDS_MAX = 256;
    private static final int ZONE_YEAR_MONTH = 0x18;
    private static final int DAY_AND_TIME = 0x19;
    private static final int ZONE_NOT_SET = 0x80;
    private static final int ZONE_SUMMER = 0x40; // which of two zones it is, is not known then
    private static final int ZONE_WEST = 0x20;
    private static final int ZONE_HALF_HOUR = 0x01;
    private static final int MAKE = 0xe0;
    private static final int[] MODEL = {0xe4, 0xe5, 0xe6};
    private static final int LATITUDE_SIDE = 0xb1;
    private static final int LONGITUDE_SIDE = 0xb5;
    private static final int GPS_STATUS = 0xbe;

    // DV (IEC 61834-2, IEC 61834-4): a sequence of 150 blocks, whose fourth to sixth hold auxiliary data of the picture
    private static final int DIF_BLOCK_BYTES = 80;
    private static final int DIF_BLOCKS_READ = 6;
    private static final int DIF_ID_BYTES = 3;
    private static final int DIF_TYPE = 0xf0;
    private static final int DIF_AUXILIARY = 0x50;
    private static final int PACK_BYTES = 5;
    private static final int PACK_DATE = 0x62;
    private static final int PACK_TIME = 0x63;

    private static final byte[] MDPM = {
        0x17,
        (byte) 0xee,
        (byte) 0x8c,
        0x60,
        (byte) 0xf8,
        0x4d,
        0x11,
        (byte) 0xd9,
        (byte) 0x8c,
        (byte) 0xd6,
        0x08,
        0x00,
        0x20,
        0x0c,
        (byte) 0x9a,
        0x66,
        'M',
        'D',
        'P',
        'M'
    };
    private static final Map<Integer, String> MAKES =
            Map.of(0x0103, "Panasonic", 0x0108, "Sony", 0x1011, "Canon", 0x1104, "JVC");

    private CameraReader() {}

    /** Adds what the camera wrote; to be called after ffprobe has named container and codecs. */
    static void addTo(Facts facts, Path file, Request request) {
        try {
            boolean dv = facts.has("videoCodec", "dvvideo");
            if (dv || facts.has("videoCodec", "h264")) {
                byte[] head;
                try (InputStream in = Files.newInputStream(file)) {
                    head = in.readNBytes(HEAD_BYTES);
                }
                if (dv) {
                    dv(facts, head);
                } else if (facts.has("container", "mpegts")) {
                    transport(facts, head);
                } else {
                    avchd(facts, head);
                }
            }
            if (facts.has("container", "avi") || facts.has("container", "wav")) {
                try (FileChannel channel = FileChannel.open(file)) {
                    riff(facts, channel);
                }
            }
            if (request.kind() == Structure.Kind.ISO_BASE_MEDIA) {
                try (FileChannel channel = FileChannel.open(file)) {
                    boxes(facts, Mp4Index.of(channel));
                }
            }
        } catch (IOException | RuntimeException failed) {
            facts.failed("camera", failed);
        }
    }

    /** A packet of XMP in RIFF (XMP part 3 §1.2.2), beside the media data. */
    private static void riff(Facts facts, FileChannel file) throws IOException {
        long at = FIRST_CHUNK_AT;
        for (int chunks = 0; chunks < CHUNKS_MAX && at + CHUNK_DATA_AT <= file.size(); chunks++) {
            ByteBuffer chunk = Bytes.at(file, at, CHUNK_DATA_AT).order(ByteOrder.LITTLE_ENDIAN);
            long length = Bytes.unsignedInt(chunk, CHUNK_LENGTH_AT);
            if (chunk.getInt(0) == 0) {
                return; // not in the skeleton
            }
            if (chunk.getInt(0) == XMP_CHUNK && length <= HEAD_BYTES) {
                ByteBuffer xmp = Bytes.at(file, at + CHUNK_DATA_AT, (int) length);
                byte[] packet = new byte[xmp.remaining()];
                xmp.get(packet);
                ImageReader.xmp(facts, packet);
                return;
            }
            at += CHUNK_DATA_AT + length + (length & 1);
        }
    }

    private static void boxes(Facts facts, Mp4Index index) throws IOException {
        Map<String, String> texts = index.texts();
        for (String author : new String[] {"\u00a9aut", "auth"}) {
            if (texts.containsKey(author)) { // ffprobe has one name for author and performer
                facts.values.removeIf(
                        value -> value.name().equals("author") && value.source().contains("artist"));
                facts.stated("author", texts.get(author), null, "user data " + author);
                facts.stated("performer", texts.get("\u00a9ART"), null, "user data \u00a9ART");
            }
        }
        for (String performer : new String[] {"\u00a9prf", "perf"}) {
            facts.stated("performer", texts.get(performer), null, "user data " + performer);
        }
        if (!facts.has("title")) {
            facts.stated("title", texts.get("titl"), null, "user data titl");
        }
        Gpmf gpmf = new Gpmf();
        gpmf.read(index.more("GPM"));
        facts.stated("model", gpmf.texts().get("MINF"), null, "GPMF MINF");
        facts.stated("serial", gpmf.texts().get("CASN"), null, "GPMF CASN");
        facts.stated("software", gpmf.texts().get("FMWR"), null, "GPMF FMWR");
        ByteBuffer xmp = index.more("XMP");
        if (xmp.hasRemaining()) {
            byte[] packet = new byte[xmp.remaining()];
            xmp.get(packet);
            ImageReader.xmp(facts, packet);
        }
    }

    /** The payloads of each stream one behind the other, without the headers of the packets (ISO/IEC 13818-1 §2.4.3). */
    private static void transport(Facts facts, byte[] head) {
        int time = StreamStructure.BLU_RAY_TIME_BYTES;
        int before = head.length > time && !isPacket(head, 0) && isPacket(head, time) ? time : 0;
        int bytes = StreamStructure.TRANSPORT_PACKET_BYTES;
        Map<Integer, ByteArrayOutputStream> streams = new TreeMap<>();
        for (int at = before; at + bytes <= head.length && isPacket(head, at); at += bytes + before) {
            int pid = ((head[at + 1] & 0x1f) << 8) | (head[at + 2] & 0xff);
            int control = (head[at + 3] >> 4) & 3;
            int behindHeader = at + PACKET_HEADER_BYTES;
            int from = behindHeader + ((control & WITH_ADAPTATION) == 0 ? 0 : 1 + (head[behindHeader] & 0xff));
            if ((control & WITH_PAYLOAD) != 0 && from < at + bytes) {
                streams.computeIfAbsent(pid, p -> new ByteArrayOutputStream()).write(head, from, at + bytes - from);
            }
        }
        for (ByteArrayOutputStream stream : streams.values()) {
            if (avchd(facts, stream.toByteArray())) {
                return;
            }
        }
    }

    private static boolean isPacket(byte[] head, int at) {
        return head[at] == StreamStructure.SYNC_BYTE;
    }

    /** Reads the first user data of the kind MDPM. */
    private static boolean avchd(Facts facts, byte[] stream) {
        int at = find(stream, MDPM, 0);
        if (at < 0) {
            return false;
        }
        byte[] data = unescaped(stream, at + MDPM.length, FIELD_BYTES * FIELDS_MAX + 1);
        Map<Integer, byte[]> fields = new TreeMap<>();
        int count = data.length == 0 ? 0 : data[0] & 0xff;
        for (int i = 0; i < count && 1 + FIELD_BYTES * (i + 1) <= data.length; i++) {
            int field = 1 + FIELD_BYTES * i;
            fields.putIfAbsent(data[field] & 0xff, Arrays.copyOfRange(data, field + 1, field + FIELD_BYTES));
        }
        String source = "H.264 user data MDPM";
        byte[] day = fields.get(ZONE_YEAR_MONTH);
        byte[] time = fields.get(DAY_AND_TIME);
        if (day != null && time != null) {
            String text = String.format(
                    "%02x%02x-%02x-%02xT%02x:%02x:%02x", day[1], day[2], day[3], time[0], time[1], time[2], time[3]);
            int zone = day[0] & 0xff;
            boolean known = (zone & (ZONE_NOT_SET | ZONE_SUMMER)) == 0;
            String offset = String.format(
                    "%s%02d:%s",
                    (zone & ZONE_WEST) == 0 ? "+" : "-",
                    (zone >> 1) & 0x0f,
                    (zone & ZONE_HALF_HOUR) == 0 ? "00" : "30");
            if (text.matches("[0-9T:-]+")) {
                facts.stated("timeClaim", known ? text + offset : text, null, source);
            }
        }
        byte[] make = fields.get(MAKE);
        if (make != null) {
            facts.stated("make", MAKES.get(((make[0] & 0xff) << 8) | (make[1] & 0xff)), null, source);
        }
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        for (int tag : MODEL) {
            model.writeBytes(fields.getOrDefault(tag, new byte[0]));
        }
        facts.stated("model", model.toString(StandardCharsets.ISO_8859_1).replace("\0", ""), null, source);
        String latitude = degrees(fields, LATITUDE_SIDE, "NS");
        String longitude = degrees(fields, LONGITUDE_SIDE, "EW");
        boolean fixed = fields.get(GPS_STATUS) == null || fields.get(GPS_STATUS)[0] != 'V';
        if (fixed && latitude != null && longitude != null) {
            facts.position(
                    Facts.own("latitude", latitude, "degrees", source),
                    Facts.own("longitude", longitude, "degrees", source));
        }
        return true;
    }

    /** A side, then degrees, minutes and seconds, each a fraction of two numbers of 16 bits. */
    private static String degrees(Map<Integer, byte[]> fields, int side, String sides) {
        byte[] named = fields.get(side);
        if (named == null || sides.indexOf(named[0]) < 0) {
            return null;
        }
        double all = 0;
        for (int i = 0; i < 3; i++) {
            byte[] part = fields.get(side + 1 + i);
            int below = part == null ? 0 : ((part[2] & 0xff) << 8) | (part[3] & 0xff);
            if (below == 0) {
                return null;
            }
            all += (((part[0] & 0xff) << 8) | (part[1] & 0xff)) / (double) below / Math.pow(60, i);
        }
        return String.valueOf(Math.round((sides.indexOf(named[0]) == 1 ? -all : all) * 1e7) / 1e7);
    }

    /** H.264 puts a 3 behind two zeros, so that they are no start code (ITU-T H.264 §7.4.1). */
    private static byte[] unescaped(byte[] stream, int from, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = from, zeros = 0; at < stream.length && out.size() < length; at++) {
            if (zeros >= 2 && stream[at] == 3) {
                zeros = 0;
            } else {
                zeros = stream[at] == 0 ? zeros + 1 : 0;
                out.write(stream[at]);
            }
        }
        return out.toByteArray();
    }

    private static int find(byte[] in, byte[] what, int from) {
        for (int at = from; at + what.length <= in.length; at++) {
            if (in[at] == what[0] && Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }

    /** The packs 0x62 and 0x63 in the auxiliary data of the picture (IEC 61834-4): the day and the time of the recording. */
    private static void dv(Facts facts, byte[] head) {
        List<Integer> frames = new ArrayList<>();
        for (byte form : new byte[] {0x3f, (byte) 0xbf}) {
            int at = find(head, new byte[] {0x1f, 0x07, 0x00, form}, 0);
            if (at >= 0 && at + DIF_BLOCKS_READ * DIF_BLOCK_BYTES <= head.length) {
                frames.add(at);
            }
        }
        for (int frame : frames) {
            byte[] day = null;
            for (int i = 1; i < DIF_BLOCKS_READ; i++) {
                int block = frame + i * DIF_BLOCK_BYTES;
                boolean auxiliary = (head[block] & DIF_TYPE) == DIF_AUXILIARY;
                int end = block + DIF_BLOCK_BYTES;
                for (int pack = block + DIF_ID_BYTES; auxiliary && pack + PACK_BYTES <= end; pack += PACK_BYTES) {
                    if (head[pack] == PACK_DATE) {
                        day = Arrays.copyOfRange(head, pack + 1, pack + PACK_BYTES);
                    } else if (head[pack] == PACK_TIME && day != null) {
                        String year = String.format("%02x", day[3]);
                        String text = String.format(
                                "-%02x-%02xT%02x:%02x:%02x",
                                day[2] & 0x1f,
                                day[1] & 0x3f,
                                head[pack + 4] & 0x3f,
                                head[pack + 3] & 0x7f,
                                head[pack + 2] & 0x7f);
                        if ((year + text).matches("[0-9T:-]+")) { // an empty pack is all ones
                            String full = (year.compareTo("70") < 0 ? "20" : "19") + year + text;
                            facts.stated("timeClaim", full, null, "DV recording date and time");
                        }
                        return;
                    }
                }
            }
        }
    }
}
