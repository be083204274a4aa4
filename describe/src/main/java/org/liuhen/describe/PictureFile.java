package org.liuhen.describe;

import com.drew.imaging.FileType;
import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegSegmentData;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.KeyValuePair;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.file.FileTypeDirectory;
import com.drew.metadata.heif.HeifDirectory;
import com.drew.metadata.png.PngDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * What metadata-extractor finds in a picture, also where it does not look or gives up: in a JPEG that was cut off, in the boxes of
 * Canon's CR3, in Minolta's MRW, in Exif that ImageMagick wrote into a PNG as text.
 */
final class PictureFile {
    private static final int HEAD_BYTES = 16 << 20; // all of a CRW, which has its directory at its end

    // Minolta's MRW, as dcraw's parse_minolta and exiftool's MinoltaRaw read it: a header, then blocks
    private static final int MRW = 0x004d524d;
    private static final int MRW_HEADER_BYTES = 8;
    private static final int BLOCK_LENGTH_AT = 4;
    private static final int BLOCK_DATA_AT = 8;
    private static final int PRD = 0x00505244; // the raw picture
    private static final int PRD_BYTES_MIN = 16;
    private static final int PRD_HEIGHT_AT = BLOCK_DATA_AT + 12; // behind the size of the sensor
    private static final int PRD_WIDTH_AT = BLOCK_DATA_AT + 14;
    private static final int TTW = 0x00545457; // a TIFF file

    // Fuji's RAF, as exiftool's FujiFilm reads it: the header has the place of a list of tags
    private static final long RAF = 0x46554a4946494c4dL; // FUJIFILM
    private static final int RAF_LIST = 92;
    private static final short RAF_SIZE = 0x0111;
    private static final int TAG_LENGTH_AT = 2;
    private static final int TAG_DATA_AT = 4;
    private static final int SIZE_HEIGHT_AT = TAG_DATA_AT;
    private static final int SIZE_WIDTH_AT = TAG_DATA_AT + 2;
    private static final int SIZE_BYTES = 4;

    // Canon's CR3: the type box of ISO base media (ISO/IEC 14496-12 §4.3) with the brand of CR3
    private static final int BOX_TYPE_AT = 4;
    private static final int BRAND_AT = 8;
    private static final int FTYP = 0x66747970;
    private static final int CRX = 0x63727820;

    // JPEG segments (ITU-T T.81 §B.1.1.4): marker, length with its own two bytes, data
    private static final int SEGMENT_LENGTH_AT = 2;
    private static final int SEGMENT_DATA_AT = 4;
    private static final int LENGTH_BYTES = 2;
    private static final int START_OF_SCAN = 0xda;

    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

    private PictureFile() {}

    /** Everything that was found, or null where there is nothing more than what was added: the library does not read the file. */
    static Metadata read(Facts facts, Path file) throws IOException {
        Metadata found = new Metadata();
        ByteBuffer head = head(file);
        if (Ciff.addTo(facts, head)) {
            return null;
        }
        if (head.limit() > 12 && head.getInt(0) == MRW) {
            minolta(facts, found, head);
        } else if (head.limit() > 12 && head.getInt(BOX_TYPE_AT) == FTYP && head.getInt(BRAND_AT) == CRX) {
            canon(found, file);
        } else {
            if (head.limit() > RAF_LIST + 4 && head.getLong(0) == RAF) {
                fuji(facts, head);
            }
            try {
                found = ImageMetadataReader.readMetadata(file.toFile());
                textProfiles(found);
                if (found.containsDirectoryOfType(HeifDirectory.class)
                        && !found.containsDirectoryOfType(ExifIFD0Directory.class)) {
                    tiff(found, Heif.of(file).exif(), "Exif item"); // the library misreads it
                }
            } catch (ImageProcessingException | IOException | RuntimeException | StackOverflowError failed) {
                if (Facts.words(failed).contains("format could not be determined")) { // it does not read this kind
                    return null;
                }
                facts.failures.add("metadata-extractor: " + Facts.words(failed));
                if (head.limit() > 4 && (head.getInt(0) >>> 8) == PictureStructure.JPEG) {
                    segments(found, head);
                }
            }
        }
        return found.getDirectoryCount() == 0 ? null : found;
    }

