package org.liuhen.custody.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * A signed note (C2SP signed-note): text, an empty line, one line per signature. Signatures are Ed25519 (RFC 8032 §5.1),
 * over the text itself or, by a witness, over the text and a time (C2SP tlog-cosignature, cosignature/v1).
 *
 * @param text what was signed; it ends with a newline
 * @param signatures all signatures, also of keys that the reader does not know
 */
public record SignedNote(String text, List<Signature> signatures) {
    private static final int NOTE_BYTES_MAX = 1_000_000;
    private static final int SIGNATURES_MAX = 100;
    private static final int ED25519_BYTES = 64;
    private static final Pattern NO_NAME = Pattern.compile("[\\p{IsWhite_Space}+]");
    private static final String SIGNATURE_MARK = "\u2014 ";

    public SignedNote {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("A note's text ends with a newline");
        }
        signatures = List.copyOf(signatures);
    }

    /** What a signature is made over. The number names it in keys and key hashes (C2SP signed-note). */
    public enum Algorithm {
        /** Ed25519 over the text. */
        ED25519(0x01),
        /** Ed25519 over a time and a checkpoint's text: "I saw this head, consistent with all before, at this time". */
        COSIGNATURE_V1(0x04);

        private final byte number;

        Algorithm(int number) {
            this.number = (byte) number;
        }
    }

    /**
     * One signature line.
     *
     * @param name the signer's name
     * @param base64 the key's hash and the signature, as they stand in the note
     */
    public record Signature(String name, String base64) {
        @Override
        public String toString() {
            return SIGNATURE_MARK + name + " " + base64;
        }

        private static Signature of(Verifier key, byte[] signature) {
            byte[] hash = ByteBuffer.allocate(4).putInt(key.keyHash()).array();
            return new Signature(key.name(), Base64.getEncoder().encodeToString(concat(hash, signature)));
        }

        private static Signature parse(String line) throws BadNoteException {
            String[] words = line.split(" ", -1);
            try {
                if (words.length == 3
                        && line.startsWith(SIGNATURE_MARK)
                        && isName(words[1])
                        && Base64Text.decodeAnyForm(words[2]).length >= 5) {
                    return new Signature(words[1], words[2]);
                }
            } catch (IllegalArgumentException notBase64) {
                throw new BadNoteException("A signature is not Base64");
            }
            throw new BadNoteException("A signature line reads: em dash, name, Base64 of key hash and signature");
        }

        /** The signature, if it names this key. */
        private Optional<byte[]> by(Verifier key) {
            byte[] bytes = Base64Text.decodeAnyForm(base64);
            return name.equals(key.name()) && ByteBuffer.wrap(bytes).getInt() == key.keyHash()
                    ? Optional.of(Arrays.copyOfRange(bytes, 4, bytes.length))
                    : Optional.empty();
        }
    }

    /** Makes Ed25519 signatures (RFC 8032 §5.1): a key in memory, or one that never leaves its token. */
    @FunctionalInterface
    public interface Signing {
        /** The 64 bytes of the signature over this message. */
        byte[] sign(byte[] message);
    }

    /** A key that can sign notes under a name. */
    public record Signer(String name, Algorithm algorithm, Ed25519PublicKeyParameters publicKey, Signing signing) {
        /** A signer with a key in memory. */
        public Signer(String name, Algorithm algorithm, Ed25519PrivateKeyParameters key) {
            this(name, algorithm, key.generatePublicKey(), message -> {
                Ed25519Signer ed25519 = new Ed25519Signer();
                ed25519.init(true, key);
                ed25519.update(message, 0, message.length);
                return ed25519.generateSignature();
            });
        }

        /** A signer of plain notes. */
        public Signer(String name, Ed25519PrivateKeyParameters key) {
            this(name, Algorithm.ED25519, key);
        }

        /** The key that others check this signer's notes with. */
        public Verifier verifier() {
            return new Verifier(name, algorithm, publicKey);
        }

        private byte[] ed25519(byte[] message) {
            return signing.sign(message);
        }
    }

    /** A name and the public key that it signs with. Its text form is {@code name+hash+key} (C2SP signed-note). */
    public record Verifier(String name, Algorithm algorithm, Ed25519PublicKeyParameters key) {
        /** Reads the text form and checks that its hash belongs to its name and key. */
        public static Verifier parse(String vkey) {
            String[] parts = vkey.strip().split("\\+", 3);
            byte[] key = parts.length == 3 ? Base64Text.decode(parts[2]) : new byte[0];
            Algorithm algorithm = key.length != 33
                    ? null
                    : Arrays.stream(Algorithm.values())
                            .filter(known -> known.number == key[0])
                            .findFirst()
                            .orElse(null);
            if (algorithm == null) {
                throw new IllegalArgumentException(
                        "A verifier key reads name+hash+base64 and holds an Ed25519 key for notes or for cosignatures");
            }
            if (!isName(parts[0])) {
                throw new IllegalArgumentException("A key's name is not empty and holds neither spaces nor +");
            }
            Verifier verifier = new Verifier(parts[0], algorithm, Ed25519Check.key(key, 1));
            if (!verifier.toString().equals(vkey.strip())) {
                throw new IllegalArgumentException("The verifier key's hash does not belong to its name and key");
            }
            return verifier;
        }

        /** The first four bytes of SHA-256(name || 0x0A || algorithm || key). */
        public int keyHash() {
            byte[] digest = Sha256Digest.of(concat((name + "\n").getBytes(StandardCharsets.UTF_8), algorithmAndKey()))
                    .bytes();
            return ByteBuffer.wrap(digest).getInt();
        }

        private byte[] algorithmAndKey() {
            return concat(new byte[] {algorithm.number}, key.getEncoded());
        }

        private boolean verifies(byte[] message, byte[] signature) {
            return Ed25519Check.verifies(key, message, signature);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Verifier verifier && toString().equals(verifier.toString());
        }

        @Override
        public int hashCode() {
            return keyHash();
        }

        @Override
        public String toString() {
            return name + "+" + String.format("%08x", keyHash()) + "+"
                    + Base64.getEncoder().encodeToString(algorithmAndKey());
        }
    }

    /** Not empty, no plus, none of the characters that Unicode calls white space (C2SP signed-note). */
    private static boolean isName(String name) {
        return !name.isEmpty() && !NO_NAME.matcher(name).find();
    }

    /** A note that is not one, or that lacks a good signature; says which. */
    public static final class BadNoteException extends Exception {
        BadNoteException(String message) {
            super(message);
        }
    }

    /** The note that these bytes are; none of its signatures is checked. */
    public static SignedNote parse(byte[] note) throws BadNoteException {
        if (note.length > NOTE_BYTES_MAX) {
            throw new BadNoteException("A note has at most " + NOTE_BYTES_MAX + " bytes");
        }
        String all = new String(note, StandardCharsets.UTF_8);
        int end = all.lastIndexOf("\n\n");
        if (end < 0 || !all.endsWith("\n") || !Arrays.equals(all.getBytes(StandardCharsets.UTF_8), note)) {
            throw new BadNoteException("Not a signed note: no empty line before the signatures, or not UTF-8");
        }
        if (all.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
            throw new BadNoteException("A note has no control characters but the newline");
        }
        String[] lines = all.substring(end + 2).split("\n", -1); // the last one is empty
        if (lines.length < 2 || lines.length > SIGNATURES_MAX + 1) {
            throw new BadNoteException("A note has 1 to " + SIGNATURES_MAX + " signatures");
        }
        List<Signature> signatures = new ArrayList<>();
        for (int i = 0; i < lines.length - 1; i++) {
            signatures.add(Signature.parse(lines[i]));
        }
        return new SignedNote(all.substring(0, end + 1), signatures);
    }

    /** The text, which must end with a newline, signed by this signer. */
    public static SignedNote sign(String text, Signer signer) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        return new SignedNote(text, List.of(Signature.of(signer.verifier(), signer.ed25519(message))));
    }

    /** A witness's signature over this note and a time, to the second. */
    public Signature cosign(Signer witness, Instant time) {
        if (witness.algorithm() != Algorithm.COSIGNATURE_V1) {
            throw new IllegalArgumentException("A witness signs with a key for cosignatures");
        }
        long seconds = time.getEpochSecond();
        byte[] signature = witness.ed25519(cosigned(seconds));
        return Signature.of(
                witness.verifier(),
                concat(ByteBuffer.allocate(8).putLong(seconds).array(), signature));
    }

    private byte[] cosigned(long seconds) {
        return ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether this key signed the text: one line at least names it, and all that do hold (C2SP signed-note). */
    public boolean isSignedBy(Verifier verifier) {
        List<byte[]> by = by(verifier);
        return !by.isEmpty() && by.stream().allMatch(bytes -> isSignature(verifier, bytes));
    }

    /** Whether a line names this key and does not hold: the note is malformed for a reader that knows the key (C2SP signed-note). */
    public boolean hasFalseSignatureOf(Verifier verifier) {
        return by(verifier).stream().anyMatch(bytes -> !isSignature(verifier, bytes));
    }

    /** The lines that name this key and hold. */
    public List<Signature> signaturesOf(Verifier verifier) {
        return signatures.stream()
                .filter(signature -> signature
                        .by(verifier)
                        .filter(bytes -> isSignature(verifier, bytes))
                        .isPresent())
                .toList();
    }

    private List<byte[]> by(Verifier verifier) {
        return signatures.stream()
                .flatMap(signature -> signature.by(verifier).stream())
                .toList();
    }

    private boolean isSignature(Verifier verifier, byte[] bytes) {
        return switch (verifier.algorithm()) {
            case ED25519 ->
                bytes.length == ED25519_BYTES && verifier.verifies(text.getBytes(StandardCharsets.UTF_8), bytes);
            case COSIGNATURE_V1 ->
                bytes.length == 8 + ED25519_BYTES
                        && isTime(ByteBuffer.wrap(bytes).getLong())
                        && verifier.verifies(
                                cosigned(ByteBuffer.wrap(bytes).getLong()), Arrays.copyOfRange(bytes, 8, bytes.length));
        };
    }

    /**
     * When this witness saw the text for the first time, by its own clock; empty if it did not, if one of the lines that name it does not hold,
     * or at a time that no record can hold ({@link RecordTime}).
     */
    public Optional<Instant> cosignedAt(Verifier witness) {
        return witness.algorithm() == Algorithm.COSIGNATURE_V1 && isSignedBy(witness)
                ? by(witness).stream()
                        .map(bytes ->
                                Instant.ofEpochSecond(ByteBuffer.wrap(bytes).getLong()))
                        .min(Instant::compareTo)
                : Optional.empty();
    }

    private static boolean isTime(long seconds) {
        return seconds >= 0 && seconds <= RecordTime.MAX.getEpochSecond();
    }

    /** This note with more signatures below it. */
    public SignedNote with(List<Signature> more) {
        List<Signature> all = new ArrayList<>(signatures);
        more.stream().filter(signature -> !all.contains(signature)).forEach(all::add);
        return new SignedNote(text, all);
    }

    /** The text of a note that this verifier's key signed. Signatures of other keys are passed over, as specified. */
    public static String open(byte[] bytes, Verifier verifier) throws BadNoteException {
        SignedNote note = parse(bytes);
        if (!note.isSignedBy(verifier)) {
            throw new BadNoteException("No good signature by " + verifier);
        }
        return note.text();
    }

    /** The note as it is stored and sent. */
    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(signature -> note.append(signature).append('\n'));
        return note.toString();
    }

    private static byte[] concat(byte[] left, byte[] right) {
        return ByteBuffer.allocate(left.length + right.length)
                .put(left)
                .put(right)
                .array();
    }
}
