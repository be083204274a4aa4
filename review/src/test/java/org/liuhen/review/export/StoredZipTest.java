package org.liuhen.review.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.review.export.StoredZip.Member;

class StoredZipTest {
    private static final List<String> NAMES = List.of("x/bagit.txt", "x/data/空", "x/data/讯问笔录 1.txt", "x/last");
    private static final List<byte[]> CONTENTS = List.of(random(41), new byte[0], random(300), random(1));

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Member member(String name, byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return new Member(name, bytes.length, crc.getValue());
    }

    private static StoredZip zip() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            members.add(member(NAMES.get(i), CONTENTS.get(i)));
        }
        return new StoredZip(members);
    }

    private static byte[] range(StoredZip zip, long from, long to, List<byte[]> contents) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        zip.write(
                out,
                from,
                to,
                (i, first, end) -> new ByteArrayInputStream(contents.get(i), (int) first, (int) (end - first)));
        return out.toByteArray();
    }

    @Test
    void otherProgramsReadIt(@TempDir Path folder) throws Exception {
        StoredZip zip = zip();
        byte[] whole = range(zip, 0, zip.size(), CONTENTS);
        assertEquals(zip.size(), whole.length);
        try (ZipFile file =
                new ZipFile(Files.write(folder.resolve("a.zip"), whole).toFile())) {
            assertEquals(NAMES, file.stream().map(ZipEntry::getName).toList());
            for (int i = 0; i < NAMES.size(); i++) {
                assertArrayEquals(
                        CONTENTS.get(i),
                        file.getInputStream(file.getEntry(NAMES.get(i))).readAllBytes());
            }
        }
        // Reads the headers before the bytes, not the directory, and compares the checksums.
        try (ZipInputStream stream = new ZipInputStream(new ByteArrayInputStream(whole))) {
            for (int i = 0; i < NAMES.size(); i++) {
                assertEquals(NAMES.get(i), stream.getNextEntry().getName());
                assertArrayEquals(CONTENTS.get(i), stream.readAllBytes());
            }
        }
    }

    /** Debian's unzip takes names for those of an old code page where a file was not made on Unix, and gives them no rights but those that stand there. */
    @Test
    void aProgramOfTheFieldUnpacksTheNamesAsTheyAre(@TempDir Path folder) throws Exception {
        StoredZip zip = zip();
        Path file = Files.write(folder.resolve("a.zip"), range(zip, 0, zip.size(), CONTENTS));
        Process unzip = new ProcessBuilder("unzip", "-q", file.toString(), "-d", folder.toString())
                .inheritIO()
                .start();
        assertEquals(0, unzip.waitFor());
        for (int i = 0; i < NAMES.size(); i++) {
            Path unpacked = folder.resolve(NAMES.get(i));
            assertArrayEquals(CONTENTS.get(i), Files.readAllBytes(unpacked));
            assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked)));
        }
    }

    @Test
    void eachRangeIsWhatItIsOfTheWhole() throws Exception {
        StoredZip zip = zip();
        byte[] whole = range(zip, 0, zip.size(), CONTENTS);
        for (int from = 0; from <= whole.length; from++) {
            for (int to = from; to <= whole.length; to += 1 + (from + to) % 7) {
                assertArrayEquals(
                        Arrays.copyOfRange(whole, from, to), range(zip, from, to, CONTENTS), from + " to " + to);
            }
        }
    }

    @Test
    void opensWhatIsInTheRangeAlone() throws Exception {
        List<String> opened = new ArrayList<>();
        int header = 30 + NAMES.get(0).length();
        zip().write(new ByteArrayOutputStream(), header + 40, header + 42, (i, from, to) -> {
            opened.add(i + " " + from + " " + to);
            return new ByteArrayInputStream(CONTENTS.get(i), (int) from, (int) (to - from));
        });
        assertEquals(List.of("0 40 41"), opened);
    }

    @Test
    void aMemberThatGivesFewerBytesEndsTheAnswer() {
        StoredZip zip = zip();
        assertThrows(
                IOException.class,
                () -> zip.write(
                        new ByteArrayOutputStream(), 0, zip.size(), (i, from, to) -> InputStream.nullInputStream()));
    }

    /** Members at and over 4 GiB, members behind them, and more than 65,535 of them. The file has holes where the large ones are. */
    @Test
    void largeAndManyMembersAreReadByOthers(@TempDir Path folder) throws Exception {
        List<Member> members = new ArrayList<>();
        members.add(new Member("x/over", (4L << 30) + 5, 0));
        members.add(new Member("x/limit", 0xFFFF_FFFFL, 0));
        members.add(new Member("x/below", 0xFFFF_FFFEL, 0));
        List<byte[]> contents = new ArrayList<>(Arrays.asList(null, null, null));
        for (int i = 0; i < 66_000; i++) {
            byte[] bytes = ("number " + i).getBytes(StandardCharsets.UTF_8);
            members.add(member("x/" + i, bytes));
            contents.add(bytes);
        }
        StoredZip zip = new StoredZip(members);
        Path path = folder.resolve("large.zip");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long place = 0;
            for (int i = 0; i < 3; i++) {
                int header = 30 + members.get(i).path().length() + (i < 2 ? 20 : 0);
                file.seek(place);
                file.write(range(zip, place, place + header, contents));
                place += header + members.get(i).size();
            }
            file.seek(place);
            file.write(range(zip, place, zip.size(), contents));
        }
        try (ZipFile file = new ZipFile(path.toFile())) {
            assertEquals(66_003, file.size());
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        members.get(i).size(),
                        file.getEntry(members.get(i).path()).getSize());
            }
            for (int i : List.of(3, 40_000, 66_002)) {
                assertArrayEquals(
                        contents.get(i),
                        file.getInputStream(file.getEntry(members.get(i).path()))
                                .readAllBytes());
            }
        }
    }
}
