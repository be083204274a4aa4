package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.log.SignedNote.BadNoteException;

class SignedNoteTest {
    /** The example of the signed-note package of the Go project's module mirror, the origin of the format. */
    private static final String GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private static final String GO_NOTE = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
            """;

    private final SignedNote.Signer signer =
            new SignedNote.Signer("liuhen.org/test", new Ed25519PrivateKeyParameters(new SecureRandom()));

    @Test
    void opensANoteThatAnotherImplementationSigned() throws Exception {
        String text = SignedNote.open(GO_NOTE.getBytes(StandardCharsets.UTF_8), SignedNote.Verifier.parse(GO_KEY));
        assertEquals(GO_NOTE.substring(0, GO_NOTE.indexOf("\n\n") + 1), text);
    }

    /** A checkpoint of the Go checksum database, which C2SP tlog-checkpoint shows as its example. */
    @Test
    void opensACheckpointOfAnotherLog() throws Exception {
        String note = """
                go.sum database tree
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                — sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
                """;
        SignedNote.Verifier key =
                SignedNote.Verifier.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
        Checkpoint head = Checkpoint.open(note.getBytes(StandardCharsets.UTF_8), "go.sum database tree", key);
        assertEquals(20_852_163, head.size());
        assertThrows(
                BadNoteException.class,
                () -> Checkpoint.open(
                        note.replace("20852163", "20852164").getBytes(StandardCharsets.UTF_8),
                        "go.sum database tree",
                        key));
    }

    @Test
    void refusesANoteWhenOneByteWasChanged() {
        byte[] note = GO_NOTE.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < note.length; i++) {
            byte[] changed = note.clone();
            changed[i] ^= 1;
            assertThrows(
                    BadNoteException.class,
                    () -> SignedNote.open(changed, SignedNote.Verifier.parse(GO_KEY)),
                    "byte " + i);
        }
    }

    @Test
    void refusesAKeyWhoseHashIsAnothers() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SignedNote.Verifier.parse(GO_KEY.replace("c74f20a3", "c74f20a4")));
    }

    /** C2SP signed-note: what makes a line malformed, what is passed over, and a line of a known key that does not hold. */
    @Test
    void readsSignatureLinesAsSpecified() throws Exception {
        SignedNote note = SignedNote.sign("text\n", signer);
        for (int space : new int[] {0x85, 0xa0, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, '+'}) {
            String name = "liuhen.org" + Character.toString(space) + "test";
            assertThrows(
                    BadNoteException.class,
                    () -> SignedNote.parse((note + "\u2014 " + name + " AAAAAAAA\n").getBytes(StandardCharsets.UTF_8)),
                    Integer.toHexString(space));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> SignedNote.Verifier.parse(
                            new SignedNote.Verifier(name, signer.algorithm(), signer.publicKey()).toString()));
        }
        for (String unknown :
                new String[] {"\u2014 other AAAAAAB=", "\u2014 liuhen.org/test AAAAAAC=", "\u2014 \u200b AAAAAAAA"}) {
            byte[] more = (note + unknown + "\n").getBytes(StandardCharsets.UTF_8);
            assertEquals("text\n", SignedNote.open(more, signer.verifier()), unknown);
        }
        for (String none : new String[] {"AAAAAAA", "AAAAAA=", "AAAAAA===", "AAA=AAAA", "AAAA\tAAAA", "AAAAAA-_", ""}) {
            byte[] more = (note + "\u2014 other " + none + "\n").getBytes(StandardCharsets.UTF_8);
            assertThrows(BadNoteException.class, () -> SignedNote.parse(more), none);
        }
        SignedNote contradicted = note.with(SignedNote.sign("other\n", signer).signatures());
        assertThrows(BadNoteException.class, () -> SignedNote.open(contradicted.bytes(), signer.verifier()));
        assertEquals(1, contradicted.signaturesOf(signer.verifier()).size());
    }

    @Test
    void keepsACheckpointThroughSigningAndOpening() throws Exception {
        Checkpoint checkpoint = new Checkpoint(
                "liuhen.org/log/site",
                42,
                org.liuhen.custody.evidence.Sha256Digest.ofRaw(Merkle.leafHash(new byte[0])));
        byte[] note = checkpoint.sign(signer).bytes();
        assertEquals(checkpoint, Checkpoint.open(note, checkpoint.origin(), signer.verifier()));
        assertThrows(BadNoteException.class, () -> Checkpoint.open(note, "liuhen.org/log/other", signer.verifier()));
        SignedNote.Signer other =
                new SignedNote.Signer("liuhen.org/test", new Ed25519PrivateKeyParameters(new SecureRandom()));
        assertThrows(BadNoteException.class, () -> Checkpoint.open(note, checkpoint.origin(), other.verifier()));
    }
}
