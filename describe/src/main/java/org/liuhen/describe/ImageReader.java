package org.liuhen.describe;

import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.bmp.BmpHeaderDirectory;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import com.drew.metadata.exif.makernotes.ReconyxHyperFire2MakernoteDirectory;
import com.drew.metadata.exif.makernotes.ReconyxHyperFireMakernoteDirectory;
import com.drew.metadata.exif.makernotes.ReconyxUltraFireMakernoteDirectory;
import com.drew.metadata.gif.GifHeaderDirectory;
import com.drew.metadata.heif.HeifDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import com.drew.metadata.jpeg.JpegDirectory;
import com.drew.metadata.photoshop.PsdHeaderDirectory;
import com.drew.metadata.png.PngDirectory;
import com.drew.metadata.webp.WebpDirectory;
import com.drew.metadata.xmp.XmpDirectory;
import com.drew.metadata.xmp.XmpReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.describe.Value.Confidence;

/**
 * metadata-extractor, asked directly: it reads Exif in PNG, numeric sizes of HEIC and WebP, the offsets that Exif times have,
 * and serial numbers, all of which Tika passes over.
 */
final class ImageReader {
    static final String VERSION = "2.21.0";

    /** The tags of width and height in what describes the picture itself. */
    private static final Map<Class<? extends Directory>, int[]> SIZES = Map.of(
            JpegDirectory.class, new int[] {JpegDirectory.TAG_IMAGE_WIDTH, JpegDirectory.TAG_IMAGE_HEIGHT},
            WebpDirectory.class, new int[] {WebpDirectory.TAG_IMAGE_WIDTH, WebpDirectory.TAG_IMAGE_HEIGHT},
            PngDirectory.class, new int[] {PngDirectory.TAG_IMAGE_WIDTH, PngDirectory.TAG_IMAGE_HEIGHT},
            GifHeaderDirectory.class,
                    new int[] {GifHeaderDirectory.TAG_IMAGE_WIDTH, GifHeaderDirectory.TAG_IMAGE_HEIGHT},
            BmpHeaderDirectory.class,
                    new int[] {BmpHeaderDirectory.TAG_IMAGE_WIDTH, BmpHeaderDirectory.TAG_IMAGE_HEIGHT},
            PsdHeaderDirectory.class,
                    new int[] {PsdHeaderDirectory.TAG_IMAGE_WIDTH, PsdHeaderDirectory.TAG_IMAGE_HEIGHT});

    private static final long MEDIA_DATA_KEPT = 1 << 20; // a skeleton has that much of them

    private static final Pattern XMP_ANGLE =
            Pattern.compile("([0-9]{1,3}),([0-9]{1,2}(?:\\.[0-9]+)?)(?:,([0-9]{1,2}(?:\\.[0-9]+)?))?([NSEW])");

    private static final Pattern IPTC_DAY = Pattern.compile("([0-9]{4})[:-]?([0-9]{2})[:-]?([0-9]{2})");
    private static final Pattern IPTC_TIME =
            Pattern.compile("([0-9]{2}):?([0-9]{2}):?([0-9]{2})(?:([+-][0-9]{2}):?([0-9]{2}))?");

    private ImageReader() {}

    /** Adds the metadata of a picture; gives whether the library reads the file. */
    static boolean addTo(Facts facts, Path file) {
        Metadata metadata;
        try {
            metadata = PictureFile.read(facts, file);
        } catch (IOException | RuntimeException failed) {
            facts.failed("metadata-extractor", failed);
            return false;
        }
        if (metadata == null) {
            return false;
        }
        boolean tiff = RawSizes.isTiff(metadata);
        if (tiff) {
            RawSizes.addTo(facts, metadata);
        }
        for (Directory directory : metadata.getDirectories()) {
            for (String error : directory.getErrors()) {
                facts.failures.add("metadata-extractor: " + directory.getName() + ": " + error);
            }
            int[] size = SIZES.get(directory.getClass());
            if (size != null && !tiff) { // there it is that of a preview
                add(facts, directory, size[0], "width", "pixels");
                add(facts, directory, size[1], "height", "pixels");
            }
            if (directory instanceof HeifDirectory) {
                Integer quarters = directory.getInteger(HeifDirectory.TAG_IMAGE_ROTATION);
                if (quarters != null) { // irot counts them against the clock (ISO/IEC 23008-12 §6.5.10)
                    facts.add(value(
                            "rotation",
                            String.valueOf(Math.floorMod(-90 * quarters, 360)),
                            "degrees clockwise",
                            directory.getName() + "/" + directory.getTagName(HeifDirectory.TAG_IMAGE_ROTATION)));
                }
                if (!facts.has("width")) {
                    heicSize(facts, file);
                }
            } else if (directory instanceof XmpDirectory xmp) {
                xmp(facts, xmp.getXmpProperties());
            } else if (directory instanceof ExifIFD0Directory) {
                add(facts, directory, ExifDirectoryBase.TAG_MAKE, "make", null);
                add(facts, directory, ExifDirectoryBase.TAG_MODEL, "model", null);
                add(facts, directory, ExifDirectoryBase.TAG_SOFTWARE, "software", null);
                add(facts, directory, ExifDirectoryBase.TAG_ORIENTATION, "orientation", null);
                exif(facts, directory); // some cameras have it here
            } else if (directory instanceof ExifSubIFDDirectory) {
                exif(facts, directory);
            } else if (directory instanceof IptcDirectory) {
                iptc(facts, directory);
            } else if (directory instanceof GpsDirectory gps) {
                gps(facts, gps);
            } else {
                makerNotes(facts, directory);
            }
        }
        return true;
    }

