package org.liuhen.storage.directory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.log.LogStore;

/** The files of a log, or of the notes of a site, in a folder. */
final class DirectoryLogStore implements LogStore {
    private static final Object REPLACING = new Object(); // by whichever store of this process

    private final Path folder;
    private final FileAttribute<?>[] access;

    /**
     * Files of a folder.
     *
     * @param access the permissions of new files, where they are not the process's own
     */
    DirectoryLogStore(Path folder, FileAttribute<?>... access) {
        this.folder = folder;
        this.access = access;
    }

    @Override
    public boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException {
        synchronized (REPLACING) {
            boolean same = Arrays.equals(read(path).orElse(null), before.orElse(null));
            if (same) {
                write(path, after);
            }
            return same;
        }
    }

    @Override
    public Optional<byte[]> read(String path) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(path)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public void write(String path, byte[] bytes) throws IOException {
        Path file = folder.resolve(path);
        DurableFiles.createFolders(file.getParent());
        DurableFiles.writeWhole(file, bytes, access);
    }

    /** A file that is there with the same bytes is written again: its writer may have crashed before it was durable. */
    @Override
    public List<String> createAll(Map<String, byte[]> files) throws IOException {
        List<String> taken = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            synchronized (REPLACING) {
                Optional<byte[]> there = read(file.getKey());
                if (there.isEmpty() || Arrays.equals(there.get(), file.getValue())) {
                    write(file.getKey(), file.getValue());
                } else {
                    taken.add(file.getKey());
                }
            }
        }
        return taken;
    }

    @Override
    public List<String> list(String name) throws IOException {
        return DurableFiles.below(folder.resolve(name)).stream()
                .map(file -> folder.relativize(file).toString())
                .filter(path -> !path.endsWith(DurableFiles.FRESH))
                .toList();
    }

    @Override
    public void remove(String path) throws IOException {
        Files.deleteIfExists(folder.resolve(path));
    }

    @Override
    public void removePartials(String fullPath) throws IOException {
        Path partials = folder.resolve(fullPath + ".p");
        synchronized (REPLACING) { // another publisher may be writing there
            if (Files.isDirectory(partials)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(partials)) {
                    for (Path file : files) { // with what a crash left of one
                        Files.delete(file);
                    }
                }
                Files.delete(partials);
            }
        }
    }
}
