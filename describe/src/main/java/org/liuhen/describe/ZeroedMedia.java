package org.liuhen.describe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.liuhen.describe.readback.Zeros;

/** Long runs of zeros in a recording all of whose streams are compressed, outside of what its container keeps free. */
final class ZeroedMedia {
    /** Codecs, by ffprobe's names, whose streams hold no long runs of zeros. */
    private static final Set<String> COMPRESSED = Set.of(
            "h264",
            "hevc",
            "mpeg4",
            "h263",
            "mjpeg",
            "av1",
            "vp8",
            "vp9",
            "wmv1",
            "wmv2",
            "wmv3",
            "vc1",
            "dvvideo",
            "theora",
            "msmpeg4v2",
            "msmpeg4v3",
            "aac",
            "mp2",
            "mp3",
            "opus",
            "vorbis",
            "flac",
            "ac3",
            "eac3",
            "amr_nb",
            "amr_wb",
            "wmav1",
            "wmav2");

    /** Chunks of AVI that keep room. */
    private static final Set<String> KEPT_FREE = Set.of("JUNK", "indx");

    private static final int CHUNK_LENGTH_AT = 4;
    private static final int CHUNK_HEADER_BYTES = 8;

    private ZeroedMedia() {}

    /** Checks a recording that is no ISO base media, after ffprobe has named its container and codecs. */
    static void check(CheckedFile file, Facts facts) {
        List<String> codecs = facts.values.stream()
                .filter(value ->
                        value.name().equals("videoCodec") || value.name().equals("audioCodec"))
                .map(Value::value)
                .toList();
        String container = facts.values.stream()
                .filter(value -> value.name().equals("container"))
                .map(Value::value)
                .findFirst()
                .orElse("");
        boolean packets = container.equals("mpegts"); // each packet begins with a byte that is not zero
        boolean known =
                packets || container.equals("avi") || container.startsWith("matroska") || container.equals("flv");
        if (!known || codecs.isEmpty() || !(packets || COMPRESSED.containsAll(codecs))) {
            return;
        }
        long bytes = 0;
        long first = -1;
        for (Zeros run : file.request().zeros()) {
            if (!isInEmptyChunk(run) && !isInVoid(run)) {
                bytes += run.to() - run.from();
                first = first < 0 ? run.from() : first;
            }
        }
        if (bytes > 0) {
            file.damage("zeros: " + bytes + " bytes of the media data are zero, the first at byte " + first);
        }
    }

    private static byte[] before(Zeros run) {
        return HexFormat.of().parseHex(run.before().toLowerCase(Locale.ROOT));
    }

    /** Whether the run lies in a chunk of AVI that keeps room; its header is among the bytes before the run. */
    private static boolean isInEmptyChunk(Zeros run) {
        byte[] before = before(run);
        ByteBuffer bytes = ByteBuffer.allocate(before.length + CHUNK_HEADER_BYTES)
                .put(before)
                .rewind()
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + CHUNK_LENGTH_AT <= before.length; at++) {
            long start = run.from() - before.length + at;
            long length = Bytes.unsignedInt(bytes, at + CHUNK_LENGTH_AT);
            if (KEPT_FREE.contains(Bytes.code(bytes, at)) && start + CHUNK_HEADER_BYTES + length >= run.to()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the run lies in a Void element of Matroska; its header is among the bytes before the run. */
    private static boolean isInVoid(Zeros run) {
        byte[] before = before(run);
        ByteBuffer bytes = ByteBuffer.allocate(before.length + CHUNK_HEADER_BYTES)
                .put(before)
                .rewind();
        for (int at = 0; at < before.length; at++) {
            MatroskaStructure.VarInt length =
                    (before[at] & 0xff) == MatroskaStructure.VOID ? MatroskaStructure.length(bytes, at + 1) : null;
            long start = run.from() - before.length + at;
            if (length != null && length.value() > 0 && start + 1 + length.bytes() + length.value() >= run.to()) {
                return true;
            }
        }
        return false;
    }
}
