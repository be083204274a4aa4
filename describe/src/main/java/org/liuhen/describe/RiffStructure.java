package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * Where the chunks of WAV, AVI, WebP (Microsoft's RIFF) and AIFF (IFF) say that they end. A chunk is a four-character code, the length of
 * its data in 32 bits, the data, and a byte of padding where that length is odd.
 */
final class RiffStructure {
    static final int RIFF = 0x52494646;
    static final int RF64 = 0x52463634; // EBU Tech 3306: WAV beyond 4 GiB
    static final int BW64 = 0x42573634; // ITU-R BS.2088
    static final int FORM = 0x464f524d;

    private static final int LENGTH_AT = 4;
    private static final int DATA_AT = 8;
    private static final int LIST_DATA_AT = 12; // behind the type of a RIFF or LIST chunk
    private static final int CHUNK_READ_BYTES = 64;

    /** A length that is in {@code ds64} (EBU Tech 3306), or that was never written. */
    private static final long UNKNOWN = 0xffff_ffffL;

    /** A length from here on is the placeholder of a program that could not go back and write the real one. */
    private static final long NEVER_WRITTEN = 0xffff_0000L;

    /** Uncompressed formats of sound (WAVE_FORMAT_*): so many bytes are so much time. */
    private static final Set<Integer> PCM = Set.of(1, 3, 6, 7, 0xfffe);

    // fmt chunk (WAVEFORMAT) and fact chunk of WAV
    private static final int FMT_FORMAT_AT = DATA_AT;
    private static final int FMT_RATE_AT = DATA_AT + 4;
    private static final int FMT_BYTES_PER_SECOND_AT = DATA_AT + 8;
    private static final int FMT_END = DATA_AT + 16;
    private static final int FACT_SAMPLES_AT = DATA_AT;

    // ds64 chunk (EBU Tech 3306)
    private static final int DS64_RIFF_SIZE_AT = DATA_AT;
    private static final int DS64_DATA_SIZE_AT = DATA_AT + 8;
    private static final int DS64_SIZES_END = DATA_AT + 16;

    // avih (AVIMAINHEADER), strh (AVISTREAMHEADER), dmlh (OpenDML AVI 1.02)
    private static final int AVIH_MICROSECONDS_PER_FRAME_AT = DATA_AT;
    private static final int AVIH_FRAMES_AT = DATA_AT + 16;
    private static final int AVIH_FRAMES_END = DATA_AT + 20;
    private static final int STRH_TYPE_AT = DATA_AT;
    private static final int STRH_SCALE_AT = DATA_AT + 20;
    private static final int STRH_RATE_AT = DATA_AT + 24;
    private static final int STRH_LENGTH_AT = DATA_AT + 32;
    private static final int STRH_LENGTH_END = DATA_AT + 36;
    private static final int DMLH_FRAMES_AT = DATA_AT;

    // indx chunk, AVISUPERINDEX (OpenDML AVI 1.02), from the data of the chunk on
    private static final int INDX_TYPE_AT = 3;
    private static final int INDX_ENTRIES_AT = 4;
    private static final int INDX_FIRST_ENTRY_AT = 24;
    private static final int INDX_ENTRY_BYTES = 16;
    private static final int INDX_ENTRY_SIZE_AT = 8;
    private static final int INDX_OF_INDEXES = 0;
    private static final int INDX_BYTES_MAX = 1 << 20;

    private final CheckedFile file;
    private final long size;

    private RiffStructure(CheckedFile file) {
        this.file = file;
        this.size = file.size();
    }

    /** Checks a file that begins with {@link #RIFF}, {@link #RF64} or {@link #BW64}. */
    static void check(CheckedFile file, ByteBuffer head) throws IOException {
        boolean wide = head.getInt(0) != RIFF;
        head.order(ByteOrder.LITTLE_ENDIAN);
        long end = DATA_AT + Bytes.unsignedInt(head, LENGTH_AT);
        RiffStructure riff = new RiffStructure(file);
        switch (Bytes.code(head, DATA_AT)) {
            case "WAVE" -> riff.wave(end, wide);
            case "AVI " -> riff.avi(end);
            case "WEBP" -> {
                if (end > riff.size) {
                    file.endsAt("the picture", end);
                } else {
                    file.appended(end);
                }
            }
            default -> riff.outermost("the RIFF chunk", end);
        }
    }

    /** Checks a file that begins with {@link #FORM}, whose lengths are big-endian (EA IFF 85). */
    static void checkForm(CheckedFile file, ByteBuffer head) {
        new RiffStructure(file).outermost("the FORM chunk", DATA_AT + Bytes.unsignedInt(head, LENGTH_AT));
    }

    /** Many programs leave the padding of the outermost chunk out. */
    private void outermost(String what, long end) {
        if (end > size + 1) {
            file.endsAt(what, end);
        }
    }

    private static long next(long at, long length) {
        return at + DATA_AT + length + (length & 1);
    }

    private ByteBuffer chunk(long at) throws IOException {
        return file.at(at, CHUNK_READ_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void wave(long riffEnd, boolean wide) throws IOException {
        long end = riffEnd;
        long wideData = 0;
        long bytesPerSecond = 0;
        long rate = 0;
        long samples = 0;
        boolean pcm = false;
        long at = LIST_DATA_AT;
        while (at + DATA_AT <= size && file.has(at, at + CHUNK_READ_BYTES)) {
            ByteBuffer chunk = chunk(at);
            String id = Bytes.code(chunk, 0);
            long length = Bytes.unsignedInt(chunk, LENGTH_AT);
            if (id.equals("ds64") && chunk.limit() >= DS64_SIZES_END) {
                end = DATA_AT + chunk.getLong(DS64_RIFF_SIZE_AT);
                wideData = chunk.getLong(DS64_DATA_SIZE_AT);
            } else if (id.equals("fmt ") && chunk.limit() >= FMT_END) {
                pcm = PCM.contains(Bytes.unsignedShort(chunk, FMT_FORMAT_AT));
                bytesPerSecond = Bytes.unsignedInt(chunk, FMT_BYTES_PER_SECOND_AT);
                rate = Bytes.unsignedInt(chunk, FMT_RATE_AT);
            } else if (id.equals("fact") && chunk.limit() >= FACT_SAMPLES_AT + 4) {
                samples = Bytes.unsignedInt(chunk, FACT_SAMPLES_AT);
            } else if (id.equals("data")) {
                long from = at + DATA_AT;
                long data = wide && length == UNKNOWN ? wideData : length;
                double playable = pcm && bytesPerSecond > 0 ? (double) (size - from) / bytesPerSecond : 0;
                if ((data == 0 && from < size) || (!wide && data == UNKNOWN)) {
                    file.damage("not finished: the length of its data was never written");
                    file.seconds(Durations.PLAYABLE, playable, "bytes that are there");
                } else if (from + data > size) {
                    file.endsAt("the sound (the data chunk)", from + data);
                    if (pcm && bytesPerSecond > 0) {
                        file.seconds(Durations.DECLARED, (double) data / bytesPerSecond, "data chunk, fmt chunk");
                        file.seconds(Durations.PLAYABLE, playable, "bytes of the data chunk that are there");
                    } else if (rate > 0 && samples < UNKNOWN) {
                        file.seconds(Durations.DECLARED, (double) samples / rate, "fact chunk, fmt chunk");
                    }
                } else {
                    outermost("the RIFF chunk", end);
                }
                return;
            }
            at = next(at, length);
        }
        outermost("the RIFF chunk", end);
    }

    /** AVI; the further RIFF chunks of OpenDML are found by the index in the first. */
    private void avi(long riffEnd) throws IOException {
        double declared = 0;
        double microseconds = 0;
        long frames = 0;
        long moviEnd = 0;
        boolean finished = riffEnd > DATA_AT;
        long at = LIST_DATA_AT;
        while (at + DATA_AT <= size && file.has(at, at + CHUNK_READ_BYTES) && moviEnd == 0) {
            ByteBuffer chunk = chunk(at);
            String id = Bytes.code(chunk, 0);
            long length = Bytes.unsignedInt(chunk, LENGTH_AT);
            String list = id.equals("LIST") && chunk.limit() >= LIST_DATA_AT ? Bytes.code(chunk, DATA_AT) : "";
            if (list.equals("movi")) {
                moviEnd = at + DATA_AT + length;
                finished &= length > 4 && length < NEVER_WRITTEN;
            } else if (id.equals("avih") && chunk.limit() >= AVIH_FRAMES_END) {
                microseconds = Bytes.unsignedInt(chunk, AVIH_MICROSECONDS_PER_FRAME_AT);
                frames = Math.max(frames, Bytes.unsignedInt(chunk, AVIH_FRAMES_AT));
            } else if (id.equals("dmlh") && chunk.limit() >= DMLH_FRAMES_AT + 4) {
                frames = Math.max(frames, Bytes.unsignedInt(chunk, DMLH_FRAMES_AT));
            } else if (id.equals("strh")
                    && chunk.limit() >= STRH_LENGTH_END
                    && Bytes.code(chunk, STRH_TYPE_AT).equals("vids")) {
                double rate = Bytes.unsignedInt(chunk, STRH_RATE_AT);
                declared = rate == 0
                        ? 0
                        : Bytes.unsignedInt(chunk, STRH_LENGTH_AT) * Bytes.unsignedInt(chunk, STRH_SCALE_AT) / rate;
            } else if (id.equals("indx") && chunk.limit() >= 32 && file.has(at, at + DATA_AT + length)) {
                openDml(at + DATA_AT, length);
            }
            boolean into = list.equals("hdrl") || list.equals("strl") || list.equals("odml");
            at = into ? at + LIST_DATA_AT : next(at, length);
        }
        if (!finished) {
            file.damage("not finished: the length of its media data was never written");
        } else if (moviEnd > size) {
            file.endsAt("the media data (movi)", moviEnd);
        } else {
            outermost("the RIFF chunk", riffEnd);
        }
        if (file.isDamaged()) {
            file.seconds(Durations.DECLARED, Math.max(declared, microseconds * frames / 1e6), "avih, strh, dmlh");
        }
    }

    /** The index of indexes in a long AVI file: each part of the media data has an index of its own behind it. */
    private void openDml(long from, long length) throws IOException {
        ByteBuffer index = file.at(from, (int) Math.min(length, INDX_BYTES_MAX)).order(ByteOrder.LITTLE_ENDIAN);
        if (index.limit() < INDX_FIRST_ENTRY_AT || index.get(INDX_TYPE_AT) != INDX_OF_INDEXES) {
            return;
        }
        long last = 0;
        int at = INDX_FIRST_ENTRY_AT;
        for (int n = index.getInt(INDX_ENTRIES_AT); n > 0 && at + INDX_ENTRY_BYTES <= index.limit(); n--) {
            last = Math.max(last, index.getLong(at) + Bytes.unsignedInt(index, at + INDX_ENTRY_SIZE_AT));
            at += INDX_ENTRY_BYTES;
        }
        file.mustHold("an index that the file names", last);
    }
}
