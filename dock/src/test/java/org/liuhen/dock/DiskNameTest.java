package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskNameTest {
    @TempDir
    private Path folder;

    /** A name of these bytes, which no text of Java is. */
    private Path raw(String percent) throws IOException {
        return Files.write(Path.of(URI.create(folder.toUri() + percent)), new byte[] {1});
    }

    @Test
    void aNameInGbkIsFoundByWhatIsShownAndRead() throws IOException {
        Path file = raw("%B2%E2%CA%D4.mp4");
        Path typed = folder.resolve(file.getFileName().toString());
        assertFalse(Files.exists(typed), "Java does not find it by its text");
        assertEquals(file, DiskName.find(typed));
        assertTrue(DiskName.isUnread(file));
        assertEquals("\u6d4b\u8bd5.mp4", DiskName.readable(file));
    }

    @Test
    void folderToo() throws IOException {
        Path inner = Files.createDirectory(Path.of(URI.create(folder.toUri() + "%B2%E2")));
        Path file = Files.write(inner.resolve("a.mp4"), new byte[] {1});
        assertEquals(file, DiskName.find(Path.of(file.toString())));
        assertEquals("a.mp4", DiskName.readable(file));
    }

    @Test
    void twoThatReadTheSameAreNotGuessed() throws IOException {
        raw("%B2%E2.mp4");
        Path other = raw("%B2%E3.mp4");
        assertThrows(
                IOException.class,
                () -> DiskName.find(folder.resolve(other.getFileName().toString())));
    }

    @Test
    void whatIsNotGb18030EitherIsShownAsFarAsItCanBe() throws IOException {
        Path file = raw("a%FF%FF.mp4");
        assertTrue(DiskName.isUnread(file));
        assertTrue(DiskName.readable(file).startsWith("a\ufffd"));
    }

    @Test
    void aNameInUtf8IsItselfEvenWithAReplacementCharacter() throws IOException {
        for (String name : new String[] {"\u6d4b\u8bd5.mp4", "\ufffd.mp4", "a b%.mp4"}) {
            Path file = Files.write(folder.resolve(name), new byte[] {1});
            assertFalse(DiskName.isUnread(file));
            assertEquals(name, DiskName.readable(file));
            assertEquals(file, DiskName.find(file));
        }
    }
}
