package org.liuhen.ingest.describe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * OFD (GB/T 33190-2016), the national layout document: a ZIP file whose {@code OFD.xml} names title, author, dates, the document
 * with its pages, and the list of signatures (§7.4).
 */
final class OfdReader {
    static final String MEDIA_TYPE = "application/ofd";

    private static final int XML_BYTES_MAX = 16 << 20;

    private OfdReader() {}

    /** Whether it is one; then what it says. */
    static boolean addTo(Facts facts, Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry root = zip.getEntry("OFD.xml");
            if (root == null) {
                return false;
            }
            String[] found = new String[2];
            try (InputStream in = open(zip, root)) {
                Xml.read(in, (path, text) -> {
                    switch (path.substring(path.lastIndexOf('/') + 1)) {
                        case "Title" -> facts.stated("title", text, null, "OFD.xml " + path);
                        case "Author" -> facts.stated("author", text, null, "OFD.xml " + path);
                        case "Subject" -> facts.stated("subject", text, null, "OFD.xml " + path);
                        case "CreationDate", "ModDate" -> facts.stated("timeClaim", text, "unknown", "OFD.xml " + path);
                        case "Creator" -> facts.stated("software", text, null, "OFD.xml " + path);
                        case "DocRoot" -> found[0] = text;
                        case "Signatures" -> found[1] = text;
                        default -> {}
                    }
                });
            }
            int pages = count(zip, found[0], "Page");
            if (pages > 0) {
                facts.stated("pageCount", String.valueOf(pages), null, found[0]);
            }
            facts.stated("signed", String.valueOf(count(zip, found[1], "Signature") > 0), null, "OFD.xml Signatures");
            return true;
        } catch (IOException | RuntimeException damaged) {
            facts.failed("OFD", damaged);
            return false;
        }
    }

    private static int count(ZipFile zip, String name, String element) throws IOException {
        ZipEntry entry = name == null ? null : zip.getEntry(name.startsWith("/") ? name.substring(1) : name);
        if (entry == null) {
            return 0;
        }
        int[] count = new int[1];
        try (InputStream in = open(zip, entry)) {
            Xml.read(in, (path, text) -> count[0] += path.endsWith("/" + element) ? 1 : 0);
        }
        return count[0];
    }

    private static InputStream open(ZipFile zip, ZipEntry entry) throws IOException {
        return new BufferedInputStream(new Limited(zip.getInputStream(entry), XML_BYTES_MAX));
    }
}
