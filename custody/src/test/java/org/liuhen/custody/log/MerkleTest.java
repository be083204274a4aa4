package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleTest {
    /** The leaves of the reference tree of Certificate Transparency's own tests (RFC 6962's authors). */
    private static final List<byte[]> LEAVES = List.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .stream()
            .map(HexFormat.of()::parseHex)
            .toList();

    /** The roots of its first 0 to 8 leaves, from the same source. */
    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private static byte[] subtree(int level, long index) {
        return level == 0
                ? Merkle.leafHash(LEAVES.get((int) index))
                : Merkle.nodeHash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
    }

    @Test
    void hashesTheReferenceTreesToTheirRoots() {
        for (int size = 0; size < ROOTS.size(); size++) {
            assertEquals(ROOTS.get(size), HexFormat.of().formatHex(Merkle.root(size, MerkleTest::subtree)));
        }
    }

    @Test
    void provesEveryLeafInEveryTreeAndNothingElse() {
        for (int size = 1; size <= 8; size++) {
            byte[] root = Merkle.root(size, MerkleTest::subtree);
            for (int index = 0; index < size; index++) {
                List<byte[]> path = Merkle.inclusionProof(index, size, MerkleTest::subtree);
                byte[] leaf = Merkle.leafHash(LEAVES.get(index));
                assertTrue(Merkle.verifyInclusion(leaf, index, size, path, root));
                assertFalse(Merkle.verifyInclusion(Merkle.leafHash(new byte[] {9}), index, size, path, root));
                for (int other = 0; other < size; other++) {
                    assertEquals(other == index, Merkle.verifyInclusion(leaf, other, size, path, root));
                }
                List<byte[]> longer = new ArrayList<>(path);
                longer.add(root);
                assertFalse(Merkle.verifyInclusion(leaf, index, size, longer, root));
            }
        }
    }

    @Test
    void provesEveryPrefixAndRefusesAnotherRoot() {
        for (int second = 1; second <= 8; second++) {
            byte[] secondRoot = Merkle.root(second, MerkleTest::subtree);
            for (int first = 0; first <= second; first++) {
                byte[] firstRoot = Merkle.root(first, MerkleTest::subtree);
                List<byte[]> proof = Merkle.consistencyProof(first, second, MerkleTest::subtree);
                assertTrue(Merkle.verifyConsistency(first, firstRoot, second, secondRoot, proof), first + "→" + second);
                byte[] wrong = Merkle.leafHash(new byte[] {9});
                assertFalse(Merkle.verifyConsistency(first, wrong, second, secondRoot, proof));
                if (first > 0) {
                    assertFalse(Merkle.verifyConsistency(first, firstRoot, second, wrong, proof));
                }
            }
        }
    }
}
