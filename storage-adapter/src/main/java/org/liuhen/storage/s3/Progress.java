package org.liuhen.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.VaultException;

/**
 * How far an upload has come: the multipart upload, the ETags of its parts, the tail. Kept by us, because listing parts is
 * not portable. Text, one fact a line: upload ID or "-", part size, tail bytes, then one ETag a line.
 */
record Progress(String uploadId, long partBytes, int tailBytes, List<String> etags) {
    static final String NO_MULTIPART = "-";

    Progress {
        etags = List.copyOf(etags);
    }

    static Progress none(long partBytes) {
        return new Progress(NO_MULTIPART, partBytes, 0, List.of());
    }

    long partsEnd() {
        return partBytes * etags.size();
    }

    long durableBytes() {
        return partsEnd() + tailBytes;
    }

    Progress started(String newUploadId) {
        return new Progress(newUploadId, partBytes, tailBytes, etags);
    }

    Progress withPart(String etag) {
        List<String> more = new ArrayList<>(etags);
        more.add(etag);
        return new Progress(uploadId, partBytes, 0, more);
    }

    Progress withTail(int bytes) {
        return new Progress(uploadId, partBytes, bytes, etags);
    }

    byte[] encode() {
        return (uploadId + "\n" + partBytes + "\n" + tailBytes + "\n" + String.join("\n", etags))
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the stored form of an upload of so many bytes. Bytes that are not one mean damage in the store: VT-202.
     *
     * @param where what to call the upload in the message
     */
    static Progress decode(byte[] bytes, long sizeBytes, String where) throws VaultException {
        try {
            String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 4);
            List<String> etags = lines[3].isEmpty() ? List.of() : List.of(lines[3].split("\n"));
            Progress progress = new Progress(lines[0], Long.parseLong(lines[1]), Integer.parseInt(lines[2]), etags);
            long durable =
                    Math.addExact(Math.multiplyExact(progress.partBytes, (long) etags.size()), progress.tailBytes);
            if (progress.partBytes > 0
                    && progress.partBytes <= Integer.MAX_VALUE
                    && progress.tailBytes >= 0
                    && progress.tailBytes <= progress.partBytes
                    && durable <= sizeBytes) {
                return progress;
            }
        } catch (RuntimeException damaged) {
            throw VaultException.damagedProgress(where, damaged);
        }
        throw VaultException.damagedProgress(where, null);
    }
}
