package org.liuhen.storage.s3;

/**
 * In which form a store takes {@code If-Match} at a PUT. RFC 9110 (13.1.1) and Amazon have the ETag in quotes; Ceph 16 compares it with its own, which
 * has none.
 */
enum Conditions {
    QUOTED,
    UNQUOTED,
    /** It writes although a condition does not hold, or never where one does: then one process alone may write. */
    IGNORED;

    String ifMatch(String etag) {
        return this == QUOTED ? '"' + etag + '"' : etag;
    }
}
