package org.liuhen.custody.log;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A real, small log store: keeps files in memory, so that a test can flip a byte in one. */
public final class MemoryLogStore implements LogStore {
    public final Map<String, byte[]> files = new TreeMap<>();

    @Override
    public Optional<byte[]> read(String path) {
        return Optional.ofNullable(files.get(path)).map(byte[]::clone);
    }

    @Override
    public void write(String path, byte[] bytes) {
        files.put(path, bytes.clone());
    }

    @Override
    public List<String> list(String folder) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .toList();
    }

    @Override
    public void remove(String path) {
        files.remove(path);
    }
}
