package org.liuhen.custody.bag;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.TlogProof;

/**
 * One item of an export package.
 *
 * @param fileName the name that its sender gave to the file
 * @param sizeBytes the size of the original
 * @param original the digests of the original, as it was read for this package
 * @param trail its canonical entries, up to the one that says {@code exported}
 * @param end the proof of the last of these, against the package's head
 * @param metadata its description, or null
 * @param receipt the receipt that was given when it was sealed, or null
 */
@SuppressWarnings("ArrayRecordComponent") // nothing compares it
public record BagItem(
        FileName fileName,
        long sizeBytes,
        Digests original,
        List<byte[]> trail,
        TlogProof end,
        byte[] metadata,
        byte[] receipt) {
    public BagItem {
        trail = List.copyOf(trail);
    }

    CaseGraph.Exhibit exhibit() {
        return new CaseGraph.Exhibit(fileName.value(), sizeBytes, original.sha256(), original.sha512(), trail);
    }

    /** The digests of a file, in hexadecimal. */
    public record Digests(String sha256, String sha512) {
        /** Of these bytes. */
        public static Digests of(byte[] bytes) {
            try {
                byte[] sha512 = MessageDigest.getInstance("SHA-512").digest(bytes);
                return new Digests(Sha256Digest.of(bytes).hex(), HexFormat.of().formatHex(sha512));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("Every Java platform has SHA-512", impossible);
            }
        }
    }
}
