package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.describe.Value.Confidence;

/** The words that are kept of a document: by themselves, and as a real parser process leaves them. */
class DocumentTextTest {
    private static final String HEADING = "Text of evidence 01jdb3kz0r0000000000000000";

    @TempDir
    Path folder;

    private Facts written(String text, boolean cut, Path file) {
        Facts facts = new Facts();
        DocumentText.write(facts, text, cut, "1", "t", file);
        return facts;
    }

    @Test
    void leavesOutWhatIsNoText() throws Exception {
        Path file = folder.resolve("text");
        Facts facts = written("a\0b\u0007\ud800 笔\udc00录 𠀀\r\n \n\n  c\u00a0\td  ", false, file);
        assertEquals("ab 笔录 𠀀\nc d", Files.readString(file));
        assertEquals(1, facts.values.size());
        assertEquals("text/plain", facts.values.get(0).value());
        for (String none : new String[] {"", " \n\t", "\0\0", "\ud800"}) {
            assertEquals(0, written(none, true, folder.resolve("none")).values.size(), "no words");
        }
        assertFalse(Files.exists(folder.resolve("none")));
    }

    @Test
    void endsALongTextWithAWholeCharacter() throws Exception {
        Path file = folder.resolve("text");
        for (String one : new String[] {"a", "é", "录", "𠀀"}) {
            Facts facts = written(one.repeat(DocumentText.BYTES_MAX / one.length()), false, file);
            assertTrue(facts.has(Describer.TEXT_CUT, "true"));
            long size = Files.size(file);
            assertTrue(size <= DocumentText.BYTES_MAX - 250 && size > DocumentText.BYTES_MAX - 270, size + " bytes");
            assertEquals(one, Files.readString(file).replace(one, "").isEmpty() ? one : "something else");
        }
        assertFalse(written("short", false, file).has(Describer.TEXT_CUT));
        assertTrue(written("short", true, file).has(Describer.TEXT_CUT));
    }

    /** The words of one file, as they are stored; null where none are. */
    private String described(Describer describer, Path file) throws Exception {
        Path places = folder.resolve("places");
        Description description = Corpus.describe(describer, file, places);
        Value named = description.values().stream()
                .filter(value -> value.name().equals(Describer.TEXT_DIGEST))
                .findFirst()
                .orElse(null);
        if (named == null) {
            assertTrue(description.values().stream()
                    .noneMatch(value -> value.name().startsWith("text")));
            return null;
        }
        assertEquals(Confidence.COMPUTED, named.confidence());
        String text = Files.readString(places.resolve(named.value()));
        assertTrue(text.startsWith(HEADING), text);
        return text.substring(text.indexOf("\n\n") + 2);
    }

    @Test
    void isTakenFromDocumentsAndFromNothingElse() throws Exception {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Path files = Files.createDirectories(folder.resolve("files"));
        Path pdf = files.resolve("a.pdf");
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage();
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.beginText();
                content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                content.newLineAtOffset(50, 700);
                content.showText("The bicycle stood in Chaoyang");
                content.endText();
            }
            document.save(pdf.toFile());
        }
        Path html = Files.writeString(
                files.resolve("a.html"),
                "<html><head><script>alert(1)</script></head><body><p>盗窃<b>电动车</b></p></body></html>");
        Path text = Files.write(files.resolve("a.txt"), "询问笔录：张三于昨日到案".getBytes("GB18030"));
        Path mail = Files.writeString(
                files.resolve("a.eml"),
                "From: a@example.com\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n线索来信\r\n");
        Path bomb = files.resolve("bomb.docx");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
            zip.putNextEntry(new ZipEntry("[Content_Types].xml"));
            zip.write("<Types/>".getBytes(StandardCharsets.US_ASCII));
            zip.putNextEntry(new ZipEntry("word/document.xml"));
            zip.write("<w:document xmlns:w=\"w\"><w:body><w:p>".getBytes(StandardCharsets.US_ASCII));
            byte[] run = "<w:r><w:t>bomb</w:t></w:r>".repeat(40_000).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 300; i++) { // 300 MiB of XML in a file of 1 MiB
                zip.write(run);
            }
        }
        try (Describer describer = new Describer(1, scratch, Profiles.read(folder.resolve("none")), true)) {
            assertEquals("The bicycle stood in Chaoyang", described(describer, pdf));
            assertEquals("盗窃电动车", described(describer, html));
            assertEquals("询问笔录：张三于昨日到案", described(describer, text));
            assertTrue(described(describer, mail).contains("线索来信"));
            assertEquals("被处罚人王某\n扒窃他人手机", described(describer, Corpus.ofd(files.resolve("a.ofd"))));
            Path one = Files.writeString(files.resolve("one.txt"), "a".repeat(6 << 20));
            Description long6 = Corpus.describe(describer, one, folder.resolve("places"));
            assertTrue(long6.values().stream().anyMatch(value -> value.name().equals(Describer.TEXT_CUT)));
            assertTrue(described(describer, one).length() <= DocumentText.BYTES_MAX);
            Path zip = files.resolve("a.zip");
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
                out.putNextEntry(new ZipEntry("a.txt"));
                out.write("packed".getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals(null, described(describer, zip));
            Path gpx = Files.writeString(
                    files.resolve("a.gpx"),
                    "<gpx version=\"1.1\" xmlns=\"http://www.topografix.com/GPX/1/1\"><trk><trkseg>"
                            + "<trkpt lat=\"39.9\" lon=\"116.4\"/><trkpt lat=\"39.8\" lon=\"116.4\"/></trkseg></trk></gpx>");
            assertEquals(null, described(describer, gpx), "positions are no words");
            String ofBomb = described(describer, bomb); // some of it, or a failure; the next file is read
            assertTrue(ofBomb == null || ofBomb.length() <= DocumentText.BYTES_MAX);
            assertEquals("盗窃电动车", described(describer, html));
        }
        try (Describer without = new Describer(1, scratch, Profiles.read(folder.resolve("none")), false)) {
            assertEquals(null, described(without, html), "a station without previews keeps no words either");
        }
    }
}
