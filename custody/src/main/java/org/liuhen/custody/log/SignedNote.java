package org.liuhen.custody.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.liuhen.custody.evidence.Sha256Digest;

/** Signed notes (C2SP signed-note) with Ed25519 (RFC 8032 §5.1): text, an empty line, one line per signature. */
public final class SignedNote {
    private static final byte ALGORITHM_ED25519 = 0x01;
    private static final int NOTE_BYTES_MAX = 1_000_000;
    private static final String SIGNATURE_MARK = "\u2014 ";

    private SignedNote() {}

    /** A key that can sign notes under a name. */
    public record Signer(String name, Ed25519PrivateKeyParameters key) {
        /** The key that others check this signer's notes with. */
        public Verifier verifier() {
            return new Verifier(name, key.generatePublicKey());
        }
    }

    /** A name and the public key that it signs with. Its text form is {@code name+hash+key} (C2SP signed-note). */
    public record Verifier(String name, Ed25519PublicKeyParameters key) {
        /** Reads the text form and checks that its hash belongs to its name and key. */
        public static Verifier parse(String vkey) {
            String[] parts = vkey.strip().split("\\+", 3);
            byte[] key = parts.length == 3 ? Base64.getDecoder().decode(parts[2]) : new byte[0];
            if (key.length != 33 || key[0] != ALGORITHM_ED25519) {
                throw new IllegalArgumentException("A verifier key reads name+hash+base64 and holds an Ed25519 key");
            }
            Verifier verifier = new Verifier(parts[0], new Ed25519PublicKeyParameters(key, 1));
            if (!verifier.toString().equals(vkey.strip())) {
                throw new IllegalArgumentException("The verifier key's hash does not belong to its name and key");
            }
            return verifier;
        }

        /** The first four bytes of SHA-256(name || 0x0A || algorithm || key). */
        int keyHash() {
            byte[] digest = Sha256Digest.of(concat((name + "\n").getBytes(StandardCharsets.UTF_8), algorithmAndKey()))
                    .bytes();
            return ByteBuffer.wrap(digest).getInt();
        }

        private byte[] algorithmAndKey() {
            return concat(new byte[] {ALGORITHM_ED25519}, key.getEncoded());
        }

        @Override
        public String toString() {
            return name + "+" + String.format("%08x", keyHash()) + "+"
                    + Base64.getEncoder().encodeToString(algorithmAndKey());
        }
    }

    /** A note that is not one, or that lacks a good signature; says which. */
    public static final class BadNoteException extends Exception {
        BadNoteException(String message) {
            super(message);
        }
    }

    /** The text, which must end with a newline, with this signer's signature below it. */
    public static String sign(String text, Signer signer) {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("A note's text ends with a newline");
        }
        Ed25519Signer ed25519 = new Ed25519Signer();
        ed25519.init(true, signer.key());
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        ed25519.update(message, 0, message.length);
        byte[] hash = ByteBuffer.allocate(4).putInt(signer.verifier().keyHash()).array();
        String signature = Base64.getEncoder().encodeToString(concat(hash, ed25519.generateSignature()));
        return text + "\n" + SIGNATURE_MARK + signer.name() + " " + signature + "\n";
    }

    /** The text of a note that this verifier's key signed. Signatures of other keys are passed over, as specified. */
    public static String open(byte[] note, Verifier verifier) throws BadNoteException {
        if (note.length > NOTE_BYTES_MAX) {
            throw new BadNoteException("A note has at most " + NOTE_BYTES_MAX + " bytes");
        }
        String all = new String(note, StandardCharsets.UTF_8);
        int end = all.lastIndexOf("\n\n");
        if (end < 0 || !all.endsWith("\n") || !Arrays.equals(all.getBytes(StandardCharsets.UTF_8), note)) {
            throw new BadNoteException("Not a signed note: no empty line before the signatures, or not UTF-8");
        }
        String text = all.substring(0, end + 1);
        for (String line : all.substring(end + 2).split("\n", -1)) {
            String[] words = line.split(" ", -1);
            if (words.length != 3 || !line.startsWith(SIGNATURE_MARK) || !words[1].equals(verifier.name())) {
                continue;
            }
            if (isGood(words[2], text, verifier)) {
                return text;
            }
        }
        throw new BadNoteException("No good signature by " + verifier);
    }

    private static boolean isGood(String base64, String text, Verifier verifier) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        if (bytes.length != 4 + 64 || ByteBuffer.wrap(bytes).getInt() != verifier.keyHash()) {
            return false;
        }
        Ed25519Signer ed25519 = new Ed25519Signer();
        ed25519.init(false, verifier.key());
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        ed25519.update(message, 0, message.length);
        return ed25519.verifySignature(Arrays.copyOfRange(bytes, 4, bytes.length));
    }

    private static byte[] concat(byte[] left, byte[] right) {
        return ByteBuffer.allocate(left.length + right.length)
                .put(left)
                .put(right)
                .array();
    }
}
