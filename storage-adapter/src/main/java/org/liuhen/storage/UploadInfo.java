package org.liuhen.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * What lies beside the bytes of an upload: the site on the first line, then the declaration as the canonical event that
 * went into the record. Both vaults keep it in this form.
 *
 * @param concat what the sender said of it in {@code Upload-Concat} (tus 1.0, concatenation), or null; on the first line behind
 *     the site
 */
public record UploadInfo(LogName site, Declared declared, String concat) {
    /** Said of an upload that is a part of another one: it is no evidence, and the record does not know it. */
    public static final String PARTIAL = "partial";

    /** Stands where a declaration has its digest: a part has none of its own. */
    public static final Sha256Digest NO_DIGEST = new Sha256Digest("0".repeat(64));

    /** Of an upload that is neither a part nor made of parts. */
    public UploadInfo(LogName site, Declared declared) {
        this(site, declared, null);
    }

    /** The bytes as they are stored. */
    public byte[] encode() {
        String first = concat == null ? site.value() : site.value() + " " + concat;
        byte[] head = (first + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] event = CanonicalJson.encode(declared);
        byte[] all = Arrays.copyOf(head, head.length + event.length);
        System.arraycopy(event, 0, all, head.length, event.length);
        return all;
    }

    /** Reads the stored form. Bytes that are not one mean damage in the store, which is never guessed around. */
    public static UploadInfo decode(byte[] bytes, String where) {
        try {
            int end = 0;
            while (bytes[end] != '\n') {
                end++;
            }
            if (CanonicalJson.decode(Arrays.copyOfRange(bytes, end + 1, bytes.length)) instanceof Declared declared) {
                String[] first = new String(bytes, 0, end, StandardCharsets.UTF_8).split(" ", 2);
                return new UploadInfo(new LogName(first[0]), declared, first.length == 1 ? null : first[1]);
            }
        } catch (MalformedEventException | IndexOutOfBoundsException | IllegalArgumentException damaged) {
            throw new IllegalStateException("VT-201 damaged upload information at " + where, damaged);
        }
        throw new IllegalStateException("VT-201 upload information at " + where + " is not a declaration");
    }
}
