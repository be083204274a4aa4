package org.liuhen.describe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The properties of office documents in the strict form of ISO/IEC 29500, which Tika does not read: its packages have the same parts
 * under other names of their XML.
 */
final class StrictOffice {
    private static final int XML_BYTES_MAX = 1 << 20;

    private StrictOffice() {}

    /** Adds title, author, times, pages and program from the properties of the package. */
    static void addTo(Facts facts, Path file) {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            read(facts, zip, "docProps/core.xml");
            read(facts, zip, "docProps/app.xml");
        } catch (IOException | RuntimeException damaged) {
            facts.failed("document properties", damaged);
        }
    }

    private static void read(Facts facts, ZipFile zip, String part) throws IOException {
        ZipArchiveEntry entry = zip.getEntry(part);
        if (entry == null) {
            return;
        }
        try (InputStream in = new BufferedInputStream(new Limited(zip.getInputStream(entry), XML_BYTES_MAX))) {
            Xml.read(in, new Xml.Visitor() {
                @Override
                public void end(String path, String text) {
                    String source = part + " " + path;
                    switch (path) {
                        case "coreProperties/title" -> facts.stated("title", text, null, source);
                        case "coreProperties/creator" -> facts.stated("author", text, null, source);
                        case "coreProperties/subject" -> facts.stated("subject", text, null, source);
                        case "coreProperties/created", "coreProperties/modified" ->
                            facts.stated("timeClaim", text, null, source);
                        case "Properties/Pages", "Properties/Slides" -> {
                            if (text.matches("[1-9][0-9]*")) {
                                facts.stated("pageCount", text, null, source);
                            }
                        }
                        case "Properties/Application" -> facts.stated("software", text, null, source);
                        default -> {}
                    }
                }
            });
        }
    }
}
