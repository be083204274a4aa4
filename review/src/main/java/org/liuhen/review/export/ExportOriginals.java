package org.liuhen.review.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.review.projection.ItemView;
import org.liuhen.storage.EvidenceStore;

/** The sizes and digests of the originals of exports. Each original is read once for each export. */
final class ExportOriginals {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER_BYTES = 1 << 18;

    private final EvidenceStore evidence;
    private final LogStore store;

    ExportOriginals(EvidenceStore evidence, LogStore store) {
        this.evidence = evidence;
        this.store = store;
    }

    /**
     * What was read of an original: {@code sha256} and {@code sha512} in hexadecimal, {@code crc32}, and {@code size} in bytes. It is kept
     * beside the log, so a later call does not read the original again.
     *
     * @param item the ID of the item
     * @param document the item
     * @throws IOException where the store does not answer
     */
    JsonNode digests(String exportId, String item, ItemView document) throws IOException {
        String path = ExportRequest.folder(exportId) + "originals/" + item;
        Optional<byte[]> before = store.read(path);
        if (before.isPresent()) {
            return JSON.readTree(before.get());
        }
        MessageDigest sha256 = Sha256Digest.algorithm();
        MessageDigest sha512;
        try {
            sha512 = MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-512", impossible);
        }
        CRC32 crc = new CRC32();
        long size = 0;
        try (InputStream in = evidence.open(document.object().orElseThrow())) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
                sha512.update(buffer, 0, read);
                crc.update(buffer, 0, read);
                size += read;
            }
        }
        ObjectNode read = JSON.createObjectNode();
        read.put("sha256", HexFormat.of().formatHex(sha256.digest()));
        read.put("sha512", HexFormat.of().formatHex(sha512.digest()));
        read.put("crc32", crc.getValue()).put("size", size);
        store.write(path, JSON.writeValueAsBytes(read));
        return read;
    }
}
