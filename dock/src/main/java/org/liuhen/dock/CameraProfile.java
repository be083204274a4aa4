package org.liuhen.dock;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.RecordTime;

/**
 * How one kind of camera is recognised when it is mounted, which files are recordings, what their names mean, and how the clock is read.
 *
 * @param name the name of the kind
 * @param has a file or folder below the mount by which it is recognised
 * @param serialFile a file below the mount that holds the serial number, or null where the mount's own name is it
 * @param serialPattern a regular expression with a group {@code serial}
 * @param recordings globs of its recordings below the mount
 * @param fileName a regular expression for a recording's name, with groups {@code officer}, {@code time}, {@code sequence},
 *     {@code mark}, and for cameras that cut a recording into files {@code whole} (what all of these have in common) and
 *     {@code segment} (from 1 on), or null
 * @param time how the group {@code time} is written (java.time's pattern letters), or null
 * @param zone the zone that the camera's times are in
 * @param marked the group {@code mark} in the name of a recording that was marked as important, or null
 * @param clockFile a file in which the camera writes its present time (RFC 3339) when it is read, or null
 * @param clockCommand a program that prints the camera's present time (RFC 3339); {@code {mount}} stands for the mount, or null
 * @param clockResolutionMillis how fine that time is
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record CameraProfile(
        String name,
        String has,
        String serialFile,
        String serialPattern,
        List<String> recordings,
        String fileName,
        String time,
        String zone,
        String marked,
        String clockFile,
        List<String> clockCommand,
        long clockResolutionMillis) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SERIAL_BYTES_MAX = 4_096;
    private static final int SERIAL_MAX = 64;
    private static final int REASON_MAX = 300;
    private static final int TEXT_SHOWN_MAX = 60;
    private static final Pattern LINE_BREAK = Pattern.compile("\\R");
    private static final int DEPTH_MAX = 8;

    /**
     * A camera that is here.
     *
     * @param serial its serial number; where that cannot be read, {@code ?} and the name of its mount, which no serial number is
     * @param named whether the serial number could be read
     */
    record Camera(CameraProfile profile, String serial, boolean named, Path mount) {
        private static final String RAW = "\ufffd";

        /**
         * The name of a file in the journal: its path below the mount, with {@code /}. A file whose name is no text is named by its bytes,
         * U+FFFD and percent-encoded, so that the file can be found again.
         */
        String path(Path file) {
            Path below = mount.relativize(file);
            String text = below.toString().replace(File.separatorChar, '/');
            if (!text.contains(RAW)) {
                return text;
            }
            String folder = mount.toUri().getRawPath();
            return RAW + file.toUri().getRawPath().substring(folder.length() - (folder.endsWith("/") ? 0 : -1));
        }

        /** The copy that a file is, by its present size and time. */
        Copy copy(Path file) throws UnreadableFileException {
            try {
                return Copy.found(
                        serial,
                        path(file),
                        Files.size(file),
                        Files.getLastModifiedTime(file).toMillis());
            } catch (IOException | RuntimeException failed) {
                throw new UnreadableFileException(failed);
            }
        }

        /** The file that has this {@link #path}. */
        Path file(String path) {
            if (!path.startsWith(RAW)) {
                return mount.resolve(path);
            }
            String folder = mount.toUri().toString();
            return Path.of(URI.create(folder + (folder.endsWith("/") ? "" : "/") + path.substring(RAW.length())));
        }
    }

    /**
     * The recordings on a camera.
     *
     * @param unread the files and folders that could not be looked at, by their path below the mount, and why
     */
    record Listing(List<Path> files, Map<String, String> unread) {}

    /**
     * The metadata of an upload that the name of the recording holds.
     *
     * @param unread the parts of the name that are not understood, for a person to read
     */
    record Claims(Map<String, String> values, List<String> unread) {}

    /**
     * The profiles of the program, behind those of the dock's own file where there is one. A profile that could not work is refused
     * here (DK-114) and not at each file.
     */
    static List<CameraProfile> read(Path own) throws IOException {
        List<CameraProfile> profiles = new ArrayList<>();
        if (Files.exists(own)) {
            try {
                for (CameraProfile profile : JSON.readValue(own.toFile(), CameraProfile[].class)) {
                    profile.check();
                    profiles.add(profile);
                }
            } catch (JsonProcessingException | RuntimeException wrong) {
                throw new IOException(
                        "DK-114 the profiles of cameras in " + own + " cannot be used: "
                                + Reason.of(wrong.getMessage(), REASON_MAX) + ". Mend the file or take it away",
                        wrong);
            }
        }
        profiles.addAll(shipped());
        return List.copyOf(profiles);
    }

    /** The profiles that come with this program. */
    static List<CameraProfile> shipped() throws IOException {
        try (InputStream in = CameraProfile.class.getResourceAsStream("cameras.json")) {
            return List.of(JSON.readValue(in, CameraProfile[].class));
        }
    }

    private void check() {
        for (Object needed : new Object[] {name, has, serialPattern, recordings}) {
            if (needed == null) {
                throw new IllegalArgumentException("each profile has name, has, serialPattern and recordings");
            }
        }
        Pattern.compile(serialPattern);
        if (!serialPattern.contains("(?<serial>")) {
            throw new IllegalArgumentException("serialPattern has a group (?<serial>...)");
        }
        globs();
        if (fileName != null) {
            Pattern.compile(fileName);
        }
        if (time != null) {
            format();
            ZoneId.of(zone == null ? "" : zone);
        }
        if (clockCommand != null && clockCommand.isEmpty()) {
            throw new IllegalArgumentException("clockCommand names a program");
        }
    }

    /**
     * The camera that is mounted here, if it is of this kind. One whose serial number should stand in a file, and cannot be read there, is
     * here without its name.
     */
    Optional<Camera> recognise(Path mount) {
        if (!Files.exists(mount.resolve(has))) {
            return Optional.empty();
        }
        String volume = mount.getFileName() == null ? "" : mount.getFileName().toString();
        if (serialFile == null) {
            return serial(volume).map(serial -> new Camera(this, serial, true, mount));
        }
        Optional<String> serial;
        try {
            serial = serial(start(mount.resolve(serialFile)));
        } catch (IOException unread) {
            serial = Optional.empty();
        }
        return serial.map(read -> new Camera(this, read, true, mount))
                .or(() -> Optional.of(new Camera(this, "?" + PlainText.of(volume, SERIAL_MAX), false, mount)));
    }

    private Optional<String> serial(String text) {
        Matcher fits = Pattern.compile(serialPattern).matcher(text);
        try {
            return fits.find() ? Optional.of(claim(null, fits.group("serial")).deviceSerial()) : Optional.empty();
        } catch (IllegalArgumentException notFit) {
            return Optional.empty();
        }
    }

    /** Refuses what the intake would refuse. */
    private static CaptureClaims claim(String officer, String serial) {
        return new CaptureClaims(null, officer, null, serial, null, null, null);
    }

    /** The beginning of a small text file, or an empty text where there is none. */
    static String start(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(SERIAL_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    private List<PathMatcher> globs() {
        return recordings.stream()
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                .toList();
    }

    /** The recordings that lie on a camera now. A folder that cannot be read costs only what is in it. */
    Listing recordings(Path mount) throws IOException {
        List<PathMatcher> globs = globs();
        List<Path> files = new ArrayList<>();
        Map<String, String> unread = new TreeMap<>();
        // Links are not followed: they may lead out of the camera.
        Files.walkFileTree(mount, Set.of(), DEPTH_MAX, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isDirectory()) {
                    String why = "it lies below " + DEPTH_MAX + " folders, and no deeper one is looked into";
                    return visitFileFailed(file, new IOException(why));
                }
                if (attributes.isRegularFile() && globs.stream().anyMatch(glob -> glob.matches(oneLine(mount, file)))) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failed) {
                unread.put(mount.relativize(file).toString(), UnreadableFileException.why(failed));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failed) {
                return failed == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, failed);
            }
        });
        files.sort(null);
        return new Listing(files, unread);
    }

    /** The path below the mount; a glob of the Java platform does not look behind a line break. */
    private static Path oneLine(Path mount, Path file) {
        Path below = mount.relativize(file);
        String text = below.toString();
        String line = LINE_BREAK.matcher(text).replaceAll("_");
        return line.equals(text) ? below : Path.of(line);
    }

    /** The metadata in a recording's name. A part that is not understood, or that the record cannot hold, is left out and named. */
    Claims claims(String recording) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> unread = new ArrayList<>();
        Matcher fits = fileName == null ? null : Pattern.compile(fileName).matcher(recording);
        if (fits != null && fits.matches()) {
            Map<String, Consumer<String>> readers = new LinkedHashMap<>();
            readers.put(
                    "officer", text -> values.put("officerNo", claim(text, null).officerNo()));
            readers.put("sequence", text -> values.put("seq", sequence(text)));
            readers.put("mark", text -> {
                if (text.equals(marked)) {
                    values.put("marked", "true");
                }
            });
            readers.put("time", text -> {
                if (time != null) {
                    values.put("captureStart", instant(text));
                }
            });
            readers.put("segment", text -> {
                String whole = group(fits, "whole")
                        .orElseThrow(() -> new IllegalArgumentException("the profile names no group whole"));
                CaptureClaims segment = new CaptureClaims(
                        null, null, null, null, null, null, null, whole, Integer.valueOf(text), null, null, null);
                values.put("recordingId", segment.recordingId());
                values.put("segment", segment.segment().toString());
            });
            readers.forEach((name, reader) -> group(fits, name).ifPresent(text -> {
                try {
                    reader.accept(text);
                } catch (RuntimeException wrong) {
                    unread.add(name + " " + PlainText.of(text, TEXT_SHOWN_MAX) + " ("
                            + Reason.of(wrong.getMessage(), REASON_MAX) + ")");
                }
            }));
        }
        return new Claims(values, unread);
    }

    /** The order in which copies are sent: marked recordings first, then the oldest. */
    Comparator<Copy> order() {
        return Comparator.comparing(
                        (Copy copy) -> !claims(copy.fileName()).values().containsKey("marked"))
                .thenComparingLong(Copy::modifiedMillis);
    }

    private static String sequence(String text) {
        return new CaptureClaims(null, null, null, null, null, null, Long.valueOf(text))
                .sequence()
                .toString();
    }

    /** A day that is not in the calendar is no time: nothing is rounded. */
    private DateTimeFormatter format() {
        return new DateTimeFormatterBuilder()
                .appendPattern(time)
                .parseDefaulting(ChronoField.ERA, 1)
                .toFormatter(Locale.ROOT)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    private String instant(String text) {
        return RecordTime.require(
                        "the time of the recording",
                        LocalDateTime.parse(text, format())
                                .atZone(ZoneId.of(zone))
                                .toInstant())
                .toString();
    }

    private static Optional<String> group(Matcher fits, String name) {
        try {
            return Optional.ofNullable(fits.group(name)).filter(text -> !text.isEmpty());
        } catch (IllegalArgumentException noSuchGroup) {
            return Optional.empty();
        }
    }

    /** Whether the camera's time can be read at all. */
    boolean hasClock() {
        return clockFile != null || clockCommand != null;
    }

    /** The way in which the camera's time is read, for the record. */
    String clockMethod() {
        return clockFile != null ? "file " + clockFile : "program " + clockCommand.get(0);
    }
}
