package org.liuhen.custody.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a published log of a given size by its tiles (C2SP tlog-tiles): 256 hashes a tile, 256 entries a bundle, the last
 * one partial. It trusts nothing that it reads, but it compares nothing either: the
 * root is for the caller to compare with a signed checkpoint, and each entry with its leaf hash.
 */
public final class Tiles implements Merkle.SubtreeHashes {
    /** The path of the newest checkpoint. */
    public static final String CHECKPOINT = "checkpoint";

    /** The path of the newest checkpoint that as many witnesses have cosigned as the log's policy asks. */
    public static final String WITNESSED = "checkpoint.witnessed";

    /** The path of what is wrong with the witnesses now, a line each; empty or absent where nothing is. */
    public static final String WITNESS_TROUBLES = "witness-troubles";

    static final int WIDTH = 256;
    static final int HASH_BYTES = 32;
    private static final int CACHE_MAX = 256;
    private static final Pattern TILE =
            Pattern.compile("tile/(entries|[0-7])/((?:x[0-9]{3}/)*[0-9]{3})(?:\\.p/([0-9]{1,3}))?");

    private final LogReader store;
    private final long size;
    private int lastLevel;
    private long lastIndex = -1;
    private byte[] lastTile;
    private final Map<String, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > CACHE_MAX;
        }
    };

    /** A tile or bundle that the log's size says must be there is missing or has the wrong form. */
    public static final class DamagedLogException extends UncheckedIOException {
        DamagedLogException(String path, String what) {
            super(new IOException(path + " " + what));
        }
    }

    /** A reader of the first {@code size} leaves. */
    public Tiles(LogReader store, long size) {
        this.store = store;
        this.size = size;
    }

    /** The number of leaves. */
    public long size() {
        return size;
    }

    /** The root that the tiles lead to. */
    public byte[] root() {
        return Merkle.root(size, this);
    }

    @Override
    public byte[] hash(int level, long index) {
        int tileLevel = level / 8;
        int within = level % 8;
        long first = index << within; // the first hash needed, counted along the tile level
        byte[] tile = tile(tileLevel, first / WIDTH);
        int from = (int) (first % WIDTH);
        return subtree(tile, from, 1 << within);
    }

    static byte[] subtree(byte[] tile, int from, int count) {
        if (count == 1) {
            return Arrays.copyOfRange(tile, from * HASH_BYTES, (from + 1) * HASH_BYTES);
        }
        int half = count / 2;
        return Merkle.nodeHash(subtree(tile, from, half), subtree(tile, from + half, half));
    }

    /** One tile, full or partial as the size says. */
    byte[] tile(int level, long index) {
        if (index == lastIndex && level == lastLevel) {
            return lastTile; // one after the other is the usual way, and a path costs more than a hash
        }
        int width = width(level, index);
        String path = tilePath(level, index, width);
        byte[] bytes = read(path, "tile/" + level + "/" + number(index));
        if (bytes.length < width * HASH_BYTES) {
            throw new DamagedLogException(path, "has " + bytes.length + " bytes, not " + width * HASH_BYTES);
        }
        lastLevel = level;
        lastIndex = index;
        lastTile = bytes;
        return bytes;
    }

    /** The entries of one bundle. */
    public List<byte[]> entries(long bundle) {
        int width = width(0, bundle);
        String path = entriesPath(bundle, width);
        ByteBuffer bytes = ByteBuffer.wrap(read(path, "tile/entries/" + number(bundle)));
        List<byte[]> entries = new ArrayList<>(width);
        while (entries.size() < width) {
            if (bytes.remaining() < 2) {
                throw new DamagedLogException(path, "ends before entry " + (bundle * WIDTH + entries.size()));
            }
            byte[] entry = new byte[bytes.getShort() & 0xffff];
            if (bytes.remaining() < entry.length) {
                throw new DamagedLogException(path, "ends inside entry " + (bundle * WIDTH + entries.size()));
            }
            bytes.get(entry);
            entries.add(entry);
        }
        return entries;
    }

    /** One entry. */
    public byte[] entry(long index) {
        return entries(index / WIDTH).get((int) (index % WIDTH));
    }

    /** How many bundles there are. */
    public long bundles() {
        return (size + WIDTH - 1) / WIDTH;
    }

    /** The leaf hash that the tree holds at this place. */
    public byte[] leafHash(long index) {
        return hash(0, index);
    }

    /** The bytes of a bundle: each entry behind its length in two bytes, big-endian (C2SP tlog-tiles). */
    static byte[] bundle(List<byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            if (entry.length > 0xffff) {
                throw new IllegalArgumentException("An entry has at most 65535 bytes; got " + entry.length);
            }
            out.write(entry.length >>> 8);
            out.write(entry.length);
            out.writeBytes(entry);
        }
        return out.toByteArray();
    }

    private int width(int level, long index) {
        long hashes = level * 8 >= 63 ? 0 : size >>> (8 * level);
        long width = Math.min(WIDTH, hashes - index * WIDTH);
        if (width < 1) {
            throw new IllegalArgumentException("A log of " + size + " has no tile " + index + " at level " + level);
        }
        return (int) width;
    }

    /** Partial tiles may be removed once the full one is there, so the full one is asked second (tlog-tiles). */
    private byte[] read(String path, String full) {
        byte[] cached = cache.get(path);
        if (cached != null) {
            return cached;
        }
        try {
            byte[] bytes = store.read(path)
                    .or(() -> readFull(path, full))
                    .orElseThrow(() -> new DamagedLogException(path, "is missing"));
            cache.put(path, bytes);
            return bytes;
        } catch (IOException away) {
            throw new UncheckedIOException(away);
        }
    }

    private java.util.Optional<byte[]> readFull(String path, String full) {
        try {
            return path.equals(full) ? java.util.Optional.empty() : store.read(full);
        } catch (IOException away) {
            throw new UncheckedIOException(away);
        }
    }

    /**
     * Whether a file is a tile or bundle of a longer log than one of this size: a publication that died before its checkpoint leaves
     * such files.
     */
    public static boolean isBeyond(String path, long size) {
        Matcher tile = TILE.matcher(path);
        if (!tile.matches()) {
            return false;
        }
        int level = tile.group(1).equals("entries") ? 0 : Integer.parseInt(tile.group(1));
        long index = Long.parseLong(tile.group(2).replaceAll("[x/]", ""));
        int width = tile.group(3) == null ? WIDTH : Integer.parseInt(tile.group(3));
        return index * WIDTH + width > size >>> (8 * level);
    }

    static String tilePath(int level, long index, int width) {
        return "tile/" + level + "/" + number(index) + (width == WIDTH ? "" : ".p/" + width);
    }

    static String entriesPath(long index, int width) {
        return "tile/entries/" + number(index) + (width == WIDTH ? "" : ".p/" + width);
    }

    /** 1234067 is written x001/x234/067 (C2SP tlog-tiles). */
    static String number(long index) {
        String text = String.format("%03d", index % 1000);
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            text = String.format("x%03d/", rest % 1000) + text;
        }
        return text;
    }
}
