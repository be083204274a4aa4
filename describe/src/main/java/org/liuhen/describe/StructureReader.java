package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.liuhen.describe.readback.Structure;

/**
 * Compares the end of a file by the file's own structure with the real end. What is missing is damage: then the declared duration is
 * given apart from the playable one. What is more, behind a picture, is appended. Zeros where compressed sound or pictures should be are
 * damage too. Nothing is decoded.
 *
 * <p>One class for each family of formats checks it; this one finds out which, by the first bytes.
 */
final class StructureReader {
    private static final int HEAD_BYTES = 32;

    private StructureReader() {}

    /** Adds damage, and what is appended to the file; to be called after ffprobe has named the codecs. */
    static void read(Facts facts, Path path, Request request, TikaReader types) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            CheckedFile file = new CheckedFile(facts, channel, request, types);
            if (request.kind() == Structure.Kind.ISO_BASE_MEDIA) {
                IsoMediaStructure.check(file);
            } else {
                ZeroedMedia.check(file, facts);
                byFirstBytes(file);
            }
        } catch (IOException | RuntimeException damaged) {
            facts.failed("structure", damaged);
        }
    }

    private static void byFirstBytes(CheckedFile file) throws IOException {
        ByteBuffer head = file.at(0, HEAD_BYTES);
        if (head.limit() < HEAD_BYTES) {
            return;
        }
        int magic = head.getInt(0);
        switch (magic) {
            case RiffStructure.RIFF, RiffStructure.RF64, RiffStructure.BW64 -> RiffStructure.check(file, head);
            case RiffStructure.FORM -> RiffStructure.checkForm(file, head);
            case MatroskaStructure.EBML -> MatroskaStructure.check(file);
            case PictureStructure.PNG -> PictureStructure.png(file);
            case PictureStructure.GIF -> PictureStructure.gif(file);
            case StreamStructure.OGG_PAGE -> StreamStructure.ogg(file);
            case StreamStructure.FLV -> StreamStructure.flv(file);
            case StreamStructure.PROGRAM_STREAM -> StreamStructure.programStream(file);
            case IndexedStructure.ASF -> IndexedStructure.asf(file);
            case IndexedStructure.ZIP -> IndexedStructure.zip(file);
            case IndexedStructure.SEVEN_ZIP -> IndexedStructure.sevenZip(file, head);
            default -> byShorterMagic(file, head, magic);
        }
    }

    private static void byShorterMagic(CheckedFile file, ByteBuffer head, int magic) throws IOException {
        Request request = file.request();
        boolean media = request.kind() == Structure.Kind.OTHER_MEDIA;
        if (magic >>> 8 == PictureStructure.JPEG) {
            PictureStructure.jpeg(file);
        } else if (StreamStructure.isAdts(head) && request.whole()) {
            StreamStructure.adts(file);
        } else if (magic >>> 16 == PictureStructure.BMP) {
            PictureStructure.bmp(file, head);
        } else if (magic >>> 8 == StreamStructure.DIF_HEADER) {
            StreamStructure.dv(file, head);
        } else if (media && head.get(0) == StreamStructure.SYNC_BYTE) {
            StreamStructure.units(file, "transport packets", StreamStructure.TRANSPORT_PACKET_BYTES);
        } else if (media && head.get(StreamStructure.BLU_RAY_TIME_BYTES) == StreamStructure.SYNC_BYTE) {
            StreamStructure.units(file, "transport packets", StreamStructure.BLU_RAY_PACKET_BYTES);
        } else if (request.kind() == Structure.Kind.OTHER) {
            MatroskaStructure.checkHeadless(file);
        }
    }
}
