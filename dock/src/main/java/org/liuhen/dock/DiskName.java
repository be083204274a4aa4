package org.liuhen.dock;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of files whose bytes are not UTF-8, such as those that a Chinese Windows or an old camera wrote. Java shows U+FFFD for bytes that
 * are no character, and does not find the file by that text again.
 */
public final class DiskName {
    private static final String UNREAD = "\ufffd";

    /** What such names are written in where the law asks for it, and a superset of GBK and GB 2312. */
    private static final Charset GB = Charset.forName("GB18030");

    private DiskName() {}

    /**
     * The file that was named on a command line. Where its name is not UTF-8, Java lost its bytes on the way: then it is the one file there that
     * reads the same.
     */
    public static Path find(Path typed) throws IOException {
        Path name = typed.getFileName();
        if (name == null || Files.exists(typed) || !typed.toString().contains(UNREAD)) {
            return typed;
        }
        Path folder = typed.getParent() == null ? Path.of("") : find(typed.getParent());
        List<Path> same = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                folder, file -> file.getFileName().toString().equals(name.toString()))) {
            files.forEach(same::add);
        }
        if (same.size() > 1) {
            throw new IOException("DK-115 " + same.size() + " files have names that are not UTF-8 and read as " + typed
                    + ". Rename them, or upload them one by one from a folder of their own");
        }
        return same.isEmpty() ? typed : same.get(0);
    }

    /** Whether the bytes of this file's name are not UTF-8. */
    public static boolean isUnread(Path file) {
        return file.getFileName().toString().contains(UNREAD) && text(file, StandardCharsets.UTF_8) == null;
    }

    /** The name to show: as it is; as GB 18030 where its bytes are not UTF-8; or with U+FFFD where they are not that either. */
    public static String readable(Path file) {
        if (!isUnread(file)) {
            return file.getFileName().toString();
        }
        String read = text(file, GB);
        return read == null ? file.getFileName().toString() : read;
    }

    private static String text(Path file, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes(file))).toString();
        } catch (CharacterCodingException other) {
            return null;
        }
    }

    /** The bytes of the name. Java gives them as the address of the file alone. */
    private static byte[] bytes(Path file) {
        String address = file.toUri().getRawPath();
        String name = address.replaceFirst("/$", "").replaceFirst(".*/", "");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '%') {
                bytes.write(Integer.parseInt(name.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(name.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
