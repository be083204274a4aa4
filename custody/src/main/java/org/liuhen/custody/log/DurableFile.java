package org.liuhen.custody.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes a small file that must survive a power cut: after it the file holds its old bytes or its new ones, never a part,
 * and once a method has returned, the new ones.
 */
public final class DurableFile {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DurableFile() {}

    /** Puts these bytes in the file's place. */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path fresh = fresh(file);
        Files.createFile(fresh);
        move(fresh, file, bytes, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes a file that only its owner may read. There must be none yet. */
    public static void createSecret(Path file, byte[] bytes) throws IOException {
        Path fresh = fresh(file);
        Files.createFile(fresh, OWNER_ONLY);
        move(fresh, file, bytes);
    }

    private static Path fresh(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh); // left by one that died
        return fresh;
    }

    private static void move(Path fresh, Path file, byte[] bytes, CopyOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(fresh, file, options);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true); // or the name could be lost
        }
    }
}
