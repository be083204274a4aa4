package org.liuhen.custody.bag;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote;

/**
 * Packs an export: everything but the originals, whose digests it is told. So a package of 100 GB needs neither their
 * memory nor their disk space, and its files can be sent in any order and again.
 */
public final class BagWriter {
    private static final String FORBIDDEN_IN_NAMES = "<>:\"|?*%"; // on Windows, and the escape of RFC 8493

    private final Sink sink;
    private final SignedNote.Signer signer;
    private final Sm2 sm2;
    private final String exportId;
    /** What an encrypted folder of Linux (eCryptfs) takes; all others take more. */
    static final int NAME_BYTES_MAX = 143;

    private static final int EXTENSION_BYTES_MAX = 20;

    /** Names of devices, which Windows opens as such whatever stands behind a dot. */
    private static final Pattern DEVICE = Pattern.compile(
            "(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3])(?: *[.].*)?", Pattern.CASE_INSENSITIVE);

    private final Map<String, BagItem.Digests> payload = new TreeMap<>();
    private final Map<String, BagItem.Digests> tags = new TreeMap<>();
    private final Map<String, BagItem> items = new TreeMap<>();
    private long payloadBytes;

    /** Takes the files of the package; each once, each complete. */
    @FunctionalInterface
    public interface Sink {
        /** Keeps one file. */
        void write(String path, byte[] bytes) throws IOException;
    }

    /** A package of this export, signed with this key at the end. */
    public BagWriter(String exportId, SignedNote.Signer signer, Sink sink) {
        this(exportId, signer, null, sink);
    }

    /** As above, signed with this SM2 key, too, where it is not null. */
    public BagWriter(String exportId, SignedNote.Signer signer, Sm2 sm2, Sink sink) {
        this.exportId = exportId;
        this.signer = signer;
        this.sm2 = sm2;
        this.sink = sink;
    }

    /**
     * Where an item's original stands in the package: under its name, as far as every file system takes it. The true name stands in the
     * item's {@code declared} entry.
     */
    public static String originalPath(String evidenceId, FileName fileName) {
        return "data/" + evidenceId + "/original/" + safeName(fileName.value());
    }

    /**
     * A name that Windows, macOS, Linux and an encrypted folder take: without the characters that some refuse, no name of a device, not
     * ending with a dot or a blank, and at most {@link #NAME_BYTES_MAX} bytes; a longer one is cut before its extension.
     */
    private static String safeName(String name) {
        StringBuilder taken = new StringBuilder();
        name.codePoints().forEach(c -> taken.appendCodePoint(FORBIDDEN_IN_NAMES.indexOf(c) >= 0 ? '_' : c));
        String safe = taken.toString().strip().replaceFirst("[. ]+$", "_");
        if (safe.isEmpty() || DEVICE.matcher(safe).matches()) {
            safe = "_" + safe;
        }
        if (bytes(safe) <= NAME_BYTES_MAX) {
            return safe;
        }
        int dot = safe.lastIndexOf('.');
        String extension = dot > 0 && bytes(safe.substring(dot)) <= EXTENSION_BYTES_MAX ? safe.substring(dot) : "";
        String stem = safe.substring(0, safe.length() - extension.length());
        while (bytes(stem) + bytes(extension) > NAME_BYTES_MAX) {
            stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
        }
        return stem.stripTrailing().replaceFirst("[. ]+$", "_") + extension;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Adds an item with all its files but the original. */
    public void item(String evidenceId, BagItem item) throws IOException {
        String folder = "data/" + evidenceId + "/";
        items.put(evidenceId, item);
        payload.put(originalPath(evidenceId, item.fileName()), item.original());
        payloadBytes += item.sizeBytes();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] entry : item.trail()) {
            lines.writeBytes(entry);
            lines.write('\n');
        }
        add(folder + "custody.jsonl", lines.toByteArray());
        add(folder + "custody.tlog-proof", item.end().bytes());
        if (item.metadata() != null) {
            add(folder + "metadata.json", item.metadata());
        }
        if (item.receipt() != null) {
            add(folder + "receipt.tlog-proof", item.receipt());
        }
    }

    /** Adds a file: below {@code data/} to what is handed over, else to what describes it. */
    public void add(String path, byte[] bytes) throws IOException {
        sink.write(path, bytes);
        if (path.startsWith("data/")) {
            payload.put(path, BagItem.Digests.of(bytes));
            payloadBytes += bytes.length;
        } else {
            tags.put(path, BagItem.Digests.of(bytes));
        }
    }

    /**
     * Adds the verifier, the summary, the graph, the manifests and last the signature over them.
     *
     * @param facts what the package says of itself, such as who asked for it; it goes into bag-info.txt in this order
     */
    public void finish(Map<String, String> facts) throws IOException {
        Map<String, CaseGraph.Exhibit> exhibits = new TreeMap<>();
        items.forEach((id, item) -> exhibits.put(id, item.exhibit()));
        add("data/case.jsonld", CaseGraph.ofExport(exportId, exhibits));
        add("verify.html", VerifyPage.html());
        add("summary.html", Summary.of(exportId, items, facts, ZoneId.systemDefault()));
        add("bagit.txt", BagFiles.DECLARATION.getBytes(StandardCharsets.UTF_8));
        Map<String, String> info = new LinkedHashMap<>(facts);
        info.put("Payload-Oxum", payloadBytes + "." + payload.size());
        StringBuilder text = new StringBuilder();
        info.forEach((name, value) -> text.append(name)
                .append(": ")
                .append(value.replaceAll("\\s+", " "))
                .append('\n'));
        add("bag-info.txt", text.toString().getBytes(StandardCharsets.UTF_8));
        add("manifest-sha256.txt", manifest(payload, false));
        add("manifest-sha512.txt", manifest(payload, true));
        byte[] sha256 = manifest(tags, false);
        byte[] sha512 = manifest(tags, true);
        sink.write("tagmanifest-sha256.txt", sha256);
        sink.write("tagmanifest-sha512.txt", sha512);
        String signed = "liuhen.org/package/v1\n" + exportId + "\n"
                + Sha256Digest.of(sha256).hex() + "\n" + Sha256Digest.of(sha512).hex() + "\n";
        byte[] note = SignedNote.sign(signed, signer).bytes();
        sink.write(BagFiles.SIGNATURE, note);
        if (sm2 != null) {
            String signature = Base64.getEncoder().encodeToString(sm2.sign(note)) + "\n";
            sink.write(BagFiles.SM2_SIGNATURE, signature.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] manifest(Map<String, BagItem.Digests> files, boolean sha512) {
        StringBuilder lines = new StringBuilder();
        files.forEach((path, digests) -> lines.append(sha512 ? digests.sha512() : digests.sha256())
                .append("  ")
                .append(path.replace("%", "%25"))
                .append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