    private static void exif(Facts facts, Directory directory) {
        time(facts, directory, ExifDirectoryBase.TAG_DATETIME_ORIGINAL, ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL);
        time(facts, directory, ExifDirectoryBase.TAG_DATETIME_DIGITIZED, ExifDirectoryBase.TAG_TIME_ZONE_DIGITIZED);
        add(facts, directory, ExifDirectoryBase.TAG_BODY_SERIAL_NUMBER, "serial", null);
    }

    /** The day and the time of day when the picture was made, as news agencies write them (IPTC IIM 2:55 and 2:60). */
    private static void iptc(Facts facts, Directory directory) {
        Matcher day = IPTC_DAY.matcher(text(directory, IptcDirectory.TAG_DATE_CREATED));
        if (!day.matches()) {
            return;
        }
        Matcher time = IPTC_TIME.matcher(text(directory, IptcDirectory.TAG_TIME_CREATED));
        String of = "";
        if (time.matches()) {
            of = "T" + time.group(1) + ":" + time.group(2) + ":" + time.group(3)
                    + (time.group(4) == null ? "" : time.group(4) + ":" + time.group(5));
        }
        facts.add(value(
                "timeClaim",
                day.group(1) + "-" + day.group(2) + "-" + day.group(3) + of,
                null,
                directory.getName() + "/" + directory.getTagName(IptcDirectory.TAG_DATE_CREATED)));
    }

    private static String text(Directory directory, int tag) {
        String text = directory.getString(tag);
        return text == null ? "" : text.strip();
    }

    /** Cameras that watch a place by themselves write when they did into their maker notes alone. */
    private static void makerNotes(Facts facts, Directory directory) {
        if (directory instanceof ReconyxHyperFireMakernoteDirectory) {
            notes(
                    facts,
                    directory,
                    ReconyxHyperFireMakernoteDirectory.TAG_DATE_TIME_ORIGINAL,
                    ReconyxHyperFireMakernoteDirectory.TAG_SERIAL_NUMBER);
        } else if (directory instanceof ReconyxHyperFire2MakernoteDirectory) {
            notes(
                    facts,
                    directory,
                    ReconyxHyperFire2MakernoteDirectory.TAG_DATE_TIME_ORIGINAL,
                    ReconyxHyperFire2MakernoteDirectory.TAG_SERIAL_NUMBER);
        } else if (directory instanceof ReconyxUltraFireMakernoteDirectory) {
            notes(
                    facts,
                    directory,
                    ReconyxUltraFireMakernoteDirectory.TAG_DATE_TIME_ORIGINAL,
                    ReconyxUltraFireMakernoteDirectory.TAG_SERIAL_NUMBER);
        }
    }

    private static void notes(Facts facts, Directory directory, int time, int serial) {
        String iso = Times.ofExif(directory.getString(time)); // the library writes spaces for zeros
        facts.add(value("timeClaim", iso, null, directory.getName() + "/" + directory.getTagName(time)));
        add(facts, directory, serial, "serial", null);
    }

    /** The place of the Exif of a HEIC picture where a skeleton does not have it, or null. */
    static long[] missingExif(Path file, long size) {
        try {
            long[] place = Heif.of(file).exifPlace();
            boolean surelyThere = place == null || place[1] > size || place[1] <= MEDIA_DATA_KEPT;
            return surelyThere ? null : place;
        } catch (IOException | RuntimeException none) {
            return null;
        }
    }

    /** The library gives the size of a tile where the picture is put together from tiles. */
    private static void heicSize(Facts facts, Path file) {
        try {
            Heif heif = Heif.of(file);
            if (heif.width() > 0) {
                facts.stated("width", String.valueOf(heif.width()), "pixels", "largest ispe property");
                facts.stated("height", String.valueOf(heif.height()), "pixels", "largest ispe property");
            }
        } catch (IOException | RuntimeException damaged) {
            facts.failed("HEIC", damaged);
        }
    }

    /** Adds the values in a packet of XMP. */
    static void xmp(Facts facts, byte[] packet) {
        for (XmpDirectory directory : packet(packet)) {
            xmp(facts, directory.getXmpProperties());
        }
    }

