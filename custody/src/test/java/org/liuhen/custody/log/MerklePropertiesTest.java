package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.liuhen.custody.evidence.Sha256Digest;

/** Merkle trees of random sizes: each proof holds, and none in which a bit differs. */
class MerklePropertiesTest {
    private static final int SIZE_MAX = 300;

    private static byte[] entry(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    /** Merkle Tree Hash as RFC 6962 §2.1 defines it, of the entries from {@code low} to before {@code high}. */
    private static byte[] treeHash(long low, long high) {
        if (high - low == 0) {
            return Sha256Digest.of(new byte[0]).bytes();
        }
        if (high - low == 1) {
            return Merkle.leafHash(entry(low));
        }
        long split = 1;
        while (split * 2 < high - low) {
            split *= 2;
        }
        return Merkle.nodeHash(treeHash(low, low + split), treeHash(low + split, high));
    }

    private static byte[] subtree(int level, long index) {
        return treeHash(index << level, (index + 1) << level);
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    /** The same list with one bit changed in one hash. */
    private static List<byte[]> flipped(List<byte[]> hashes, int at, Random random) {
        List<byte[]> changed = new ArrayList<>(hashes);
        changed.set(at, flipped(hashes.get(at), random));
        return changed;
    }

    @Property
    void theRootIsTheTreeHashOfTheRfc(@ForAll @IntRange(max = SIZE_MAX) int size) {
        assertArrayEquals(treeHash(0, size), Merkle.root(size, MerklePropertiesTest::subtree));
    }

    @Property
    void anInclusionProofHoldsForItsLeafOnly(
            @ForAll @IntRange(min = 1, max = SIZE_MAX) int size,
            @ForAll @LongRange(min = 0, max = SIZE_MAX) long place,
            @ForAll Random random) {
        long index = place % size;
        byte[] root = treeHash(0, size);
        byte[] leaf = Merkle.leafHash(entry(index));
        List<byte[]> path = Merkle.inclusionProof(index, size, MerklePropertiesTest::subtree);
        assertTrue(Merkle.verifyInclusion(leaf, index, size, path, root));
        assertFalse(Merkle.verifyInclusion(flipped(leaf, random), index, size, path, root));
        assertFalse(Merkle.verifyInclusion(leaf, index, size, path, flipped(root, random)));
        for (int at = 0; at < path.size(); at++) {
            assertFalse(Merkle.verifyInclusion(leaf, index, size, flipped(path, at, random), root));
            List<byte[]> shorter = new ArrayList<>(path);
            shorter.remove(at);
            assertFalse(Merkle.verifyInclusion(leaf, index, size, shorter, root));
            List<byte[]> longer = new ArrayList<>(path);
            longer.add(at, path.get(at));
            assertFalse(Merkle.verifyInclusion(leaf, index, size, longer, root));
        }
        for (long other : new long[] {index - 1, index + 1, index ^ 1, -1, size, index + size}) {
            if (other != index) {
                assertFalse(Merkle.verifyInclusion(leaf, other, size, path, root), index + " as " + other);
            }
        }
    }

    @Property
    void aConsistencyProofHoldsForItsTwoRootsOnly(
            @ForAll @IntRange(min = 1, max = SIZE_MAX) int second,
            @ForAll @IntRange(min = 0, max = SIZE_MAX) int place,
            @ForAll Random random) {
        int first = 1 + place % second;
        byte[] old = treeHash(0, first);
        byte[] root = treeHash(0, second);
        List<byte[]> proof = Merkle.consistencyProof(first, second, MerklePropertiesTest::subtree);
        assertTrue(Merkle.verifyConsistency(first, old, second, root, proof));
        assertFalse(Merkle.verifyConsistency(first, flipped(old, random), second, root, proof));
        assertFalse(Merkle.verifyConsistency(first, old, second, flipped(root, random), proof));
        for (int at = 0; at < proof.size(); at++) {
            assertFalse(Merkle.verifyConsistency(first, old, second, root, flipped(proof, at, random)));
            List<byte[]> shorter = new ArrayList<>(proof);
            shorter.remove(at);
            assertFalse(Merkle.verifyConsistency(first, old, second, root, shorter));
        }
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(root);
        assertFalse(Merkle.verifyConsistency(first, old, second, root, longer));
        assertFalse(Merkle.verifyConsistency(second + 1L, old, second, root, proof));
        assertFalse(Merkle.verifyConsistency(-first, old, second, root, proof));
    }

    /** The empty tree is a prefix of each tree; only its own root and no hash prove it. */
    @Property
    void theEmptyTreeIsAPrefixOfEachTree(@ForAll @IntRange(min = 0, max = SIZE_MAX) int size, @ForAll Random random) {
        byte[] nothing = treeHash(0, 0);
        byte[] root = treeHash(0, size);
        assertTrue(Merkle.verifyConsistency(0, nothing, size, root, List.of()));
        assertFalse(Merkle.verifyConsistency(0, flipped(nothing, random), size, root, List.of()));
        assertFalse(Merkle.verifyConsistency(0, nothing, size, root, List.of(root)));
        assertTrue(
                Merkle.consistencyProof(0, size, MerklePropertiesTest::subtree).isEmpty());
    }

    @Property
    void thereIsNoProofOfWhatIsNotInTheTree(
            @ForAll @IntRange(min = 0, max = SIZE_MAX) int size, @ForAll @IntRange(min = 0, max = 9) int more) {
        Merkle.SubtreeHashes tree = MerklePropertiesTest::subtree;
        assertThrows(IllegalArgumentException.class, () -> Merkle.inclusionProof(size + more, size, tree));
        assertThrows(IllegalArgumentException.class, () -> Merkle.inclusionProof(-1 - more, size, tree));
        assertThrows(IllegalArgumentException.class, () -> Merkle.consistencyProof(size + 1 + more, size, tree));
        assertThrows(IllegalArgumentException.class, () -> Merkle.consistencyProof(-1 - more, size, tree));
    }
}
