package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.BadNoteException;

class TlogProofTest {
    private static final LogName LOG = new LogName("site-1");
    private final SignedNote.Signer signer =
            new SignedNote.Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
    private final MemoryLogStore store = new MemoryLogStore();

    private static byte[] entry(long i) {
        return ("entry " + i).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void provesEachEntryOfEachSize() throws Exception {
        List<byte[]> entries = new ArrayList<>();
        for (int size = 1; size <= 300; size++) {
            entries.add(entry(size - 1));
            SignedNote head =
                    new LogPublisher(store, LOG, signer).publish(0, entries).sign(signer);
            if (size > 20 && size % 37 != 0) {
                continue;
            }
            for (int i = 0; i < size; i++) {
                TlogProof proof = TlogProof.of(new Tiles(store, size), i, entry(i), head);
                TlogProof read = TlogProof.parse(proof.bytes());
                assertEquals(proof.toString(), read.toString());
                assertArrayEquals(entry(i), read.entry());
                assertTrue(read.leadsFrom(entry(i)));
                assertFalse(read.leadsFrom(entry(i + 1)));
                assertTrue(read.checkpoint().isSignedBy(signer.verifier()));
            }
        }
    }

    /** The unused bits at the end of a signature's Base64 count for nothing (docs/formats/receipt.md); each other bit counts. */
    @Test
    void holdsForNothingWhenOneByteWasChanged() throws Exception {
        Checkpoint checkpoint = new LogPublisher(store, LOG, signer).publish(0, List.of(entry(0), entry(1), entry(2)));
        int unused = 0;
        for (int key = 0; key < 40; key++) {
            SignedNote.Signer signer = new SignedNote.Signer(
                    LOG.origin(),
                    new Ed25519PrivateKeyParameters(Sha256Digest.of(entry(key)).bytes()));
            byte[] proof = TlogProof.of(new Tiles(store, 3), 1, entry(1), checkpoint.sign(signer))
                    .bytes();
            for (int i = 0; i < proof.length; i++) {
                byte[] changed = proof.clone();
                changed[i] ^= 1;
                boolean sameSignature = i == proof.length - 3 && Arrays.equals(signature(proof), signature(changed));
                unused += sameSignature ? 1 : 0;
                assertEquals(sameSignature, holds(changed, signer), "key " + key + ", byte " + i);
            }
            assertTrue(holds(proof, signer));
        }
        assertTrue(unused > 0 && unused < 40, "some keys have it, some not: " + unused);
    }

    /** The bytes of the last line's signature; nothing where it is not Base64. */
    private static byte[] signature(byte[] proof) {
        String text = new String(proof, StandardCharsets.UTF_8).stripTrailing();
        try {
            return Base64.getDecoder().decode(text.substring(text.lastIndexOf(' ') + 1));
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private static boolean holds(byte[] proof, SignedNote.Signer signer) {
        try {
            TlogProof read = TlogProof.parse(proof);
            return read.leadsFrom(entry(1))
                    && read.checkpoint().isSignedBy(signer.verifier())
                    && Arrays.equals(entry(1), read.entry());
        } catch (BadNoteException refused) {
            return false;
        }
    }

    @Test
    void refusesWhatIsNoProof() {
        for (String bad : new String[] {
            "",
            "c2sp.org/tlog-proof@v1\n",
            "c2sp.org/tlog-proof@v2\nindex 0\n\nx\n1\nAAAA\n\n— a b\n",
            "c2sp.org/tlog-proof@v1\nindex -1\n\n",
            "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx\n\n",
            "c2sp.org/tlog-proof@v1\nextra %%\nindex 0\n\nx\n\n"
        }) {
            assertThrows(BadNoteException.class, () -> TlogProof.parse(bad.getBytes(StandardCharsets.UTF_8)), bad);
        }
    }
}
