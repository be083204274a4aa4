package org.liuhen.describe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLStreamReader;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.liuhen.custody.event.EventContext;

/**
 * OFD (GB/T 33190-2016), the national layout document: a ZIP file whose {@code OFD.xml} names title, author, dates, its documents
 * with their pages, and for each the list of signatures (§7.4). The words stand in the text objects of the pages (§11.3). A part that is
 * named and not found is a failure, and gives no facts.
 */
final class OfdReader {
    static final String MEDIA_TYPE = "application/ofd";

    private static final String ROOT = "ofd.xml";
    private static final int XML_BYTES_MAX = 16 << 20;

    /** How many bytes all pages together may unpack to before the text ends early. */
    private static final long PAGES_BYTES_MAX = 256 << 20;

    private final Facts facts;
    private final ZipFile zip;
    private final Map<String, ZipArchiveEntry> parts = new HashMap<>();
    private final StringBuilder words = new StringBuilder();
    private long pagesBytes;
    private boolean isOfd;

    private OfdReader(Facts facts, ZipFile zip) {
        this.facts = facts;
        this.zip = zip;
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            parts.putIfAbsent(path(entry.getName()), entry);
        }
    }

    /**
     * Adds the facts of an OFD document; gives whether the file is one.
     *
     * @param text where its words are left
     */
    static boolean addTo(Facts facts, Path file, Path text) {
        // Only names in ASCII are looked for; in this character set no other name is an error.
        try (ZipFile zip = ZipFile.builder()
                .setPath(file)
                .setCharset(StandardCharsets.ISO_8859_1)
                .get()) {
            OfdReader reader = new OfdReader(facts, zip);
            ZipArchiveEntry root = reader.parts.get(ROOT);
            if (root != null) {
                reader.read(root);
                DocumentText.write(
                        facts, reader.words.toString(), reader.isCut(), EventContext.VERSION, "liuhen", text);
            }
            return reader.isOfd;
        } catch (IOException | RuntimeException notOne) {
            return false; // the reader of archives adds the failure
        }
    }

    private void read(ZipArchiveEntry root) {
        List<String> documents = new ArrayList<>();
        List<String> signatures = new ArrayList<>();
        try (InputStream in = open(root)) {
            Xml.read(in, new Xml.Visitor() {
                @Override
                public void begin(String path, XMLStreamReader element) {
                    isOfd |= path.equals("OFD");
                }

                @Override
                public void end(String path, String text) {
                    String source = "OFD.xml " + path;
                    switch (Xml.last(path)) {
                        case "Title" -> facts.stated("title", text, null, source);
                        case "Author" -> facts.stated("author", text, null, source);
                        case "Subject" -> facts.stated("subject", text, null, source);
                        case "CreationDate", "ModDate" -> facts.stated("timeClaim", text, null, source);
                        case "Creator" -> facts.stated("software", text, null, source);
                        case "DocRoot" -> documents.add(text);
                        case "Signatures" -> signatures.add(text);
                        default -> {}
                    }
                }
            });
        } catch (IOException | RuntimeException damaged) {
            facts.failed("OFD: OFD.xml", damaged);
            return;
        }
        for (String document : documents) {
            long pages = count(document, "Page", "Pages");
            if (pages > 0) {
                facts.stated("pageCount", String.valueOf(pages), null, document);
                addWords(document);
            }
        }
        signed(signatures);
    }

    private boolean isCut() {
        return words.length() >= DocumentText.BYTES_MAX || pagesBytes >= PAGES_BYTES_MAX;
    }

    /** Adds the words of the pages that a document names, in their order. A page that cannot be read costs its own words only. */
    private void addWords(String document) {
        List<String> pages = new ArrayList<>();
        try (InputStream in = open(parts.get(path(document)))) {
            Xml.read(in, new Xml.Visitor() {
                @Override
                public void begin(String path, XMLStreamReader element) {
                    String place = element.getAttributeValue(null, "BaseLoc");
                    if (path.endsWith("Pages/Page") && place != null) {
                        pages.add(place);
                    }
                }

                @Override
                public void end(String path, String text) {}
            });
        } catch (IOException | RuntimeException damaged) {
            facts.failed("OFD: " + document, damaged);
            return;
        }
        int absent = 0;
        String folder = document.substring(0, document.replace('\\', '/').lastIndexOf('/') + 1);
        for (String page : pages) {
            ZipArchiveEntry entry = parts.get(path(page.startsWith("/") ? page : folder + page));
            if (isCut()) {
                break;
            }
            if (entry == null) {
                absent++;
                continue;
            }
            pagesBytes += Math.max(0, entry.getSize());
            try (InputStream in = open(entry)) {
                Xml.read(in, (path, text) -> {
                    if (Xml.last(path).equals("TextCode") && words.length() < DocumentText.BYTES_MAX) {
                        words.append(text).append('\n');
                    }
                });
            } catch (IOException | RuntimeException damaged) {
                facts.failed("OFD: " + page, damaged);
            }
        }
        if (absent > 0) {
            facts.failures.add("OFD: " + document + " names " + absent + " pages that are not there");
        }
    }

    /** Signed where a list has a signature; not signed where no list is named and none is there. */
    private void signed(List<String> lists) {
        long found = 0;
        boolean all = true;
        for (String list : lists) {
            long count = count(list, "Signature", "Signatures");
            all &= count >= 0;
            found += Math.max(0, count);
        }
        String unlisted = lists.isEmpty() ? "(.*/)?signatures?\\.xml" : "(.*/)?signature\\.xml";
        if (found > 0) {
            facts.stated("signed", "true", null, "OFD.xml Signatures");
        } else if (all && parts.keySet().stream().noneMatch(name -> name.matches(unlisted))) {
            facts.computed("signed", "false", null, "no signature in the package");
        }
    }

    /** How many of these elements stand in that one in a part, or -1 where the part cannot be read. */
    private long count(String name, String element, String in) {
        ZipArchiveEntry entry = parts.get(path(name));
        if (entry == null) {
            facts.failures.add("OFD: OFD.xml names " + name + ", and there is no such part");
            return -1;
        }
        long[] count = new long[1];
        try (InputStream stream = open(entry)) {
            Xml.read(stream, (path, text) -> count[0] += path.endsWith(in + "/" + element) ? 1 : 0);
            return count[0];
        } catch (IOException | RuntimeException damaged) {
            facts.failed("OFD: " + name, damaged);
            return -1;
        }
    }

    /** A path in the package without detours, in small letters: writers differ in these, and in which slash they use. */
    private static String path(String name) {
        Deque<String> steps = new ArrayDeque<>();
        for (String step : name.strip().replace('\\', '/').split("/", -1)) {
            if (step.equals("..")) {
                steps.pollLast();
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.addLast(step);
            }
        }
        return String.join("/", steps).toLowerCase(Locale.ROOT);
    }

    private InputStream open(ZipArchiveEntry entry) throws IOException {
        return new BufferedInputStream(new Limited(zip.getInputStream(entry), XML_BYTES_MAX));
    }
}
