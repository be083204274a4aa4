package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.contentstream.PDFStreamEngine;
import org.apache.pdfbox.contentstream.operator.DrawObject;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.state.Concatenate;
import org.apache.pdfbox.contentstream.operator.state.Restore;
import org.apache.pdfbox.contentstream.operator.state.Save;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSString;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.graphics.PDXObject;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.util.Matrix;
import org.apache.pdfbox.util.Version;
import org.liuhen.describe.Value.Confidence;

/**
 * What Tika does not say of a PDF document (ISO 32000-1): whether its end is there, which pages are pictures of pages, and the zones of
 * its dates.
 */
final class PdfReader {
    private static final int END_BYTES = 1 << 20;
    private static final int PAGES_MAX = 500;
    private static final int FEW_LETTERS = 100; // a stamp or a mark of the program, not the text of a page
    private static final double MOST_OF_THE_PAGE = 0.5;
    private static final Pattern START = Pattern.compile("startxref\\s+([0-9]{1,12})\\s+$");
    private static final Pattern DATE =
            Pattern.compile("(?:D:)?([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?"
                    + "(?:(Z).*|([+-])([0-9]{2})'?([0-9]{2})?'?)?");

    private PdfReader() {}

    /** Adds the facts of a document; gives whether it has dates of its own. */
    static boolean addTo(Facts facts, Path file) {
        try {
            end(facts, file);
        } catch (IOException | RuntimeException failed) {
            facts.failed("PDF", failed);
        }
        try (PDDocument document = Loader.loadPDF(file.toFile())) {
            scans(facts, document);
            return dates(facts, document);
        } catch (InvalidPasswordException encrypted) {
            return false; // Tika adds the failure
        } catch (IOException | RuntimeException | StackOverflowError failed) {
            facts.failures.add("PDFBox: " + Facts.words(failed));
            return false;
        }
    }

    private static void damage(Facts facts, String words) {
        facts.computed("damage", words, null, "structure");
    }

