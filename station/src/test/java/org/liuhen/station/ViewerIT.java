package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A real browser shows whole documents, pictures and texts, each fetched once and on the record; and what is not what the record has is not shown. */
@Tag("browser")
@DisabledIf("onS3") // nothing of it reaches the store
class ViewerIT {
    private static final int PAGES = 60;
    private static final String TITLE = "现场勘验笔录";

    @TempDir
    private Path folder;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @Test
    void showsWholeItems() throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"), "--no-previews")) {
            Map<String, String> items = new TreeMap<>();
            items.put("pdf", upload(station, "record.pdf", pdf(PAGES)));
            items.put("thick", upload(station, "thick.pdf", pdf(5_000)));
            items.put("broken", upload(station, "broken.pdf", "%PDF-1.7\nnothing".getBytes(StandardCharsets.UTF_8)));
            items.put("picture", upload(station, "scene.png", picture()));
            items.put(
                    "text",
                    upload(
                            station,
                            "note.txt",
                            (TITLE + "\n<img src=x onerror=alert(1)>").getBytes(Charset.forName("GB18030"))));
            items.put(
                    "page",
                    upload(
                            station,
                            "page.html",
                            "<!doctype html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8)));
            station.awaitSealed(items.size());
            for (String id : items.values()) {
                LiveStation.await(() -> count(station, id, "described") == 1);
            }
            for (String lang : List.of("zh", "en")) {
                Process browser = new ProcessBuilder(
                                "node",
                                "viewer.mjs",
                                station.at("").toString(),
                                lang,
                                LiveStation.JSON.writeValueAsString(items),
                                String.valueOf(PAGES),
                                TITLE)
                        .directory(Path.of("src/test/clients").toFile())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, browser.waitFor(), said);
                assertEquals("shown", said.strip());
            }
            // Shown, and refused with other bytes; the last entry tells that those before it are there.
            LiveStation.await(() -> count(station, items.get("text"), "downloaded") == 4);
            for (String kind : List.of("pdf", "thick", "picture", "broken")) {
                assertEquals(2, count(station, items.get(kind), "downloaded"), kind + ": one for each language");
            }
            assertEquals(0, count(station, items.get("page"), "downloaded"));
        }
    }

    private static long count(LiveStation station, String id, String kind) throws Exception {
        JsonNode chain = station.get("/api/evidence/" + id + "/custody");
        return chain.findValuesAsText("eventType").stream().filter(kind::equals).count();
    }

    private static String upload(LiveStation station, String name, byte[] bytes) throws Exception {
        return new TusSender(station)
                .upload(TusSender.metadata(name, bytes), bytes)
                .replaceFirst(".*/", "");
    }

    private static byte[] picture() throws Exception {
        BufferedImage image = new BufferedImage(1_600, 900, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.ORANGE);
        pen.fillRect(100, 100, 1_200, 600);
        pen.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    /** Pages (ISO 32000-1) with fonts that the file does not have in it: a standard one, and a Chinese one by a predefined CMap. */
    private static byte[] pdf(int pages) throws Exception {
        List<String> objects = new ArrayList<>();
        objects.add("<</Type/Catalog/Pages 2 0 R>>");
        StringBuilder kids = new StringBuilder();
        for (int page = 0; page < pages; page++) {
            kids.append(7 + 2 * page).append(" 0 R ");
        }
        objects.add("<</Type/Pages/Count " + pages + "/Kids[" + kids + "]>>");
        objects.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
        objects.add("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]>>");
        objects.add(
                "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 6 0 R>>");
        objects.add(
                "<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>");
        for (int page = 1; page <= pages; page++) {
            objects.add(
                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents "
                            + (objects.size() + 2) + " 0 R>>");
            StringBuilder hex = new StringBuilder();
            for (byte b : TITLE.getBytes(StandardCharsets.UTF_16BE)) {
                hex.append(String.format("%02x", b));
            }
            String words = "BT /F1 24 Tf 72 760 Td (Page " + page + " of the record) Tj ET"
                    + (page == 41 ? " BT /F2 24 Tf 72 700 Td <" + hex + "> Tj ET" : "");
            objects.add("<</Length " + words.length() + ">>stream\n" + words + "\nendstream");
        }
        StringBuilder file = new StringBuilder("%PDF-1.4\n");
        StringBuilder table = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            table.append(String.format("%010d 00000 n \n", file.length()));
            file.append(i + 1).append(" 0 obj\n").append(objects.get(i)).append("\nendobj\n");
        }
        int at = file.length();
        file.append("xref\n0 ").append(objects.size() + 1).append('\n').append(table);
        file.append("trailer<</Size ")
                .append(objects.size() + 1)
                .append("/Root 1 0 R>>\nstartxref\n")
                .append(at)
                .append("\n%%EOF\n");
        return file.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
