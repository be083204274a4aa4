package org.liuhen.custody.log;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.custody.evidence.Sha256Digest;

/** Merkle tree hashing and proofs as RFC 6962 §2.1 and RFC 9162 §2.1 define them. */
public final class Merkle {
    private Merkle() {}

    /** Gives the hash of the complete subtree of 2^level leaves that begins at leaf index × 2^level. */
    @FunctionalInterface
    public interface SubtreeHashes {
        /** The hash of one complete subtree. */
        byte[] hash(int level, long index);
    }

    private static final byte[] LEAF = {0};
    private static final byte[] NODE = {1};

    /** SHA-256(0x00 || entry): the 0x00 keeps an entry from passing as an inner node (RFC 6962 §2.1). */
    public static byte[] leafHash(byte[] entry) {
        return Sha256Digest.raw(LEAF, entry);
    }

    /** SHA-256(0x01 || left || right). */
    public static byte[] nodeHash(byte[] left, byte[] right) {
        return Sha256Digest.raw(NODE, left, right);
    }

    /** The root of the first {@code size} leaves; for size 0 the hash of nothing. */
    public static byte[] root(long size, SubtreeHashes tree) {
        return size == 0 ? Sha256Digest.raw() : range(0, size, tree);
    }

    /** The audit path of leaf {@code index} in the tree of {@code size} leaves (RFC 6962 §2.1.1), lowest first. */
    public static List<byte[]> inclusionProof(long index, long size, SubtreeHashes tree) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("Leaf " + index + " is not in a tree of " + size);
        }
        List<byte[]> path = new ArrayList<>();
        long low = 0;
        long high = size;
        while (high - low > 1) { // from the root down; reversed at the end
            long split = low + largestPowerOfTwoBelow(high - low);
            if (index < split) {
                path.add(range(split, high, tree));
                high = split;
            } else {
                path.add(range(low, split, tree));
                low = split;
            }
        }
        java.util.Collections.reverse(path);
        return path;
    }

    /** Whether the path leads from this leaf to this root (RFC 9162 §2.1.3.2). */
    public static boolean verifyInclusion(byte[] leafHash, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long fn = index;
        long sn = size - 1;
        byte[] r = leafHash;
        for (byte[] p : path) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                r = nodeHash(p, r);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = nodeHash(r, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && MessageDigest.isEqual(r, root);
    }

    /** The proof that the tree of {@code first} leaves is a prefix of that of {@code second} (RFC 6962 §2.1.2). */
    public static List<byte[]> consistencyProof(long first, long second, SubtreeHashes tree) {
        if (first < 0 || first > second) {
            throw new IllegalArgumentException("No tree of " + first + " is a prefix of one of " + second);
        }
        List<byte[]> proof = new ArrayList<>();
        if (first == 0 || first == second) {
            return proof;
        }
        long low = 0;
        long high = second;
        while (first != high) {
            long split = low + largestPowerOfTwoBelow(high - low);
            if (first <= split) {
                proof.add(range(split, high, tree));
                high = split;
            } else {
                proof.add(range(low, split, tree));
                low = split;
            }
        }
        if (low != 0) { // the old root itself is known to the verifier
            proof.add(range(low, high, tree));
        }
        java.util.Collections.reverse(proof);
        return proof;
    }

    /** Whether the proof shows that the first tree is a prefix of the second (RFC 9162 §2.1.4.2). */
    public static boolean verifyConsistency(
            long first, byte[] firstRoot, long second, byte[] secondRoot, List<byte[]> proof) {
        if (first < 0 || first > second) {
            return false;
        }
        if (first == second) {
            return proof.isEmpty() && MessageDigest.isEqual(firstRoot, secondRoot);
        }
        if (first == 0) {
            return proof.isEmpty() && MessageDigest.isEqual(firstRoot, root(0, null));
        }
        List<byte[]> path = new ArrayList<>(proof);
        if (Long.bitCount(first) == 1) {
            path.add(0, firstRoot);
        }
        if (path.isEmpty()) {
            return false;
        }
        long fn = first - 1;
        long sn = second - 1;
        while ((fn & 1) == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        byte[] fr = path.get(0);
        byte[] sr = fr;
        for (byte[] c : path.subList(1, path.size())) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                fr = nodeHash(c, fr);
                sr = nodeHash(c, sr);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = nodeHash(sr, c);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && MessageDigest.isEqual(fr, firstRoot) && MessageDigest.isEqual(sr, secondRoot);
    }

    private static byte[] range(long low, long high, SubtreeHashes tree) {
        long count = high - low;
        if (Long.bitCount(count) == 1) { // every range that the proofs ask for is aligned to its own size
            int level = Long.numberOfTrailingZeros(count);
            return tree.hash(level, low >> level);
        }
        long split = low + largestPowerOfTwoBelow(count);
        return nodeHash(range(low, split, tree), range(split, high, tree));
    }

    private static long largestPowerOfTwoBelow(long n) {
        return Long.highestOneBit(n - 1);
    }
}
