package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.describe.readback.Structure;
import org.liuhen.describe.readback.Zeros;

/** What the structure of small files says, whole and cut; DescribeIT has real recordings. */
class StructureReaderTest {
    @TempDir
    private Path folder;

    private final Facts facts = new Facts();

    private String damage(byte[] file, Structure.Kind kind, Zeros... zeros) throws IOException {
        Path path = Files.write(folder.resolve("item"), file);
        facts.values.removeIf(value -> !value.source().equals("test"));
        Request request =
                new Request(Request.Mode.ALL, "a", kind, true, List.of(), file.length, List.of(zeros), -1, List.of());
        StructureReader.read(facts, path, request, null);
        assertEquals(List.of(), facts.failures);
        return value("damage");
    }

    private String damage(byte[] file) throws IOException {
        return damage(file, Structure.Kind.OTHER);
    }

    private String value(String name) {
        return facts.values.stream()
                .filter(value -> value.name().equals(name))
                .map(Value::value)
                .findFirst()
                .orElse(null);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A second of sound at 8 kHz, 8 bits. */
    private static byte[] wav(int length) {
        ByteBuffer wav = ByteBuffer.allocate(44 + 8_000).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(36 + length).put(ascii("WAVEfmt ")).putInt(16);
        wav.putShort((short) 1).putShort((short) 1).putInt(8_000).putInt(8_000);
        wav.putShort((short) 1).putShort((short) 8).put(ascii("data")).putInt(length);
        return wav.array();
    }

    @Test
    void wav() throws Exception {
        assertNull(damage(wav(8_000)));
        assertEquals(
                "truncated: the sound (the data chunk) ends at byte 8044, the file at 4044",
                damage(Arrays.copyOf(wav(8_000), 4_044)));
        assertEquals("1.000000", value(Durations.DECLARED));
        assertEquals("0.500000", value(Durations.PLAYABLE));
        assertEquals("not finished: the length of its data was never written", damage(wav(0)));
        assertEquals("1.000000", value(Durations.PLAYABLE));
    }

    private static byte[] png(String... chunks) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0x89504e470d0a1a0aL);
        for (String chunk : chunks) {
            CRC32 sum = new CRC32();
            sum.update(ascii(chunk));
            out.writeInt(chunk.length() - 4);
            out.writeBytes(chunk);
            out.writeInt((int) sum.getValue());
        }
        return bytes.toByteArray();
    }

    @Test
    void png() throws Exception {
        byte[] whole = png("IHDR" + "x".repeat(13), "IEND");
        assertNull(damage(whole));
        assertEquals("truncated: the picture has no end (IEND)", damage(png("IHDR" + "x".repeat(13))));
        assertEquals("truncated: the chunk IHDR ends at byte 33, the file at 32", damage(Arrays.copyOf(whole, 32)));
        whole[20] ^= 1;
        assertEquals("malformed: the chunk IHDR at byte 8 has a wrong checksum", damage(whole));
        damage(Arrays.copyOf(png("IHDR" + "x".repeat(13), "IEND"), 45 + 100));
        assertEquals("100", value("appendedBytes"));
        assertNull(value("appendedType"), "zeros are padding");
    }

    @Test
    void jpeg() throws Exception {
        String picture = "\u00ff\u00d8\u00ff\u00e0\0\u0004ab\u00ff\u00da\0\u0002" + "x".repeat(40) + "\u00ff\0y";
        assertNull(damage(ascii(picture + "\u00ff\u00d9")));
        assertEquals("truncated: the picture has no end (EOI)", damage(ascii(picture)));
        assertEquals(
                "malformed: at byte 8 of the picture stands no marker",
                damage(ascii("\u00ff\u00d8\u00ff\u00e0\0\u0004ab" + "x".repeat(40))));
    }

    @Test
    void zip() throws Exception {
        String list = "PK\u0005\u0006" + "\0".repeat(18);
        assertNull(damage(ascii("PK\u0003\u0004" + "x".repeat(30) + list)));
        assertEquals(
                "truncated: the list of members, which stands at the end, is missing",
                damage(ascii("PK\u0003\u0004" + "x".repeat(30))));
    }

    @Test
    void matroska() throws Exception {
        String header = "\u001aE\u00df\u00a3\u0080";
        String segment = "\u0018S\u0080g";
        assertNull(damage(ascii(header + segment + "\u00a0" + "x".repeat(32))));
        assertEquals(
                "truncated: the segment ends at byte 42, the file at 41",
                damage(ascii(header + segment + "\u00a0" + "x".repeat(31))));
        assertEquals("malformed: behind its header no segment begins", damage(ascii(header + "y".repeat(40))));
        assertEquals(
                "malformed: a segment of Matroska begins at byte 3, and its header is not there",
                damage(ascii("abc" + segment + "\u0080\u0015I\u00a9f" + "x".repeat(40))));
    }

    @Test
    void aLengthOfMatroskaHasItsMarkerAndMayBeUnknown() {
        ByteBuffer bytes = ByteBuffer.wrap(ascii("\u0081@\u0002\u00ff\u0001"));
        assertEquals(new MatroskaStructure.VarInt(1, 1), MatroskaStructure.length(bytes, 0));
        assertEquals(new MatroskaStructure.VarInt(2, 2), MatroskaStructure.length(bytes, 1));
        assertEquals(-1, MatroskaStructure.length(bytes, 3).value());
        assertNull(MatroskaStructure.length(bytes, 4), "seven more bytes would have to follow");
        assertNull(MatroskaStructure.length(bytes, 5));
    }

    @Test
    void packetsOfOneLength() throws Exception {
        byte[] packets = new byte[3 * 188];
        packets[0] = 0x47;
        assertNull(damage(packets, Structure.Kind.OTHER_MEDIA));
        assertEquals(
                "truncated: of the last of the transport packets there are 187 of 188 bytes",
                damage(Arrays.copyOf(packets, 3 * 188 - 1), Structure.Kind.OTHER_MEDIA));
    }

    @Test
    void zerosCountOutsideOfRoomThatIsKept() throws Exception {
        facts.add(new Value("container", "avi", null, "test", "test", "1", Value.Confidence.STATED));
        facts.add(new Value("videoCodec", "h264", null, "test", "test", "1", Value.Confidence.STATED));
        byte[] file = "x".repeat(40).getBytes(StandardCharsets.US_ASCII);
        Zeros inMedia = new Zeros(1_000, 6_000, "00".repeat(64));
        String header = "00".repeat(56) + "4A554E4B" + "88130000"; // JUNK, 5000
        Zeros inJunk = new Zeros(1_000, 6_000, header);
        Zeros beyondJunk = new Zeros(1_000, 6_001, header);
        assertNull(damage(file, Structure.Kind.OTHER_MEDIA, inJunk));
        assertEquals(
                "zeros: 5000 bytes of the media data are zero, the first at byte 1000",
                damage(file, Structure.Kind.OTHER_MEDIA, inJunk, inMedia));
        assertEquals(
                "zeros: 5001 bytes of the media data are zero, the first at byte 1000",
                damage(file, Structure.Kind.OTHER_MEDIA, beyondJunk));
    }
}
