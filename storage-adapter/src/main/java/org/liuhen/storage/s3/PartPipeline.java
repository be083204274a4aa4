package org.liuhen.storage.s3;

import io.minio.CreateMultipartUploadArgs;
import io.minio.UploadPartArgs;
import io.minio.UploadPartResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.liuhen.storage.VaultException;

/**
 * Sends the parts of one upload to the store, two at a time, while more bytes arrive. A part is noted only when it and all
 * before it are stored, so the notes are never ahead of the bytes.
 */
final class PartPipeline implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 2; // beside these, one part fills up: three parts of memory for an upload

    private final S3Calls calls;
    private final String bucket;
    private final String key;
    private final String notesBucket;
    private final String notesKey;
    private final Progress atStart;
    private final Deque<CompletableFuture<UploadPartResponse>> inFlight = new ArrayDeque<>();
    private Progress progress;

    /** Goes on from what the notes say. */
    PartPipeline(S3Calls calls, String bucket, String key, String notesBucket, String notesKey, Progress atStart) {
        this.calls = calls;
        this.bucket = bucket;
        this.key = key;
        this.notesBucket = notesBucket;
        this.notesKey = notesKey;
        this.atStart = atStart;
        this.progress = atStart;
    }

    /** Where the parts end that are stored or on their way. */
    long end() {
        return progress.partsEnd() + inFlight.size() * progress.partBytes();
    }

    /** Sends a whole part on its way; waits where too many are. */
    void store(byte[] part) throws IOException {
        if (progress.uploadId().equals(Progress.NO_MULTIPART)) {
            progress = progress.started(S3Calls.await("start " + key, () -> calls.client()
                            .createMultipartUpload(CreateMultipartUploadArgs.builder()
                                    .bucket(bucket)
                                    .object(key)
                                    .build()))
                    .result()
                    .uploadId());
        }
        if (inFlight.size() == IN_FLIGHT_MAX) {
            settleOldest();
        }
        int number = progress.etags().size() + inFlight.size() + 1;
        inFlight.add(start(calls, bucket, key, progress.uploadId(), number, part));
    }

    /** Waits for all parts and says how far the upload has come. */
    Progress settle() throws IOException {
        while (!inFlight.isEmpty()) {
            settleOldest();
        }
        return progress;
    }

    private void settleOldest() throws IOException {
        int number = progress.etags().size() + 1;
        UploadPartResponse stored = S3Calls.await("store part " + number + " of " + key, inFlight.remove());
        progress = progress.withPart(stored.part().etag());
        calls.put(notesBucket, notesKey, progress.encode());
    }

    /** Back to what the notes said at first; the parts stored since are stored again under the same numbers. */
    void takeBack() throws IOException {
        settle();
        if (progress.etags().size() > atStart.etags().size()) {
            calls.put(
                    notesBucket, notesKey, atStart.started(progress.uploadId()).encode());
        }
    }

    /** Stores one part and waits for it; gives its ETag. */
    static String store(S3Calls calls, String bucket, String key, String uploadId, int number, byte[] part)
            throws VaultException {
        return S3Calls.await("store part " + number + " of " + key, start(calls, bucket, key, uploadId, number, part))
                .part()
                .etag();
    }

    private static CompletableFuture<UploadPartResponse> start(
            S3Calls calls, String bucket, String key, String uploadId, int number, byte[] part) {
        return calls.client()
                .uploadPart(UploadPartArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .uploadId(uploadId)
                        .partNumber(number)
                        .data(part, part.length)
                        .build());
    }

    /** Waits for parts still on their way after a failure: a late one must not meet the next sender's. */
    @Override
    public void close() {
        for (CompletableFuture<UploadPartResponse> part : inFlight) {
            part.handle((stored, failed) -> null).join();
        }
        inFlight.clear();
    }
}
