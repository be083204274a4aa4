package org.liuhen.dock;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How one kind of camera looks when it is mounted, and how its time is read.
 *
 * @param name how the kind is called
 * @param has a file or folder below the mount by which it is recognised
 * @param serialFile a file below the mount that holds the serial number, or null where the mount's own name is it
 * @param serialPattern a regular expression with a group {@code serial}
 * @param recordings globs of its recordings below the mount
 * @param fileName a regular expression for a recording's name, with groups {@code officer}, {@code time}, {@code sequence},
 *     {@code mark}, or null
 * @param time how the group {@code time} is written (java.time's pattern letters), or null
 * @param zone the zone that the camera's times are in
 * @param marked what the group {@code mark} says of a recording that was marked as important, or null
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
    private static final int DEPTH_MAX = 8;

    /** A camera that is here. */
    record Camera(CameraProfile profile, String serial, Path mount) {}

    /** The profiles of the program, behind those of the dock's own file where there is one. */
    static List<CameraProfile> read(Path own) throws IOException {
        List<CameraProfile> profiles = new ArrayList<>();
        if (Files.exists(own)) {
            profiles.addAll(List.of(JSON.readValue(own.toFile(), CameraProfile[].class)));
        }
        try (InputStream in = CameraProfile.class.getResourceAsStream("cameras.json")) {
            profiles.addAll(List.of(JSON.readValue(in, CameraProfile[].class)));
        }
        return List.copyOf(profiles);
    }

    /** The camera that is mounted here, if it is of this kind. */
    Optional<Camera> recognise(Path mount) throws IOException {
        if (!Files.exists(mount.resolve(has))) {
            return Optional.empty();
        }
        String where = serialFile == null ? mount.getFileName().toString() : start(mount.resolve(serialFile));
        Matcher fits = Pattern.compile(serialPattern).matcher(where);
        return fits.find() ? Optional.of(new Camera(this, fits.group("serial"), mount)) : Optional.empty();
    }

    private static String start(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(SERIAL_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    /** The recordings that lie on a camera now. */
    List<Path> recordings(Path mount) throws IOException {
        List<PathMatcher> globs = recordings.stream()
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                .toList();
        try (Stream<Path> files =
                Files.walk(mount, DEPTH_MAX)) { // links are not followed: a camera has no business elsewhere
            return files.filter(Files::isRegularFile)
                    .filter(file -> !Files.isSymbolicLink(file))
                    .filter(file -> globs.stream().anyMatch(glob -> glob.matches(mount.relativize(file))))
                    .sorted()
                    .toList();
        }
    }

    /** What a recording's name says, as metadata of its upload. */
    Map<String, String> claims(String recording) {
        Map<String, String> claims = new LinkedHashMap<>();
        Matcher fits = fileName == null ? null : Pattern.compile(fileName).matcher(recording);
        if (fits == null || !fits.matches()) {
            return claims;
        }
        group(fits, "officer").ifPresent(officer -> claims.put("officerNo", officer));
        group(fits, "sequence").ifPresent(number -> claims.put("seq", Long.toString(Long.parseLong(number))));
        group(fits, "mark").filter(mark -> mark.equals(marked)).ifPresent(mark -> claims.put("marked", "true"));
        if (time != null) {
            group(fits, "time").ifPresent(text -> claims.put("captureStart", instant(text)));
        }
        return claims;
    }

    private String instant(String text) {
        return LocalDateTime.parse(text, DateTimeFormatter.ofPattern(time, Locale.ROOT))
                .atZone(ZoneId.of(zone))
                .toInstant()
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

    /** How the camera's time is read, for the record. */
    String clockMethod() {
        return clockFile != null ? "file " + clockFile : "program " + clockCommand.get(0);
    }

    /** The camera's present time. */
    Instant clock(Path mount) throws IOException, InterruptedException {
        if (clockFile != null) {
            return Instant.parse(start(mount.resolve(clockFile)).strip());
        }
        List<String> command = clockCommand.stream()
                .map(word -> word.replace("{mount}", mount.toString()))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readNBytes(SERIAL_BYTES_MAX), StandardCharsets.UTF_8);
        if (!process.waitFor(10, java.util.concurrent.TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("DK-108 " + command.get(0) + " did not tell the camera's time");
        }
        return Instant.parse(said.strip());
    }
}
