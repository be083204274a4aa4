package org.liuhen.station;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Files below a folder, for tests. */
final class TestFiles {
    private static final int ENDED_WITHIN_SECONDS = 10;

    private TestFiles() {}

    /** Passes over what is gone when its turn comes. */
    private abstract static class Visitor extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }

    /** The files below a folder in which a station may be working: one that is gone when its turn comes is left out, where {@link Files#walk} fails. */
    static List<Path> below(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new Visitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    /** Removes a folder with all in it. What a station that was killed still writes there is waited for. */
    static void deleteAll(Path folder) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDED_WITHIN_SECONDS);
        while (true) {
            try {
                deleteNow(folder);
                return;
            } catch (DirectoryNotEmptyException written) {
                if (System.nanoTime() > end) {
                    throw written;
                }
            }
        }
    }

    private static void deleteNow(Path folder) throws IOException {
        Files.walkFileTree(folder, new Visitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
