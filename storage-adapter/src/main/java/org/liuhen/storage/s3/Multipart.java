package org.liuhen.storage.s3;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.ListPartsArgs;
import io.minio.ObjectWriteResponse;
import io.minio.UploadPartArgs;
import io.minio.UploadPartCopyArgs;
import io.minio.UploadPartResponse;
import io.minio.messages.Item;
import io.minio.messages.ListPartsResult;
import io.minio.messages.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.liuhen.storage.VaultException;

/** A multipart upload of the store: the requests on it. */
record Multipart(S3Calls calls, String bucket, String key, String uploadId) {
    private static final String NO_SUCH_UPLOAD = "NoSuchUpload";
    private static final String INVALID_PART = "InvalidPart";
    private static final int TRIES = 20;

    static Multipart start(S3Calls calls, String bucket, String key) throws VaultException {
        String id = S3Calls.await("start " + key, () -> calls.client()
                        .createMultipartUpload(CreateMultipartUploadArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .build()))
                .result()
                .uploadId();
        return new Multipart(calls, bucket, key, id);
    }

    /** Sends a part on its way. */
    CompletableFuture<UploadPartResponse> send(int number, byte[] part) {
        return calls.client()
                .uploadPart(UploadPartArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .uploadId(uploadId)
                        .partNumber(number)
                        .data(part, part.length)
                        .build());
    }

    /** Stores the last part; gives its ETag, also where another process completed the upload with these bytes before. */
    String storeLast(int number, byte[] part) throws VaultException {
        try {
            return stored(number, send(number, part));
        } catch (VaultException refused) {
            if (!S3Calls.errorCode(refused).equals(NO_SUCH_UPLOAD)) {
                throw refused;
            }
            return HexFormat.of().formatHex(md5(part));
        }
    }

    /** Waits for a part; gives its ETag. */
    String stored(int number, CompletableFuture<UploadPartResponse> sent) throws VaultException {
        return S3Calls.await("store part " + number + " of " + key, sent).part().etag();
    }

    /** Makes this range of an object a part, inside the store; gives its ETag. */
    String copy(int number, String version, long fromByte, long toByte) throws VaultException {
        return S3Calls.await("copy part " + number + " of " + key, () -> calls.client()
                        .uploadPartCopy(UploadPartCopyArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .uploadId(uploadId)
                                .partNumber(number)
                                .headers(new Http.Headers(java.util.Map.of(
                                        "x-amz-copy-source",
                                        "/" + bucket + "/" + key + versionQuery(version),
                                        "x-amz-copy-source-range",
                                        "bytes=" + fromByte + "-" + (toByte - 1))))
                                .build()))
                .part()
                .etag();
    }

    private static String versionQuery(String version) {
        return version.equals(S3Calls.NO_VERSION) ? "" : "?versionId=" + version;
    }

    /** Ends it without an object. One that is gone stays gone. */
    void abort() throws VaultException {
        try {
            S3Calls.await("abort " + key, () -> calls.client()
                    .abortMultipartUpload(AbortMultipartUploadArgs.builder()
                            .bucket(bucket)
                            .object(key)
                            .uploadId(uploadId)
                            .build()));
        } catch (VaultException refused) {
            if (!S3Calls.errorCode(refused).equals(NO_SUCH_UPLOAD)) {
                throw refused;
            }
        }
    }

    /** All parts that the store has, noted or not; empty where the multipart upload is over. */
    Optional<List<Part>> parts() throws VaultException {
        List<Part> all = new ArrayList<>();
        try {
            ListPartsResult some;
            int after = 0;
            do {
                int marker = after;
                some = S3Calls.await("list the parts of " + key, () -> calls.client()
                                .listParts(ListPartsArgs.builder()
                                        .bucket(bucket)
                                        .object(key)
                                        .uploadId(uploadId)
                                        .partNumberMarker(marker)
                                        .build()))
                        .result();
                for (Part part : some.parts()) {
                    all.add(new Part(part.partNumber(), S3Calls.etag(part.etag())));
                    after = part.partNumber();
                }
            } while (some.isTruncated());
            return Optional.of(all);
        } catch (VaultException refused) {
            if (S3Calls.errorCode(refused).equals(NO_SUCH_UPLOAD)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /**
     * Makes the parts one object, or finds the one that another process, or a request without an answer, made of them.
     *
     * @return its version; empty where the store has parts that are not among these, which Ceph refuses
     */
    Optional<String> complete(List<Part> parts) throws IOException {
        for (int tries = 1; ; tries++) {
            VaultException failed;
            try {
                ObjectWriteResponse made = S3Calls.await("complete " + key, () -> calls.client()
                        .completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .uploadId(uploadId)
                                .parts(parts.toArray(new Part[0]))
                                .build()));
                if (made.versionId() != null) {
                    return Optional.of(made.versionId());
                }
                failed = VaultException.damagedProgress(key, null); // Ceph gives no version the second time
            } catch (VaultException unclear) {
                failed = unclear;
            }
            Optional<String> made = made(parts);
            if (made.isPresent()) {
                return made;
            }
            if (S3Calls.errorCode(failed).equals(INVALID_PART)) {
                return Optional.empty();
            }
            if (tries == TRIES || !failed.retryable()) {
                throw S3Calls.errorCode(failed).equals(NO_SUCH_UPLOAD)
                        ? VaultException.damagedProgress(key, failed)
                        : failed;
            }
            S3Calls.pause("complete " + key, tries); // another process completes it at this moment
        }
    }

    /** The version that was made of these parts. */
    Optional<String> made(List<Part> parts) throws IOException {
        String etag = etag(parts);
        return calls.versions(bucket, key).stream()
                .filter(version -> S3Calls.etag(version.etag()).equals(etag))
                .map(Item::versionId)
                .map(version -> version == null ? S3Calls.NO_VERSION : version)
                .findFirst();
    }

    /** What stores give as ETag to an object of these parts: MD5 over the MD5 of each, and their number. */
    private static String etag(List<Part> parts) {
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        try {
            for (Part part : parts) {
                digests.writeBytes(HexFormat.of().parseHex(S3Calls.etag(part.etag())));
            }
        } catch (IllegalArgumentException noDigest) { // a store that encrypts gives other ETags: then nothing is found
            return "";
        }
        return HexFormat.of().formatHex(md5(digests.toByteArray())) + "-" + parts.size();
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("The JDK has MD5", impossible);
        }
    }
}
