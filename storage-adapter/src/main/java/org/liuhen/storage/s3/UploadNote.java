package org.liuhen.storage.s3;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.VaultException;

/**
 * The note of one upload as it was read: its declaration and, behind it, how far it has come. It is the one place where a change of an
 * upload counts, and it is changed only from the state that was read (decision 0035).
 */
final class UploadNote {
    private final S3Calls calls;
    private final String bucket;
    private final String key;
    private final UploadInfo info;
    private Progress progress;
    private String etag;

    private UploadNote(S3Calls calls, String bucket, String key, UploadInfo info, Progress progress, String etag) {
        this.calls = calls;
        this.bucket = bucket;
        this.key = key;
        this.info = info;
        this.progress = progress;
        this.etag = etag;
    }

    /** How far an upload had come whose note says nothing of it: one of before decision 0035. */
    interface Before {
        Progress of(UploadInfo info) throws IOException;
    }

    static byte[] encode(UploadInfo info, Progress progress, String token) {
        byte[] declaration = Declaration.encode(info);
        byte[] behind = progress.encode(token);
        byte[] all = Arrays.copyOf(declaration, declaration.length + 1 + behind.length);
        all[declaration.length] = '\n';
        System.arraycopy(behind, 0, all, declaration.length + 1, behind.length);
        return all;
    }

    static Optional<UploadNote> read(S3Calls calls, String bucket, String key, EvidenceId id, Before before)
            throws IOException {
        Optional<S3Calls.Read> stored = calls.read(bucket, key);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        String where = "upload " + id;
        byte[] bytes = stored.get().bytes();
        int end = declarationEnd(bytes);
        UploadInfo info = Declaration.decode(Arrays.copyOf(bytes, end), id, where);
        Progress progress = end == bytes.length
                ? before.of(info)
                : Progress.decode(Arrays.copyOfRange(bytes, end + 1, bytes.length), info.sizeBytes(), where);
        return Optional.of(
                new UploadNote(calls, bucket, key, info, progress, stored.get().etag()));
    }

    /** Where the declaration ends: at the end of its second line. */
    static int declarationEnd(byte[] bytes) {
        int lines = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n' && ++lines == 2) {
                return i;
            }
        }
        return bytes.length;
    }

    UploadInfo info() {
        return info;
    }

    Progress progress() {
        return progress;
    }

    /** Changes the note, if it is still as it was read or last changed here; else VT-111, now and at each later try. */
    void commit(Progress next, Supplier<String> tokens) throws IOException {
        etag = calls.putIf(bucket, key, encode(info, next, tokens.get()), etag)
                .orElseThrow(() -> VaultException.overtaken(info.id().value()));
        progress = next;
    }
}
