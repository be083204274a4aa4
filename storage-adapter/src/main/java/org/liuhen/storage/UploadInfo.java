package org.liuhen.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * What lies beside the bytes of an upload: the site on the first line, then the declaration as the canonical event that
 * went into the record. Both vaults keep it in this form.
 *
 * @param concat what the sender said of it in {@code Upload-Concat} (tus 1.0, concatenation), or null; on the first line behind
 *     the site and a space
 * @param metadata the sender's {@code Upload-Metadata} (tus 1.0, creation) as it came, or null; at the end of the first line behind a tab
 */
public record UploadInfo(LogName site, Declared declared, String concat, String metadata) {
    /** Said of an upload that is a part of another one: it is no evidence, and the record does not know it. */
    public static final String PARTIAL = "partial";

    /** Stands where a declaration has its digest: a part has none of its own. */
    public static final Sha256Digest NO_DIGEST = new Sha256Digest("0".repeat(64));

    /** Of an upload that is neither a part nor made of parts. */
    public UploadInfo(LogName site, Declared declared) {
        this(site, declared, null, null);
    }

    /**
     * The bytes as they are stored. They are read back before they are given, so nothing is stored that cannot be read again; an
     * {@link IllegalArgumentException} refuses what would not be the same then.
     */
    public byte[] encode() {
        String first = concat == null ? site.value() : site.value() + " " + concat;
        String last = metadata == null ? "\n" : "\t" + metadata + "\n";
        byte[] head = (first + last).getBytes(StandardCharsets.UTF_8);
        byte[] event = CanonicalJson.encode(declared);
        byte[] all = Arrays.copyOf(head, head.length + event.length);
        System.arraycopy(event, 0, all, head.length, event.length);
        try {
            if (equals(decode(all, declared.context().evidenceId(), "the new upload"))) {
                return all;
            }
        } catch (VaultException unreadable) {
            throw new IllegalArgumentException("What was said of this upload cannot be stored", unreadable);
        }
        throw new IllegalArgumentException("What was said of this upload would not be stored as it was said");
    }

    /**
     * Reads the stored form. Bytes that are not one mean damage in the store, which is never guessed around: VT-201.
     *
     * @param id the upload beside which the bytes lie
     * @param where what to call the place in the message
     */
    public static UploadInfo decode(byte[] bytes, EvidenceId id, String where) throws VaultException {
        try {
            int end = 0;
            while (bytes[end] != '\n') {
                end++;
            }
            if (CanonicalJson.decode(Arrays.copyOfRange(bytes, end + 1, bytes.length)) instanceof Declared declared) {
                String[] line = new String(bytes, 0, end, StandardCharsets.UTF_8).split("\t", 2);
                String[] first = line[0].split(" ", 2);
                if (id != null && id.equals(declared.context().evidenceId())) {
                    return new UploadInfo(
                            new LogName(first[0]),
                            declared,
                            first.length == 1 ? null : first[1],
                            line.length == 1 ? null : line[1]);
                }
            }
        } catch (MalformedEventException | RuntimeException damaged) {
            throw VaultException.damagedInfo(where, damaged);
        }
        throw VaultException.damagedInfo(where, null);
    }
}
