package org.liuhen.station;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.liuhen.cli.Client;

/** The data folder of a station: one station at a time uses it, and no other user of the machine reads it. */
final class StationFolder implements AutoCloseable {
    private final Path data;
    private final FileChannel lock;

    private StationFolder(Path data, FileChannel lock) {
        this.data = data;
        this.lock = lock;
    }

    /**
     * Locks the folder, which is made where it is missing, and removes the skeletons of files that a killed station was reading.
     *
     * @throws IOException with code ST-202 where another station uses it, with ST-203 where it belongs to another user
     */
    static StationFolder open(Path data) throws IOException {
        closeToOthers(data);
        Files.createDirectories(data.resolve("keys"));
        FileChannel channel =
                FileChannel.open(data.resolve("station.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("ST-202 another station runs on " + data + ". Stop it, or choose another folder");
        }
        emptyScratch(data.resolve("scratch"));
        return new StationFolder(data, channel);
    }

    /** Items, keys and the feed are in this folder. */
    private static void closeToOthers(Path folder) throws IOException {
        Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
        if (folder.getParent() != null) {
            Files.createDirectories(folder.getParent());
        }
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(owner));
        } catch (FileAlreadyExistsException there) {
            if (!Files.getAttribute(folder, "unix:uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw new IOException(
                        "ST-203 the folder " + folder + " belongs to " + Files.getOwner(folder)
                                + ", who could read and change all in it. Give it to the user that the station runs as",
                        there);
            }
            Files.setPosixFilePermissions(folder, owner);
        }
    }

    private static void emptyScratch(Path scratch) throws IOException {
        if (Files.exists(scratch)) {
            try (Stream<Path> left = Files.walk(scratch)) {
                for (Path path : (Iterable<Path>) left.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(scratch);
        System.setProperty("liuhen.scratch", scratch.toString());
    }

    /**
     * Makes a new secret of the console, in a file beside the keys: only the machine's administrator can read it, and may admit people with it.
     *
     * @param wanted false removes the file of an earlier start
     * @return the secret, or null where none is wanted
     */
    String consoleSecret(boolean wanted) throws IOException {
        Path file = data.resolve("keys").resolve(Client.CONSOLE_FILE);
        Files.deleteIfExists(file);
        if (!wanted) {
            return null;
        }
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Files.writeString(file, text);
        return text;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
