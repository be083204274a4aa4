package org.liuhen.describe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The programs ffprobe and ffmpeg, unpacked from the artifact {@code org.bytedeco:ffmpeg} into a folder. They are linked to FFmpeg's
 * libavdevice, which needs libraries of X11, ALSA and PulseAudio; a stand-in without devices takes its place, so that they start on a
 * machine that has none of these (docs/decisions/0028-media-programs-without-devices.md).
 *
 * @param folder the folder that holds them and their libraries
 */
public record MediaPrograms(Path folder) {
    private static final String IN_JAR = "/org/bytedeco/ffmpeg/linux-x86_64/";
    private static final String STAND_IN = "libavdevice.so.62";
    private static final List<String> PROGRAMS = List.of("ffprobe", "ffmpeg");
    private static final List<String> LIBRARIES = List.of(
            "libavcodec.so.62",
            "libavfilter.so.11",
            "libavformat.so.62",
            "libavutil.so.60",
            "libswresample.so.6",
            "libswscale.so.9",
            "libva.so.2",
            "libva-drm.so.2",
            "libdrm.so.2");
    private static final int START_SECONDS = 20;

    /**
     * Unpacks the programs: about 65 MB.
     *
     * @param folder an empty folder, or one that does not exist yet; a user who can write there decides what the programs do
     * @throws IOException a part of them is missing in the class path, or the folder cannot be written
     */
    public static MediaPrograms unpack(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : LIBRARIES) {
            copy(IN_JAR + name, folder.resolve(name));
        }
        copy(STAND_IN, folder.resolve(STAND_IN));
        for (String name : PROGRAMS) {
            copy(IN_JAR + name, folder.resolve(name));
            Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return new MediaPrograms(folder.toAbsolutePath());
    }

    private static void copy(String resource, Path to) throws IOException {
        try (InputStream in = MediaPrograms.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in the class path. Add org.bytedeco:ffmpeg:linux-x86_64");
            }
            Files.copy(in, to);
        }
    }

    /** The program that describes recordings. */
    public Path ffprobe() {
        return folder.resolve("ffprobe");
    }

    /** The program that makes previews. */
    public Path ffmpeg() {
        return folder.resolve("ffmpeg");
    }

    /** The environment in which a program of this folder finds its libraries, and nothing else. */
    public static Map<String, String> environment(Path program) {
        return Map.of("LD_LIBRARY_PATH", String.valueOf(program.toAbsolutePath().getParent()));
    }

    /**
     * Why they do not start on this machine, or an empty text. It starts both once.
     *
     * @param prefix what to put before each command, such as a sandbox
     */
    String trouble(List<String> prefix) throws InterruptedException {
        for (Path program : List.of(ffprobe(), ffmpeg())) {
            try {
                List<String> command = new java.util.ArrayList<>(prefix);
                command.addAll(List.of(program.toString(), "-version"));
                ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
                builder.environment().clear();
                builder.environment().putAll(environment(program));
                Process process = builder.start();
                process.getOutputStream().close();
                if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return program.getFileName() + " does not end";
                }
                if (process.exitValue() != 0) {
                    String output = new String(
                            process.getInputStream().readNBytes(2_000), java.nio.charset.StandardCharsets.UTF_8);
                    return program.getFileName() + " does not start: " + output.strip();
                }
            } catch (IOException failed) {
                return program.getFileName() + " does not start: " + failed.getMessage();
            }
        }
        return "";
    }
}
