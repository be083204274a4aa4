package org.liuhen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * The stored form of an {@link UploadInfo}: the site on the first line, then the declaration as the canonical event that went into the record. On
 * the first line, a space and the composition follow the site, and a tab and the metadata end it, where there are such. All stores use this
 * form. No other class of this module knows events.
 */
public final class Declaration {
    /** Takes the place of the digest in the declaration of a part, which has none of its own. */
    public static final Sha256Digest NO_DIGEST = new Sha256Digest("0".repeat(64));

    private Declaration() {}

    /** An upload of one file. */
    public static UploadInfo of(LogName site, Declared declared) {
        return of(site, declared, null, null);
    }

    /** An upload with its composition and metadata, either of which may be null. */
    public static UploadInfo of(LogName site, Declared declared, String composition, String metadata) {
        return new UploadInfo(
                site,
                declared.context().evidenceId(),
                declared.sizeBytes(),
                new String(CanonicalJson.encode(declared), UTF_8),
                composition,
                metadata);
    }

    /** The declaration as an event. */
    public static Declared in(Upload upload) {
        return in(upload.info());
    }

    /** The declaration as an event. */
    public static Declared in(UploadInfo info) {
        try {
            return (Declared) CanonicalJson.decode(info.declaration().getBytes(UTF_8));
        } catch (MalformedEventException | ClassCastException wrong) {
            throw new IllegalArgumentException("The upload " + info.id() + " has no declaration", wrong);
        }
    }

    /**
     * The bytes to store. They are read again first, so nothing is stored that cannot be read again.
     *
     * @throws IllegalArgumentException where it would not be read again as it is
     */
    public static byte[] encode(UploadInfo info) {
        String composition = info.composition() == null ? "" : " " + info.composition();
        String metadata = info.metadata() == null ? "" : "\t" + info.metadata();
        byte[] all = (info.site().value() + composition + metadata + "\n" + info.declaration()).getBytes(UTF_8);
        try {
            if (info.equals(decode(all, info.id(), "the new upload"))) {
                return all;
            }
        } catch (VaultException unreadable) {
            throw new IllegalArgumentException("What was declared of this upload cannot be stored", unreadable);
        }
        throw new IllegalArgumentException("What was declared of this upload would be read back otherwise");
    }

    /**
     * Reads the stored form. Bytes that are not one mean damage in the store, which is reported and never repaired by guessing: VT-201.
     *
     * @param id the upload beside which the bytes are stored
     * @param where what to call the place in the message
     */
    public static UploadInfo decode(byte[] bytes, EvidenceId id, String where) throws VaultException {
        try {
            int end = 0;
            while (bytes[end] != '\n') {
                end++;
            }
            byte[] event = Arrays.copyOfRange(bytes, end + 1, bytes.length);
            if (CanonicalJson.decode(event) instanceof Declared declared
                    && declared.context().evidenceId().equals(id)) {
                String[] line = new String(bytes, 0, end, UTF_8).split("\t", 2);
                String[] first = line[0].split(" ", 2);
                return new UploadInfo(
                        new LogName(first[0]),
                        id,
                        declared.sizeBytes(),
                        new String(event, UTF_8),
                        first.length == 1 ? null : first[1],
                        line.length == 1 ? null : line[1]);
            }
        } catch (MalformedEventException | RuntimeException damaged) {
            throw VaultException.damagedInfo(where, damaged);
        }
        throw VaultException.damagedInfo(where, null);
    }
}