    /** The end of the file names the place of the table of all its objects (§7.5.5), and the table is there. */
    private static void end(Facts facts, Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            long size = file.size();
            long from = Math.max(0, size - END_BYTES);
            String tail = read(file, from, (int) (size - from));
            int end = tail.lastIndexOf("%%EOF");
            Matcher start = START.matcher(end < 0 ? "" : tail.substring(Math.max(0, end - 100), end));
            String behind = end < 0 ? "" : tail.substring(end + 5);
            if (end < 0 || behind.contains(" obj")) {
                damage(facts, "truncated: the file does not end with the end of a document (%%EOF)");
            } else if (!start.find()) {
                damage(
                        facts,
                        "malformed: the end of the document does not say where its table of objects is (startxref)");
            } else {
                int header = Math.max(0, read(file, 0, 1_024).indexOf("%PDF-"));
                long at = Long.parseLong(start.group(1));
                boolean there = isTable(read(file, at, 64)) || isTable(read(file, at + header, 64));
                if (!there) {
                    damage(
                            facts,
                            "malformed: at byte " + at + " is no table of objects, where the document says it is");
                }
                if (!behind.isBlank() && behind.chars().anyMatch(c -> c != 0 && c > ' ')) {
                    facts.computed(
                            "appendedBytes",
                            String.valueOf(behind.length()),
                            "bytes",
                            "behind the end, at byte " + (from + end + 5));
                }
            }
        }
    }

    private static boolean isTable(String text) {
        return text.matches("(?s)\\s*(xref\\s.*|[0-9]+\\s+[0-9]+\\s+obj.*)");
    }

    private static String read(FileChannel file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(length, file.size() - at)));
        while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {
            // until all are there
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    private static void scans(Facts facts, PDDocument document) {
        int pages = Math.min(PAGES_MAX, document.getNumberOfPages());
        int silent = 0;
        int scans = 0;
        for (int i = 0; i < pages; i++) {
            Looker page = new Looker();
            try {
                page.look(document.getPage(i));
            } catch (IOException | RuntimeException unreadable) {
                facts.failures.add("PDFBox: page " + (i + 1) + ": " + Facts.words(unreadable));
                continue;
            }
            silent += page.letters == 0 && page.covered > 0 ? 1 : 0;
            scans += page.letters < FEW_LETTERS && page.covered >= MOST_OF_THE_PAGE ? 1 : 0;
        }
        String source = "content of the first " + pages + " pages";
        add(facts, "pagesWithoutText", silent, Confidence.COMPUTED, source);
        add(facts, "scannedPages", scans, Confidence.GUESSED, source);
    }

    private static void add(Facts facts, String name, int pages, Confidence confidence, String source) {
        if (pages > 0) {
            facts.add(new Value(
                    name, String.valueOf(pages), "pages", source, "PDFBox", Version.getVersion(), confidence));
        }
    }

    /** Adds up what the images of a page cover, and the bytes of its visible text. */
    private static final class Looker extends PDFStreamEngine {
        private double covered;
        private double area;
        private long letters;
        private boolean invisible;

        Looker() {
            addOperator(new Concatenate(this));
            addOperator(new Save(this));
            addOperator(new Restore(this));
            addOperator(new DrawObject(this));
        }

        void look(PDPage page) throws IOException {
            PDRectangle box = page.getCropBox();
            area = Math.max(1, (double) box.getWidth() * box.getHeight());
            processPage(page);
        }

        @Override
        protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
            switch (operator.getName()) {
                case "Do" -> {
                    if (!operands.isEmpty() && operands.get(0) instanceof COSName name) {
                        PDXObject object =
                                getResources() == null ? null : getResources().getXObject(name);
                        if (object instanceof PDImageXObject) {
                            covers();
                            return;
                        }
                    }
                }
                case "BI" -> covers();
                case "Tr" ->
                    invisible = !operands.isEmpty()
                            && "COSInt{3}".equals(operands.get(0).toString());
                case "Tj", "'", "\"", "TJ" -> operands.forEach(this::shown);
                default -> {}
            }
            super.processOperator(operator, operands);
        }

        private void covers() {
            Matrix to = getGraphicsState().getCurrentTransformationMatrix();
            double pixels =
                    Math.abs((double) to.getScaleX() * to.getScaleY() - (double) to.getShearX() * to.getShearY());
            covered += Math.min(1, pixels / area);
        }

        private void shown(COSBase operand) {
            if (operand instanceof COSString text && !invisible) {
                letters += text.getBytes().length;
            } else if (operand instanceof COSArray array) {
                array.forEach(this::shown);
            }
        }
    }

    /** Tika gives the dates of the document in UTC, whether they say a zone or not. */
    private static boolean dates(Facts facts, PDDocument document) throws IOException {
        PDMetadata xmp = document.getDocumentCatalog().getMetadata();
        boolean any = xmp != null && ImageReader.xmpTimes(facts, xmp.toByteArray());
        COSDictionary information = document.getDocumentInformation().getCOSObject();
        for (COSName name : List.of(COSName.CREATION_DATE, COSName.MOD_DATE)) {
            String text = information.getString(name);
            Matcher date = DATE.matcher(text == null ? "" : text.strip());
            if (!date.matches()) {
                continue;
            }
            any = true;
            String zone = date.group(7) != null
                    ? "Z"
                    : date.group(8) == null
                            ? ""
                            : date.group(8) + date.group(9) + ":" + (date.group(10) == null ? "00" : date.group(10));
            facts.add(new Value(
                    "timeClaim",
                    date.group(1) + "-" + date.group(2) + "-" + date.group(3) + "T" + date.group(4) + ":"
                            + date.group(5) + ":" + (date.group(6) == null ? "00" : date.group(6)) + zone,
                    null,
                    "document information " + name.getName(),
                    "PDFBox",
                    Version.getVersion(),
                    Confidence.STATED));
        }
        return any;
    }
}
