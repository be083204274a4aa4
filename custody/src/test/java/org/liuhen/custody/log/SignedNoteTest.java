package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.RecordTime;
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

    private static SignedNote.Signature cosignature(SignedNote.Signer witness, long seconds, byte[] signature) {
        byte[] bytes = ByteBuffer.allocate(12 + signature.length)
                .putInt(witness.verifier().keyHash())
                .putLong(seconds)
                .put(signature)
                .array();
        return new SignedNote.Signature(witness.name(), Base64.getEncoder().encodeToString(bytes));
    }

    /** C2SP tlog-cosignature, cosignature/v1: what is signed, and which times can be read. */
    @Test
    void aWitnessSignsTheTextAndATime() throws Exception {
        SignedNote.Signer witness = new SignedNote.Signer(
                "w", SignedNote.Algorithm.COSIGNATURE_V1, new Ed25519PrivateKeyParameters(new SecureRandom()));
        SignedNote.Verifier key = witness.verifier();
        SignedNote note = SignedNote.sign("text\n", signer);
        long last = RecordTime.MAX.getEpochSecond();
        for (long seconds : new long[] {0, 1, 1_700_000_000, last}) {
            byte[] message = ("cosignature/v1\ntime " + seconds + "\ntext\n").getBytes(StandardCharsets.UTF_8);
            byte[] signature = witness.signing().sign(message);
            SignedNote.Signature made = note.cosign(witness, Instant.ofEpochSecond(seconds, 999));
            assertEquals(cosignature(witness, seconds, signature), made);
            SignedNote cosigned = SignedNote.parse(note.with(List.of(made)).bytes());
            assertEquals(Optional.of(Instant.ofEpochSecond(seconds)), cosigned.cosignedAt(key));
            assertFalse(cosigned.hasFalseSignatureOf(key));
            assertTrue(cosigned.isSignedBy(signer.verifier()));
            assertEquals(Optional.empty(), cosigned.cosignedAt(signer.verifier()), "the log is no witness");
        }
        for (long seconds : new long[] {-1, last + 1}) {
            byte[] message = ("cosignature/v1\ntime " + seconds + "\ntext\n").getBytes(StandardCharsets.UTF_8);
            SignedNote bad = note.with(
                    List.of(cosignature(witness, seconds, witness.signing().sign(message))));
            assertEquals(Optional.empty(), bad.cosignedAt(key));
            assertTrue(bad.hasFalseSignatureOf(key));
        }
        SignedNote twice = note.with(List.of(
                note.cosign(witness, Instant.ofEpochSecond(9)), note.cosign(witness, Instant.ofEpochSecond(7))));
        assertEquals(Optional.of(Instant.ofEpochSecond(7)), twice.cosignedAt(key), "the first time counts");
        SignedNote half =
                twice.with(List.of(cosignature(witness, 9, new byte[64]), cosignature(witness, 9, new byte[1])));
        assertEquals(Optional.empty(), half.cosignedAt(key));
        assertTrue(half.hasFalseSignatureOf(key));
        assertEquals(2, half.signaturesOf(key).size());
        assertEquals(Optional.empty(), note.cosignedAt(key));
        assertFalse(note.hasFalseSignatureOf(key));
        assertThrows(IllegalArgumentException.class, () -> note.cosign(signer, Instant.EPOCH));
        assertEquals(3, half.with(half.signatures()).signatures().size() - 2, "no line stands twice");
    }

    @Test
    void aNoteHasAtMostAHundredSignaturesAndAMillionBytes() throws Exception {
        String line = "\u2014 other AAAAAAA=\n";
        byte[] most = ("text\n\n" + line.repeat(100)).getBytes(StandardCharsets.UTF_8);
        assertEquals(100, SignedNote.parse(most).signatures().size());
        byte[] more = ("text\n\n" + line.repeat(101)).getBytes(StandardCharsets.UTF_8);
        assertThrows(BadNoteException.class, () -> SignedNote.parse(more));
        assertThrows(BadNoteException.class, () -> SignedNote.parse("text\n\n".getBytes(StandardCharsets.UTF_8)));
        assertThrows(BadNoteException.class, () -> SignedNote.parse("\u001f\n\n".getBytes(StandardCharsets.UTF_8)));
        int rest = 1_000_000 - ("\n\n" + line).getBytes(StandardCharsets.UTF_8).length;
        byte[] longest = ("x".repeat(rest) + "\n\n" + line).getBytes(StandardCharsets.UTF_8);
        assertEquals(rest + 1, SignedNote.parse(longest).text().length());
        byte[] tooLong = ("x".repeat(rest + 1) + "\n\n" + line).getBytes(StandardCharsets.UTF_8);
        assertThrows(BadNoteException.class, () -> SignedNote.parse(tooLong));
    }

    @Test
    void keysOfOneNameAreTheSameKeyOnlyIfAllIsTheSame() {
        SignedNote.Verifier key = signer.verifier();
        assertEquals(key, SignedNote.Verifier.parse(key.toString()));
        assertEquals(key.hashCode(), SignedNote.Verifier.parse(key.toString()).hashCode());
        assertNotEquals(
                key, new SignedNote.Verifier(key.name(), SignedNote.Algorithm.COSIGNATURE_V1, signer.publicKey()));
        assertNotEquals(0, key.hashCode());
        String cosigning =
                new SignedNote.Verifier(key.name(), SignedNote.Algorithm.COSIGNATURE_V1, key.key()).toString();
        assertEquals(
                SignedNote.Algorithm.COSIGNATURE_V1,
                SignedNote.Verifier.parse(cosigning).algorithm());
    }
}