    private static ByteBuffer head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ByteBuffer.wrap(in.readNBytes(HEAD_BYTES));
        }
    }

    /** The segments of a JPEG that are whole: who made it and when stands at its beginning. */
    private static void segments(Metadata found, ByteBuffer jpeg) {
        found.addDirectory(new FileTypeDirectory(FileType.Jpeg));
        JpegSegmentData segments = new JpegSegmentData();
        int at = 2;
        while (at + SEGMENT_DATA_AT <= jpeg.limit() && jpeg.get(at) == (byte) 0xff) {
            int marker = jpeg.get(at + 1) & 0xff;
            int length = Bytes.unsignedShort(jpeg, at + SEGMENT_LENGTH_AT);
            if (marker == 0xff) { // a fill byte
                at++;
                continue;
            }
            if (marker == START_OF_SCAN || length < LENGTH_BYTES || at + SEGMENT_LENGTH_AT + length > jpeg.limit()) {
                break;
            }
            byte[] segment = new byte[length - LENGTH_BYTES];
            jpeg.get(at + SEGMENT_DATA_AT, segment);
            segments.addSegment((byte) marker, segment);
            at += SEGMENT_LENGTH_AT + length;
        }
        try {
            JpegMetadataReader.processJpegSegmentData(found, JpegMetadataReader.ALL_READERS, segments);
        } catch (RuntimeException damaged) {
            return; // what was found before stands
        }
    }

    /** Canon's CR3 has four TIFF files in a box of its index: IFD0, Exif, maker notes, GPS. */
    private static void canon(Metadata found, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            Mp4Index index = Mp4Index.of(channel);
            for (String box : List.of("CMT1", "CMT2", "CMT4")) {
                ByteBuffer bytes = index.more(box);
                byte[] tiff = new byte[bytes.remaining()];
                bytes.get(tiff);
                tiff(found, tiff, box);
            }
        }
    }

    /** Fuji's RAF has the size of the picture in a list of its own; the JPEG inside it is smaller. */
    private static void fuji(Facts facts, ByteBuffer head) {
        int list = head.getInt(RAF_LIST);
        if (list < 0 || list + 4 > head.limit()) {
            return;
        }
        int at = list + 4; // behind the number of tags
        for (int i = head.getInt(list); i > 0 && at + TAG_DATA_AT + SIZE_BYTES <= head.limit(); i--) {
            int length = Bytes.unsignedShort(head, at + TAG_LENGTH_AT);
            if (head.getShort(at) == RAF_SIZE && length == SIZE_BYTES) {
                int width = Bytes.unsignedShort(head, at + SIZE_WIDTH_AT);
                int height = Bytes.unsignedShort(head, at + SIZE_HEIGHT_AT);
                if (width < 2 * height && height < 2 * width) { // old sensors have rows of another form
                    RawSizes.addStated(facts, width, height, "RAF 0x0111");
                }
                return;
            }
            at += TAG_DATA_AT + length;
        }
    }

    /** Minolta's MRW: blocks with a type and a length; {@code TTW} is a TIFF file. */
    private static void minolta(Facts facts, Metadata found, ByteBuffer head) {
        int at = MRW_HEADER_BYTES;
        while (at + BLOCK_DATA_AT <= head.limit()) {
            int length = head.getInt(at + BLOCK_LENGTH_AT);
            if (length < 0 || at + BLOCK_DATA_AT + (long) length > head.limit()) {
                return;
            }
            if (head.getInt(at) == PRD && length >= PRD_BYTES_MIN) {
                RawSizes.addStated(
                        facts,
                        Bytes.unsignedShort(head, at + PRD_WIDTH_AT),
                        Bytes.unsignedShort(head, at + PRD_HEIGHT_AT),
                        "MRW PRD");
            }
            if (head.getInt(at) == TTW) {
                byte[] tiff = new byte[length];
                head.get(at + BLOCK_DATA_AT, tiff);
                tiff(found, tiff, "TTW");
            }
            at += BLOCK_DATA_AT + length;
        }
    }

    /** Exif as hexadecimal digits in a text of a PNG, as ImageMagick writes it: a name, a length, the digits. */
    private static void textProfiles(Metadata found) {
        for (PngDirectory png : List.copyOf(found.getDirectoriesOfType(PngDirectory.class))) {
            if (!(png.getObject(PngDirectory.TAG_TEXTUAL_DATA) instanceof List<?> texts)) {
                continue;
            }
            for (Object text : texts) {
                if (text instanceof KeyValuePair pair && pair.getKey().matches("Raw profile type (exif|APP1)")) {
                    String[] lines = pair.getValue().toString().strip().split("\\s+", 3);
                    String digits = lines.length < 3 ? "" : lines[2].replaceAll("\\s", "");
                    if (digits.length() % 2 == 0 && digits.matches("[0-9a-fA-F]+")) {
                        byte[] profile = HexFormat.of().parseHex(digits);
                        boolean exif = profile.length > EXIF.length
                                && new String(profile, 0, EXIF.length, StandardCharsets.ISO_8859_1).equals("Exif\0\0");
                        if (exif) {
                            byte[] tiff = java.util.Arrays.copyOfRange(profile, EXIF.length, profile.length);
                            tiff(found, tiff, pair.getKey());
                        }
                    }
                }
            }
        }
    }

    private static void tiff(Metadata found, byte[] tiff, String where) {
        if (tiff.length > 8) {
            try {
                new ExifReader().extract(new ByteArrayReader(tiff), found);
            } catch (RuntimeException damaged) {
                throw new IllegalArgumentException(where + ": " + Facts.words(damaged), damaged);
            }
        }
    }
}
