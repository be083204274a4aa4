package org.liuhen.describe;

import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifImageDirectory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.PanasonicRawIFD0Directory;
import com.drew.metadata.file.FileTypeDirectory;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.describe.Value.Confidence;

/**
 * The size of a picture in TIFF and in the raw formats that are made of it. Such a file holds several pictures, and the first is often
 * a small one: {@code NewSubfileType} marks it (TIFF 6.0 §8). Where it is not certain which is the picture, there is no size.
 */
final class RawSizes {

    private RawSizes() {}

    /** Whether a JPEG inside the file, if there is one, is only a preview. */
    static boolean isTiff(Metadata metadata) {
        FileTypeDirectory type = metadata.getFirstDirectoryOfType(FileTypeDirectory.class);
        String mime = type == null ? null : type.getString(FileTypeDirectory.TAG_DETECTED_FILE_MIME_TYPE);
        return type == null // taken out of a raw file that the library does not know
                || "image/tiff".equals(mime)
                || name(type).matches(RAW);
    }

    private static final String RAW =
            "(?i)arw|cr2|nef|orf|raf|rw2|dng|gpr|pef|srw|sr2|srf|nrw|kdc|iiq|tiff|rwl|crw|cr3|x3f";

    private static String name(FileTypeDirectory type) {
        String name = type.getString(FileTypeDirectory.TAG_DETECTED_FILE_TYPE_NAME);
        return name == null ? "" : name;
    }

    static void addTo(Facts facts, Metadata metadata) {
        PanasonicRawIFD0Directory panasonic = metadata.getFirstDirectoryOfType(PanasonicRawIFD0Directory.class);
        if (panasonic != null) {
            panasonic(facts, panasonic);
            return;
        }
        Directory first = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
        if (first == null) {
            return;
        }
        FileTypeDirectory type = metadata.getFirstDirectoryOfType(FileTypeDirectory.class);
        String kind = type == null ? "" : name(type);
        boolean preview = isReduced(first);
        if (kind.equalsIgnoreCase("raf")) { // IFD0 is that of the JPEG inside
            return;
        }
        if (kind.equalsIgnoreCase("cr2")) { // IFD0 is a smaller JPEG, and no field says so
            Directory exif = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
            add(facts, exif, ExifDirectoryBase.TAG_EXIF_IMAGE_WIDTH, ExifDirectoryBase.TAG_EXIF_IMAGE_HEIGHT);
            return;
        }
        if (!preview) {
            add(facts, first, ExifDirectoryBase.TAG_IMAGE_WIDTH, ExifDirectoryBase.TAG_IMAGE_HEIGHT);
            return;
        }
        List<Directory> others = new ArrayList<>();
        others.addAll(metadata.getDirectoriesOfType(ExifSubIFDDirectory.class));
        others.addAll(metadata.getDirectoriesOfType(ExifImageDirectory.class));
        Directory largest = null;
        for (Directory other : others) {
            boolean full = other.containsTag(ExifDirectoryBase.TAG_NEW_SUBFILE_TYPE) && !isReduced(other);
            if (full && (largest == null || width(other) > width(largest))) {
                largest = other;
            }
        }
        add(facts, largest, ExifDirectoryBase.TAG_IMAGE_WIDTH, ExifDirectoryBase.TAG_IMAGE_HEIGHT);
    }

    /** Adds the size that the header of a format states. */
    static void addStated(Facts facts, int width, int height, String source) {
        if (width > 0 && height > 0) {
            facts.stated("width", String.valueOf(width), "pixels", source);
            facts.stated("height", String.valueOf(height), "pixels", source);
        }
    }

    private static boolean isReduced(Directory directory) {
        Integer kind = directory.getInteger(ExifDirectoryBase.TAG_NEW_SUBFILE_TYPE);
        return kind != null && (kind & 1) == 1;
    }

    private static int width(Directory directory) {
        Integer width = directory.getInteger(ExifDirectoryBase.TAG_IMAGE_WIDTH);
        return width == null ? 0 : width;
    }

    private static void add(Facts facts, Directory directory, int width, int height) {
        if (directory == null) {
            return;
        }
        Integer wide = directory.getInteger(width);
        Integer high = directory.getInteger(height);
        if (wide != null && high != null && wide > 0 && high > 0) {
            add(facts, "width", wide, directory, directory.getTagName(width));
            add(facts, "height", high, directory, directory.getTagName(height));
        }
    }

    /** The part of the sensor that is the picture. */
    private static void panasonic(Facts facts, Directory raw) {
        Integer top = raw.getInteger(PanasonicRawIFD0Directory.TagSensorTopBorder);
        Integer left = raw.getInteger(PanasonicRawIFD0Directory.TagSensorLeftBorder);
        Integer bottom = raw.getInteger(PanasonicRawIFD0Directory.TagSensorBottomBorder);
        Integer right = raw.getInteger(PanasonicRawIFD0Directory.TagSensorRightBorder);
        if (top != null && left != null && bottom != null && right != null && right > left && bottom > top) {
            add(facts, "width", right - left, raw, "Sensor Borders");
            add(facts, "height", bottom - top, raw, "Sensor Borders");
        }
    }

    private static void add(Facts facts, String name, int pixels, Directory directory, String tag) {
        facts.add(new Value(
                name,
                String.valueOf(pixels),
                "pixels",
                directory.getName() + "/" + tag,
                "metadata-extractor",
                ImageReader.VERSION,
                Confidence.STATED));
    }
}
