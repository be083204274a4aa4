package org.liuhen.custody.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.SignedNote;

/**
 * The private key with which a part signs each event that it feeds (Ed25519, RFC 8032 §5.1).
 *
 * @param part whose key it is
 * @param signer the key, under the part's name
 */
public record PartKey(Part part, SignedNote.Signer signer) {
    /** The name of the Kafka header that holds the signature: the key's hash (4 bytes, C2SP signed-note) and 64 bytes. */
    public static final String HEADER = "signature";

    static final int BYTES = 4 + 64;

    /** The list of the keys that count ({@link Parts}), in the {@link #folder}. */
    public static final String LIST = "list";

    /** Where the parts' keys are in a folder of keys: beside the logs' keys, and apart from them. */
    public static Path folder(Path keys) {
        return keys.resolve("parts");
    }

    /** This part's key in a folder of keys. It has one of the forms of a {@link LogKey}. */
    public static PartKey read(Path keys, Part part) throws IOException {
        if (!exists(keys, part)) {
            throw new IOException("FD-102 the part " + part.id() + " has no key at " + file(keys, part)
                    + ". Make one with: liuhen key --part " + part.id() + " --keys " + keys);
        }
        return readOrCreate(keys, part);
    }

    /** As above; makes a new key where there is none. */
    public static PartKey readOrCreate(Path keys, Part part) throws IOException {
        Files.createDirectories(folder(keys));
        return new PartKey(part, LogKey.readOrCreate(file(keys, part), part.id(), SignedNote.Algorithm.ED25519));
    }

    static boolean exists(Path keys, Part part) {
        return LogKey.exists(file(keys, part));
    }

    private static Path file(Path keys, Part part) {
        return folder(keys).resolve(part.id() + ".pem");
    }

    /** The value of the header for this event of this log. */
    public byte[] sign(String log, byte[] event) {
        return ByteBuffer.allocate(BYTES)
                .putInt(signer.verifier().keyHash())
                .put(signer.signing().sign(message(log, event)))
                .array();
    }

    /** The line of the list of parts' keys ({@link Parts}) that makes this key count. */
    public String line() {
        return "part " + signer.verifier();
    }

    /** What is signed: an event for one log is none for another. */
    static byte[] message(String log, byte[] event) {
        byte[] before = ("liuhen.org/feed/v1\n" + log + "\n").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(before.length + event.length)
                .put(before)
                .put(event)
                .array();
    }
}
