package org.liuhen.dock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.liuhen.custody.log.DurableFile;

/**
 * What the dock did with each copy, one line a step: the CRC-32 of the step in eight hexadecimal characters, a space, the copy
 * as it stands then in JSON. A line is durable when {@link #put} returns. Of a power cut the last line may be torn, which is
 * then cut off; damage anywhere else is never guessed around.
 */
final class Journal implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long REWRITE_BYTES = 16L << 20;

    private final FileChannel channel;
    private final FileChannel lock;
    private final Map<String, Copy> copies = new LinkedHashMap<>();
    private final Map<String, ClockReading> clocks = new LinkedHashMap<>();

    /** One line: a copy, or a reading of a camera's clock. */
    record Line(Copy copy, ClockReading clock) {}

    private Journal(FileChannel channel, FileChannel lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Opens the journal; one process at a time. */
    static Journal open(Path file) throws IOException {
        FileChannel lock = FileChannel.open(lockOf(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            if (!taken(lock)) {
                throw new IOException("DK-101 another dock works in this folder. Stop it, or choose another folder");
            }
            Journal journal = open(file, lock);
            opened = true;
            return journal;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /** Whether a dock works with this journal. */
    static boolean isInUse(Path file) throws IOException {
        try (FileChannel lock = FileChannel.open(lockOf(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            return !taken(lock); // closing it gives the lock back
        }
    }

    private static Path lockOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    private static boolean taken(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException here) { // by this very process
            return false;
        }
    }

    private static Journal open(Path file, FileChannel lock) throws IOException {
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        List<Line> lines = new ArrayList<>();
        int good = read(file, bytes, lines);
        if (good < bytes.length || bytes.length > REWRITE_BYTES) {
            Map<String, Line> last = new LinkedHashMap<>();
            for (Line line : lines) {
                last.put(
                        line.copy() == null
                                ? "clock " + line.clock().camera()
                                : line.copy().key(),
                        line);
            }
            ByteArrayOutputStream fresh = new ByteArrayOutputStream();
            for (Line line : last.values()) {
                fresh.write(encode(line));
            }
            DurableFile.replace(file, fresh.toByteArray());
        } else if (bytes.length == 0) {
            DurableFile.replace(file, new byte[0]);
        }
        Journal journal =
                new Journal(FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND), lock);
        lines.forEach(journal::take);
        return journal;
    }

    /** Looks into a journal that another process may be writing. */
    static List<Copy> look(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        if (Files.exists(file)) {
            read(file, Files.readAllBytes(file), lines);
        }
        Map<String, Copy> copies = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.copy() != null) {
                copies.put(line.copy().key(), line.copy());
            }
        }
        return List.copyOf(copies.values());
    }

    /** Reads lines; gives the number of bytes that are good. */
    private static int read(Path file, byte[] bytes, List<Line> lines) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            int end = from;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            Line line = end == bytes.length ? null : decode(bytes, from, end);
            if (line == null) {
                for (int i = end; i < bytes.length - 1; i++) {
                    if (bytes[i] == '\n' && bytes[i + 1] != 0) { // whole lines behind it: not a torn end
                        throw new IOException(
                                "DK-102 the journal " + file + " is damaged at byte " + from
                                        + ". Move it away: all cameras are then read again, and what the station has is not sent twice");
                    }
                }
                return from;
            }
            lines.add(line);
            from = end + 1;
        }
        return from;
    }

    private static Line decode(byte[] bytes, int from, int end) {
        if (end - from < 10 || bytes[from + 8] != ' ') {
            return null;
        }
        byte[] body = Arrays.copyOfRange(bytes, from + 9, end);
        String sum = new String(bytes, from, 8, StandardCharsets.US_ASCII);
        try {
            Line line = sum.equals(sum(body)) ? JSON.readValue(body, Line.class) : null;
            return line == null || (line.copy() == null && line.clock() == null) ? null : line;
        } catch (IOException notOne) {
            return null;
        }
    }

    private static String sum(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        return String.format("%08x", crc.getValue());
    }

    private static byte[] encode(Line line) throws JsonProcessingException {
        byte[] body = JSON.writeValueAsBytes(line);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((sum(body) + " ").getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private void take(Line line) {
        if (line.copy() != null) {
            copies.put(line.copy().key(), line.copy());
        } else {
            clocks.put(line.clock().camera(), line.clock());
        }
    }

    /** Notes how far this copy has come. */
    void put(Copy copy) throws IOException {
        append(new Line(copy, null));
    }

    /** Notes a reading of a camera's clock. */
    void put(ClockReading clock) throws IOException {
        append(new Line(null, clock));
    }

    private synchronized void append(Line line) throws IOException {
        long before = channel.size();
        try {
            ByteBuffer rest = ByteBuffer.wrap(encode(line));
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(false);
        } catch (IOException full) {
            channel.truncate(before); // a half line must not stand before the next one
            throw new IOException(
                    "DK-103 the journal cannot be written: " + full.getMessage() + ". Free space on the dock's disk;"
                            + " until then nothing is uploaded and no copy may be erased",
                    full);
        }
        take(line);
    }

    /** The copy of this name, or null. */
    synchronized Copy copy(String key) {
        return copies.get(key);
    }

    synchronized Collection<Copy> copies() {
        return List.copyOf(copies.values());
    }

    /** The last reading of this camera's clock, or null. */
    synchronized ClockReading clock(String camera) {
        return clocks.get(camera);
    }

    synchronized Collection<ClockReading> clocks() {
        return List.copyOf(clocks.values());
    }

    @Override
    public void close() throws IOException {
        channel.close();
        lock.close();
    }
}
