package org.liuhen.storage.s3;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ObjectWriteResponse;
import io.minio.UploadPartArgs;
import io.minio.UploadPartResponse;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.liuhen.storage.VaultException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A multipart upload of the store: the requests on it. */
record Multipart(S3Calls calls, String bucket, String key, String uploadId) {
    private static final String NO_SUCH_UPLOAD = "NoSuchUpload";
    private static final String INVALID_PART = "InvalidPart";
    private static final int TRIES = 20;
    private static final HttpClient ASKING = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(S3Calls.CONNECT)
            .build();
    private static final DocumentBuilderFactory XML = withoutEntities();

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

    /**
     * Makes this range of a version of the object a part; gives its ETag. The bytes pass through here: Ceph 16 compares the digest of the client's empty
     * request for a copy inside the store with the copied bytes, and refuses.
     */
    String copy(int number, String version, long fromByte, int bytes) throws IOException {
        try (InputStream in = S3Calls.await("read a part of " + key, () -> calls.client()
                .getObject(GetObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .versionId(version.equals(S3Calls.NO_VERSION) ? null : version)
                        .offset(fromByte)
                        .length((long) bytes)
                        .build()))) {
            byte[] part = in.readNBytes(bytes);
            if (part.length < bytes) {
                throw VaultException.unavailable("read a part of " + key, null);
            }
            return stored(number, send(number, part));
        }
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

    /**
     * All parts that the store has, noted or not; empty where the multipart upload is over. The client reads no answer in which the initiator is not named, as
     * Ceph does not name it; so it signs the request, and the answer is read here.
     */
    Optional<List<Part>> parts() throws IOException {
        List<Part> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            HttpResponse<byte[]> answer = askForParts(all);
            try (InputStream body = new ByteArrayInputStream(answer.body())) {
                if (answer.statusCode() == 404) {
                    return Optional.empty();
                }
                if (answer.statusCode() != 200) {
                    throw VaultException.unavailable("list the parts of " + key + ": " + answer.statusCode(), null);
                }
                Document parts = XML.newDocumentBuilder().parse(body);
                NodeList found = parts.getElementsByTagName("Part");
                for (int i = 0; i < found.getLength(); i++) {
                    Element part = (Element) found.item(i);
                    all.add(new Part(Integer.parseInt(text(part, "PartNumber")), S3Calls.etag(text(part, "ETag"))));
                }
                more = text(parts.getDocumentElement(), "IsTruncated").equals("true");
            } catch (SAXException | ParserConfigurationException | RuntimeException notUnderstood) {
                throw VaultException.unavailable("list the parts of " + key, notUnderstood);
            }
        }
        return Optional.of(all);
    }

    /** The whole answer, which is small, has the time in which any other one has to go on: a request's own limit ends with the answer's head. */
    private HttpResponse<byte[]> askForParts(List<Part> before) throws IOException {
        Map<String, String> query = new HashMap<>(Map.of("uploadId", uploadId));
        if (!before.isEmpty()) {
            query.put(
                    "part-number-marker",
                    Integer.toString(before.get(before.size() - 1).partNumber()));
        }
        try {
            String url = calls.client()
                    .getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                            .method(Http.Method.GET)
                            .bucket(bucket)
                            .object(key)
                            .extraQueryParams(query)
                            .build());
            return ASKING.sendAsync(
                            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray())
                    .get(S3Calls.SILENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (MinioException | ExecutionException | TimeoutException failed) {
            throw VaultException.unavailable("list the parts of " + key, failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw VaultException.unavailable("list the parts of " + key, stopped);
        }
    }

    private static String text(Element in, String name) {
        return in.getElementsByTagName(name).item(0).getTextContent();
    }

    private static DocumentBuilderFactory withoutEntities() {
        DocumentBuilderFactory xml = DocumentBuilderFactory.newInstance();
        try {
            xml.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException("The JDK's parser can refuse a DOCTYPE", impossible);
        }
        return xml;
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
