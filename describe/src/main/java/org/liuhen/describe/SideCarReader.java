package org.liuhen.describe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Position logs that lie beside a recording: NMEA 0183, GPX, KML, a drone's subtitles (SRT), and CSV with named columns, each read by a class
 * of its own. The content of the file decides which one it is, not the file's name. A place where a position should stand and cannot be read
 * is counted.
 */
final class SideCarReader {
    private static final long FILE_BYTES_MAX = 64 << 20;
    private static final int HEAD_BYTES = 1 << 20;
    private static final int LINE_CHARACTERS_MAX = 4_096;

    private final Path file;
    private final Charset charset;

    private SideCarReader(Path file, Charset charset) {
        this.file = file;
        this.charset = charset;
    }

    /**
     * Reads the positions in this file, if it is such a log.
     *
     * @param charset the character set of its text
     * @param trackFile where the track goes
     * @return whether it is a log of positions, even if none could be read
     */
    static boolean addTo(Facts facts, Path file, Charset charset, Path trackFile) {
        List<Track> tracks = new ArrayList<>(); // of one log, the best first
        try {
            if (!new SideCarReader(file, charset).read(tracks)) {
                return false;
            }
        } catch (IOException | RuntimeException damaged) { // what was read before the damage counts
            facts.failed("positions", damaged);
        }
        try {
            write(facts, tracks, trackFile);
        } catch (IOException | RuntimeException failed) {
            facts.failed("positions", failed);
        }
        return true;
    }

    private boolean read(List<Track> tracks) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        String text = new String(head, charset);
        boolean large = Files.size(file) > FILE_BYTES_MAX;
        boolean gpx = text.contains("<gpx");
        boolean kml = text.contains("<kml");
        if (large && (gpx || kml || text.lines().anyMatch(NmeaLog::isSentence))) {
            throw new IOException(
                    "the log is larger than " + FILE_BYTES_MAX + " bytes, and its positions are not read");
        }
        if (large) {
            return false;
        }
        if (gpx || kml) {
            try (InputStream in = Files.newInputStream(file)) {
                if (gpx) {
                    GpxLog.read(tracks, in);
                } else {
                    KmlLog.read(tracks, in);
                }
            }
            return true;
        }
        List<String> lines = lines();
        if (NmeaLog.is(lines)) {
            NmeaLog.read(tracks, lines);
            return true;
        }
        if (SubtitleLog.is(text)) {
            return SubtitleLog.read(tracks, lines).counted() > 0;
        }
        return new CsvLog(file, charset).read(tracks, text);
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line.length() > LINE_CHARACTERS_MAX ? line.substring(0, LINE_CHARACTERS_MAX) : line);
            }
        }
        return lines;
    }

    /** Writes the first track that has positions, and how many the others have. */
    private static void write(Facts facts, List<Track> tracks, Path trackFile) throws IOException {
        Track shown =
                tracks.stream().filter(track -> !track.isEmpty()).findFirst().orElse(null);
        for (Track track : tracks) {
            if (track == shown) {
                track.write(facts, trackFile);
            } else if (shown != null && !track.isEmpty()) {
                track.writeCount(facts);
            } else if (shown == null && track.counted() > 0) {
                track.write(facts, trackFile); // only the counts that say why there are no positions
            }
        }
        if (shown == null && tracks.stream().noneMatch(track -> track.counted() > 0)) {
            facts.failures.add("positions: this is a log of positions in which none could be read");
        }
    }
}
