package org.liuhen.describe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small files of the kinds that those who do this job have reported to the makers of other programs, made here. */
final class FieldFiles {
    private FieldFiles() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] cut(byte[] bytes, double share) {
        return Arrays.copyOf(bytes, (int) (bytes.length * share));
    }

    /** The same with zeros from this share of it on. */
    static byte[] zeroed(byte[] bytes, double from, int length) {
        byte[] copy = bytes.clone();
        Arrays.fill(copy, (int) (bytes.length * from), (int) (bytes.length * from) + length, (byte) 0);
        return copy;
    }

    /** A recording of ten seconds. */
    static byte[] recording(Path folder, String name, String options) throws Exception {
        Path file = folder.resolve("made-" + name);
        Corpus.ffmpeg(
                "-f lavfi -i testsrc2=size=320x240:rate=25:duration=10 -f lavfi -i sine=frequency=440:duration=10",
                options,
                file);
        return Files.readAllBytes(file);
    }

    static String sentence(String body) {
        int sum = body.chars().reduce(0, (left, right) -> left ^ right);
        return "$" + body + "*" + String.format("%02X", sum) + "\r\n";
    }

    /** An OFD document with a path to its list of signatures, one to its document, and a name in the package that is not UTF-8. */
    static byte[] ofd(String document, String signatures, boolean gbkName, boolean empty) throws IOException {
        String space = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, Charset.forName("GBK"))) {
            String[][] parts = {
                {
                    "OFD.xml",
                    "<ofd:OFD " + space
                            + "><ofd:DocBody><ofd:DocInfo><ofd:Title>处罚决定书</ofd:Title></ofd:DocInfo><ofd:DocRoot>"
                            + document + "</ofd:DocRoot>"
                            + (signatures == null ? "" : "<ofd:Signatures>" + signatures + "</ofd:Signatures>")
                            + "</ofd:DocBody></ofd:OFD>"
                },
                {
                    "Doc_0/Document.xml",
                    "<ofd:Document " + space
                            + "><ofd:Pages><ofd:Page ID=\"1\"/><ofd:Page ID=\"2\"/></ofd:Pages></ofd:Document>"
                },
                {
                    signatures == null ? "Doc_0/Other.xml" : "Doc_0/Signs/Signatures.xml",
                    "<ofd:Signatures " + space + ">" + (empty ? "" : "<ofd:Signature ID=\"1\"/>") + "</ofd:Signatures>"
                },
                {gbkName ? "Doc_0/Res/公章.png" : "Doc_0/Res/seal.png", "x"}
            };
            for (String[] part : parts) {
                zip.putNextEntry(new ZipEntry(part[0]));
                zip.write(utf8(part[1]));
            }
        }
        return bytes.toByteArray();
    }

    /** A ZIP file with names in a set that it does not name. */
    static byte[] zip(String charset, String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, Charset.forName(charset))) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(utf8("content of " + name));
            }
        }
        byte[] all = bytes.toByteArray();
        for (int i = 0; i + 4 < all.length; i++) { // takes the mark for UTF-8 away
            if (all[i] == 'P' && all[i + 1] == 'K' && (all[i + 2] == 3 || all[i + 2] == 1)) {
                all[i + (all[i + 2] == 3 ? 7 : 9)] &= ~8;
            }
        }
        return all;
    }

    /** A TAR file in which one name stands in this set. */
    static byte[] tar(String charset, String name) {
        byte[] header = new byte[512];
        byte[] raw = name.getBytes(Charset.forName(charset));
        System.arraycopy(raw, 0, header, 0, raw.length);
        byte[] fields =
                utf8("0000644\0" + "0000000\0" + "0000000\0" + "00000000003\0" + "00000000000\0" + "        " + "0");
        System.arraycopy(fields, 0, header, 100, fields.length);
        System.arraycopy(utf8("ustar\00000"), 0, header, 257, 8);
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        System.arraycopy(utf8(String.format("%06o\0 ", sum)), 0, header, 148, 8);
        return join(header, Arrays.copyOf(utf8("abc"), 512), new byte[1_024]);
    }

    /** A RAR 5 archive of one stored member (the technical note at rarlab.com). */
    static byte[] rar5(String name, byte[] content) {
        byte[] raw = utf8(name);
        byte[] archive = block(new byte[] {1, 0, 0});
        byte[] head = join(
                new byte[] {2, 2, (byte) content.length, 0, (byte) content.length, 0, 0, 1, (byte) raw.length}, raw);
        return join(
                utf8("Rar!"), new byte[] {0x1a, 7, 1, 0}, archive, block(head), content, block(new byte[] {5, 0, 0}));
    }

    private static byte[] block(byte[] fields) {
        byte[] sized = join(new byte[] {(byte) fields.length}, fields);
        CRC32 sum = new CRC32();
        sum.update(sized);
        return join(
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt((int) sum.getValue())
                        .array(),
                sized);
    }

    /** A PDF document (ISO 32000-1) whose pages have these contents; with a picture /I that is a JPEG file, and one attachment or none. */
    static byte[] pdf(byte[] jpeg, String attachment, String created, String... contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> places = new java.util.ArrayList<>();
        out.writeBytes(utf8("%PDF-1.4\n"));
        int pages = contents.length;
        StringBuilder kids = new StringBuilder();
        for (int i = 0; i < pages; i++) {
            kids.append(6 + 2 * i).append(" 0 R ");
        }
        int file = 6 + 2 * pages;
        String names =
                attachment == null ? "" : "/Names<</EmbeddedFiles<</Names[(" + attachment + ") " + file + " 0 R]>>>>";
        object(out, places, "<</Type/Catalog/Pages 2 0 R" + names + ">>", null);
        object(out, places, "<</Type/Pages/Count " + pages + "/Kids[" + kids + "]>>", null);
        object(out, places, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", null);
        object(
                out,
                places,
                "<</Type/XObject/Subtype/Image/Width 320/Height 240/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
                jpeg);
        object(out, places, "<</CreationDate(" + created + ")>>", null);
        for (int i = 0; i < pages; i++) {
            object(
                    out,
                    places,
                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>/Contents "
                            + (7 + 2 * i) + " 0 R>>",
                    null);
            object(out, places, "<<", utf8(contents[i]));
        }
        if (attachment != null) {
            object(
                    out,
                    places,
                    "<</Type/Filespec/F(" + attachment + ")/UF(" + attachment + ")/EF<</F " + (file + 1) + " 0 R>>>>",
                    null);
            object(out, places, "<</Type/EmbeddedFile", utf8("attached"));
        }
        int table = out.size();
        StringBuilder xref = new StringBuilder("xref\n0 " + (places.size() + 1) + "\n0000000000 65535 f \n");
        places.forEach(place -> xref.append(String.format("%010d 00000 n \n", place)));
        out.writeBytes(utf8(xref + "trailer\n<</Size " + (places.size() + 1) + "/Root 1 0 R/Info 5 0 R>>\nstartxref\n"
                + table + "\n%%EOF\n"));
        return out.toByteArray();
    }

    private static void object(ByteArrayOutputStream out, List<Integer> places, String dictionary, byte[] stream) {
        places.add(out.size());
        out.writeBytes(utf8(places.size() + " 0 obj\n" + dictionary));
        if (stream != null) {
            out.writeBytes(utf8("/Length " + stream.length + ">>\nstream\n"));
            out.writeBytes(stream);
            out.writeBytes(utf8("\nendstream"));
        }
        out.writeBytes(utf8("\nendobj\n"));
    }

    /** A JPEG file with this XMP packet and nothing else that says something. */
    static byte[] jpegWithXmp(byte[] jpeg, String properties) {
        byte[] packet = join(utf8("http://ns.adobe.com/xap/1.0/\0"), xmp(properties));
        byte[] length = {(byte) ((packet.length + 2) >> 8), (byte) (packet.length + 2)};
        return join(
                Arrays.copyOf(jpeg, 2),
                new byte[] {(byte) 0xff, (byte) 0xe1},
                length,
                packet,
                Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** A PNG file with this XMP packet behind its header. */
    static byte[] pngWithXmp(byte[] png, String properties) {
        byte[] data = join(utf8("iTXtXML:com.adobe.xmp\0\0\0\0\0"), xmp(properties));
        CRC32 sum = new CRC32();
        sum.update(data);
        byte[] chunk = join(Corpus.ints(data.length - 4), data, Corpus.ints((int) sum.getValue()));
        return join(Arrays.copyOf(png, 33), chunk, Arrays.copyOfRange(png, 33, png.length));
    }

    static byte[] xmp(String properties) {
        return utf8(
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
                        + "<rdf:Description xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' "
                        + properties + "/></rdf:RDF></x:xmpmeta>");
    }

    /** A drone's subtitles, one a second, with this text each; {@code %d} is the number. */
    static byte[] subtitles(String text) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            all.append(i + 1)
                    .append(String.format("\n00:00:%02d,000 --> 00:00:%02d,000\n2026.05.20 16:06:%02d\n", i, i + 1, i))
                    .append(text.replace("%d", String.valueOf(i)))
                    .append("\n\n");
        }
        return utf8(all.toString());
    }

    static byte[] gpx(String body) {
        return utf8("<?xml version=\"1.0\"?><gpx version=\"1.1\" xmlns=\"http://www.topografix.com/GPX/1/1\">" + body
                + "</gpx>");
    }

    /** An MP4 file whose index is last, with this box at the end of the index. */
    static byte[] inIndex(byte[] mp4, byte[] box) {
        byte[] all = join(mp4, box);
        for (int at = 0; at + 8 <= mp4.length; at += ByteBuffer.wrap(mp4).getInt(at)) {
            if (new String(mp4, at + 4, 4, StandardCharsets.US_ASCII).equals("moov")) {
                ByteBuffer.wrap(all).putInt(at, ByteBuffer.wrap(mp4).getInt(at) + box.length);
                return all;
            }
        }
        throw new IllegalArgumentException("no index");
    }

    /** GoPro's box with the camera's model and serial number: keys, types, sizes, counts, values filled up to four bytes. */
    static byte[] goPro(String model, String serial) {
        byte[] fields = join(gpmf("MINF", model), gpmf("CASN", serial));
        byte[] device = ByteBuffer.allocate(8)
                .put(utf8("DEVC"))
                .put((byte) 0)
                .put((byte) 1)
                .putShort((short) fields.length)
                .array();
        return Corpus.box("udta", Corpus.box("GPMF", device, fields));
    }

    private static byte[] gpmf(String key, String text) {
        byte[] head = ByteBuffer.allocate(8)
                .put(utf8(key))
                .put((byte) 'c')
                .put((byte) 1)
                .putShort((short) text.length())
                .array();
        return join(head, Arrays.copyOf(utf8(text), (text.length() + 3) / 4 * 4));
    }

    /** A box with a packet of XMP (XMP part 3). */
    static byte[] xmpBox(String properties) {
        return Corpus.box("uuid", Corpus.ints(0xbe7acfcb, 0x97a942e8, 0x9c719994, 0x91e3afac), xmp(properties));
    }

    /** A stream of H.264 with what an AVCHD camcorder writes before its first picture: time, position, make, model. */
    static byte[] camcorder(byte[] h264) {
        byte[] data = join(
                Corpus.ints(0x17ee8c60, 0xf84d11d9, 0x8cd60800, 0x200c9a66),
                utf8("MDPM"),
                new byte[] {14},
                new byte[] {0x18, 0x10, 0x20, 0x26, 0x05}, // eight hours east; 2026, May
                new byte[] {0x19, 0x20, 0x16, 0x00, 0x07}, // the 20th, 16:00:07
                new byte[] {(byte) 0xb1, 'N', 0, 0, 0, (byte) 0xb2, 0, 39, 0, 1, (byte) 0xb3, 0, 54, 0, 1},
                new byte[] {(byte) 0xb4, 0, 15, 0, 1, (byte) 0xb5, 'E', 0, 0, 0, (byte) 0xb6, 0, 116, 0, 1},
                new byte[] {(byte) 0xb7, 0, 24, 0, 1, (byte) 0xb8, 0, 26, 0, 1},
                new byte[] {(byte) 0xe0, 0x01, 0x08, 0x00, 0x00},
                new byte[] {(byte) 0xe4, 'H', 'D', 'R', '-'},
                new byte[] {(byte) 0xe5, 'C', 'X', '4', '0'},
                new byte[] {(byte) 0xe6, '5', 0, 0, 0});
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.writeBytes(new byte[] {0, 0, 0, 1, 6, 5, (byte) data.length});
        int zeros = 0;
        for (byte b : data) {
            if (zeros == 2 && b >= 0 && b <= 3) {
                unit.write(3);
                zeros = 0;
            }
            zeros = b == 0 ? zeros + 1 : 0;
            unit.write(b);
        }
        unit.write(0x80);
        for (int at = 0; at + 4 < h264.length; at++) {
            boolean starts = h264[at] == 0 && h264[at + 1] == 0 && h264[at + 2] == 1 && (h264[at + 3] & 0x1f) == 6;
            if (starts) {
                return join(Arrays.copyOf(h264, at), unit.toByteArray(), Arrays.copyOfRange(h264, at, h264.length));
            }
        }
        throw new IllegalArgumentException("no place for it");
    }

    /** One field of a TIFF directory: a text, numbers of 16 or of 32 bits, bytes, or the fields of a directory of its own. */
    record Field(int tag, Object value) {}

    /** A TIFF file (TIFF 6.0), its low bytes first, with these fields in its first directory. */
    static byte[] tiff(Field... fields) {
        return join(utf8("II*\0"), little(8), directory(8, fields));
    }

    private static byte[] little(int number) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }

    /** A directory that begins at this byte of the file, with what its fields point to behind it. */
    private static byte[] directory(int at, Field... fields) {
        ByteBuffer entries = ByteBuffer.allocate(2 + 12 * fields.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        entries.putShort((short) fields.length);
        for (Field field : fields) {
            int place = at + entries.capacity() + more.size();
            byte[] data;
            int type;
            int count;
            if (field.value() instanceof String text) {
                data = utf8(text + "\0");
                type = 2;
                count = data.length;
            } else if (field.value() instanceof byte[] bytes) {
                data = bytes;
                type = 7;
                count = data.length;
            } else if (field.value() instanceof Short number) {
                data = new byte[] {(byte) (int) number, (byte) (number >> 8), 0, 0};
                type = 3;
                count = 1;
            } else if (field.value() instanceof Integer number) {
                data = little(number);
                type = 4;
                count = 1;
            } else {
                more.writeBytes(directory(place, (Field[]) field.value()));
                data = little(place);
                type = 4;
                count = 1;
            }
            entries.putShort((short) field.tag()).putShort((short) type).putInt(count);
            if (data.length <= 4) {
                entries.put(Arrays.copyOf(data, 4));
            } else {
                entries.putInt(at + entries.capacity() + more.size());
                more.writeBytes(Arrays.copyOf(data, data.length + data.length % 2));
            }
        }
        return join(entries.array(), more.toByteArray());
    }

    /** The same JPEG with this TIFF file as its Exif. */
    static byte[] jpegWithExif(byte[] jpeg, byte[] tiff) {
        byte[] exif = join(utf8("Exif\0\0"), tiff);
        byte[] head = {(byte) 0xff, (byte) 0xe1, (byte) ((exif.length + 2) >> 8), (byte) (exif.length + 2)};
        return join(Arrays.copyOf(jpeg, 2), head, exif, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** The fields of Exif that name make, model and this time. */
    static Field[] exif(String time, Field... more) {
        return new Field[] {
            new Field(0x010f, "Hikvision"),
            new Field(0x0110, "DS-MH2111"),
            new Field(0x8769, join(new Field[] {new Field(0x9003, time)}, more))
        };
    }

    private static Field[] join(Field[] fields, Field... more) {
        Field[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    /** The maker notes of a Reconyx HyperFire that was set off on 6 March 2020 at 09:05:07. */
    static byte[] reconyx() {
        ByteBuffer notes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        notes.putShort(0, (short) 0xf101);
        short[] time = {7, 5, 9, 3, 6, 2020};
        for (int i = 0; i < time.length; i++) {
            notes.putShort(0x16 + 2 * i, time[i]);
        }
        return notes.array();
    }

    /** A PNG file with this Exif as text, as ImageMagick writes it. */
    static byte[] pngWithProfile(byte[] png, byte[] tiff) {
        byte[] exif = join(utf8("Exif\0\0"), tiff);
        String digits = java.util.HexFormat.of().formatHex(exif);
        byte[] data = utf8("tEXtRaw profile type exif\0\nexif\n    " + exif.length + "\n" + digits + "\n");
        CRC32 sum = new CRC32();
        sum.update(data);
        byte[] chunk = join(Corpus.ints(data.length - 4), data, Corpus.ints((int) sum.getValue()));
        return join(Arrays.copyOf(png, 33), chunk, Arrays.copyOfRange(png, 33, png.length));
    }

    /** A HEIC file whose Exif stands behind so many bytes of media data. */
    static byte[] heicWithExif(byte[] tiff, int gap) {
        byte[] item = join(Corpus.ints(0), tiff);
        byte[] entry = Corpus.box("infe", join(Corpus.ints(0x02000000), new byte[] {0, 1, 0, 0}, utf8("Exif\0")));
        byte[] start = Corpus.box("ftyp", utf8("heic\0\0\0\0mif1heic"));
        byte[] size = Corpus.box("iprp", Corpus.box("ipco", Corpus.box("ispe", Corpus.ints(0, 320, 240))));
        byte[] handler = Corpus.box("hdlr", Corpus.ints(0, 0), utf8("pict"), new byte[13]);
        byte[] items = Corpus.box("iinf", new byte[] {0, 0, 0, 0, 0, 1}, entry);
        int places = 8 + 4 + 2 + 2 + 2 + 2 + 2 + 4 + 4;
        int at = start.length + 12 + handler.length + items.length + size.length + places + 8 + gap;
        byte[] place = Corpus.box(
                "iloc", Corpus.ints(0), new byte[] {0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1}, Corpus.ints(at, item.length));
        byte[] meta = Corpus.box("meta", Corpus.ints(0), handler, items, place, size);
        return join(start, meta, Corpus.box("mdat", new byte[gap], item));
    }

    /** Canon's CR3: two TIFF files in a box of the index. */
    static byte[] cr3(byte[] first, byte[] exif) {
        byte[] id = Corpus.ints(0x85c0b687, 0x820f11e0, 0x8111f4ce, 0x462b6a48);
        return join(
                Corpus.box("ftyp", utf8("crx \0\0\0\1crx isom")),
                Corpus.box("moov", Corpus.box("uuid", id, Corpus.box("CMT1", first), Corpus.box("CMT2", exif))));
    }

    /** Minolta's MRW: the size, and a TIFF file. */
    static byte[] mrw(int width, int height, byte[] tiff) {
        byte[] sizes = new byte[24];
        ByteBuffer.wrap(sizes).putShort(12, (short) height).putShort(14, (short) width);
        byte[] blocks =
                join(utf8("\0PRD"), Corpus.ints(sizes.length), sizes, utf8("\0TTW"), Corpus.ints(tiff.length), tiff);
        return join(utf8("\0MRM"), Corpus.ints(blocks.length), blocks);
    }

    /** Canon's CRW: a heap in a heap, with camera, time and size. */
    static byte[] crw() {
        byte[] camera = utf8("Canon\0Canon EOS D60\0\0");
        byte[] time = join(little(1_779_292_807), little(0), little(0)); // 20 May 2026, 16:00:07
        byte[] size = join(little(3072), little(2048), little(0));
        byte[] inner = heap(new int[] {0x080a, 0x180e, 0x1810}, camera, time, size);
        byte[] head = join(utf8("II"), little(26), utf8("HEAPCCDR"), little(0x10002), little(0), little(0));
        return join(head, heap(new int[] {0x300a}, inner));
    }

    private static byte[] heap(int[] tags, byte[]... parts) {
        byte[] data = join(parts);
        ByteBuffer directory = ByteBuffer.allocate(2 + 10 * tags.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        directory.putShort((short) tags.length);
        int at = 0;
        for (int i = 0; i < tags.length; i++) {
            directory.putShort((short) tags[i]).putInt(parts[i].length).putInt(at);
            at += parts[i].length;
        }
        return join(data, directory.putInt(data.length).array());
    }

    /** The same file with other bytes behind the first place of this text. */
    static byte[] behind(byte[] file, String text, int offset, byte... bytes) {
        byte[] copy = file.clone();
        byte[] what = utf8(text);
        for (int at = 0; at + what.length <= copy.length; at++) {
            if (Arrays.equals(copy, at, at + what.length, what, 0, what.length)) {
                System.arraycopy(bytes, 0, copy, at + what.length + offset, bytes.length);
                return copy;
            }
        }
        throw new IllegalArgumentException("no " + text);
    }

    /** The file up to the first place of these bytes. */
    static byte[] before(byte[] file, byte... what) {
        for (int at = 0; at + what.length <= file.length; at++) {
            if (Arrays.equals(file, at, at + what.length, what, 0, what.length)) {
                return Arrays.copyOf(file, at);
            }
        }
        throw new IllegalArgumentException("they are not in it");
    }

    /** A chunk of RIFF at the end of the file. */
    static byte[] withChunk(byte[] riff, String id, byte[] data) {
        byte[] chunk = join(utf8(id), little(data.length), Arrays.copyOf(data, data.length + data.length % 2));
        byte[] all = join(riff, chunk);
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putInt(4, all.length - 8);
        return all;
    }

    /** An office document of the strict form (ISO/IEC 29500-1), with next to nothing in it. */
    static byte[] strictDocument() throws IOException {
        String types = "http://purl.oclc.org/ooxml/officeDocument/";
        String word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
        String[][] parts = {
            {
                "[Content_Types].xml",
                "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
                        + "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
                        + "<Default Extension='xml' ContentType='application/xml'/>"
                        + "<Override PartName='/word/document.xml' ContentType='" + word + "'/></Types>"
            },
            {
                "_rels/.rels",
                "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
                        + "<Relationship Id='r1' Type='" + types
                        + "relationships/officeDocument' Target='word/document.xml'/>"
                        + "</Relationships>"
            },
            {
                "word/document.xml",
                "<w:document xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main'><w:body/></w:document>"
            },
            {
                "docProps/core.xml",
                "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties'"
                        + " xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:dcterms='http://purl.org/dc/terms/'>"
                        + "<dc:creator>110023</dc:creator><dcterms:created>2026-05-20T08:00:07Z</dcterms:created>"
                        + "</cp:coreProperties>"
            },
            {"docProps/app.xml", "<Properties xmlns='" + types + "extendedProperties'><Pages>3</Pages></Properties>"}
        };
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String[] part : parts) {
                zip.putNextEntry(new ZipEntry(part[0]));
                zip.write(utf8(part[1]));
            }
        }
        return bytes.toByteArray();
    }
}
