package org.liuhen.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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

    static Progress decode(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 4);
        List<String> etags = lines[3].isEmpty() ? List.of() : List.of(lines[3].split("\n"));
        return new Progress(lines[0], Long.parseLong(lines[1]), Integer.parseInt(lines[2]), etags);
    }
}