    /** Adds the times in a packet of XMP; gives whether there are any. */
    static boolean xmpTimes(Facts facts, byte[] packet) {
        boolean any = false;
        for (XmpDirectory directory : packet(packet)) {
            Map<String, String> properties = directory.getXmpProperties();
            xmpTimes(facts, properties);
            any |= properties.containsKey("xmp:CreateDate");
        }
        return any;
    }

    private static Collection<XmpDirectory> packet(byte[] packet) {
        Metadata metadata = new Metadata();
        new XmpReader().extract(packet, metadata);
        return metadata.getDirectoriesOfType(XmpDirectory.class);
    }

    private static void xmpTimes(Facts facts, Map<String, String> properties) {
        for (String name : new String[] {
            "xmp:CreateDate", "exif:DateTimeOriginal", "exif:DateTimeDigitized", "photoshop:DateCreated"
        }) {
            facts.add(value("timeClaim", properties.get(name), null, "XMP/" + name));
        }
        String satellites = properties.getOrDefault("exif:GPSTimeStamp", "");
        if (satellites.matches("[0-9]{4}-.*")) { // of Exif it may have the time of day alone
            facts.add(value("timeClaim", satellites, null, "XMP/exif:GPSTimeStamp"));
        }
    }

    private static void xmp(Facts facts, Map<String, String> properties) {
        xmpTimes(facts, properties);
        facts.position(
                value("latitude", degrees(properties.get("exif:GPSLatitude"), "NS"), "degrees", "XMP/exif:GPSLatitude"),
                value(
                        "longitude",
                        degrees(properties.get("exif:GPSLongitude"), "EW"),
                        "degrees",
                        "XMP/exif:GPSLongitude"));
        facts.add(value("make", properties.get("tiff:Make"), null, "XMP/tiff:Make"));
        facts.add(value("model", properties.get("tiff:Model"), null, "XMP/tiff:Model"));
        facts.add(value("serial", properties.get("aux:SerialNumber"), null, "XMP/aux:SerialNumber"));
        facts.add(value("software", properties.get("xmp:CreatorTool"), null, "XMP/xmp:CreatorTool"));
        facts.add(value("title", properties.get("dc:title[1]"), null, "XMP/dc:title[1]"));
        facts.add(value("author", properties.get("dc:creator[1]"), null, "XMP/dc:creator[1]"));
    }

    /** An angle as XMP has it (part 2, GPSCoordinate): {@code 39,54.252N} or {@code 39,54,15N}. */
    private static String degrees(String text, String sides) {
        Matcher angle = XMP_ANGLE.matcher(text == null ? "" : text.strip());
        if (!angle.matches() || sides.indexOf(angle.group(4).charAt(0)) < 0) {
            return "";
        }
        double all = Double.parseDouble(angle.group(1))
                + Double.parseDouble(angle.group(2)) / 60
                + (angle.group(3) == null ? 0 : Double.parseDouble(angle.group(3)) / 3_600);
        return String.valueOf(Math.round((angle.group(4).matches("[SW]") ? -all : all) * 1e7) / 1e7);
    }

    /** The number or text itself, not the words that the library makes of it. */
    private static void add(Facts facts, Directory directory, int tag, String name, String unit) {
        String text = directory.getString(tag);
        if (directory instanceof BmpHeaderDirectory && name.equals("height") && text != null) {
            text = text.replaceFirst("^-", ""); // its rows stand from the top down
        }
        boolean size = "pixels".equals(unit);
        if (text != null && !(size && !text.matches("[1-9][0-9]*"))) {
            facts.add(value(name, text, unit, directory.getName() + "/" + directory.getTagName(tag)));
        }
    }

    /** Exif writes {@code 2026:11:24 08:00:00}, and its offset in a tag of its own, if at all. */
    private static void time(Facts facts, Directory directory, int tag, int offsetTag) {
        String iso = Times.ofExif(directory.getString(tag));
        String offset = directory.getString(offsetTag);
        boolean known = offset != null
                && offset.matches("Z|[+-][0-9]{2}:?[0-9]{2}")
                && iso.matches("[-0-9]+T[0-9:]+([.][0-9]+)?");
        facts.add(value(
                "timeClaim", known ? iso + offset : iso, null, directory.getName() + "/" + directory.getTagName(tag)));
    }

    private static void gps(Facts facts, GpsDirectory gps) {
        var point = gps.getGeoLocation();
        if (point != null) {
            facts.position(
                    value("latitude", String.valueOf(point.getLatitude()), "degrees", "GPS/GPS Latitude"),
                    value("longitude", String.valueOf(point.getLongitude()), "degrees", "GPS/GPS Longitude"));
        }
        java.util.Date date = gps.getGpsDate();
        if (date != null) {
            facts.add(value("timeClaim", date.toInstant().toString(), null, "GPS/GPS Date Stamp"));
        }
    }

    private static Value value(String name, String value, String unit, String source) {
        return new Value(name, value, unit, source, "metadata-extractor", VERSION, Confidence.STATED);
    }
}
