package org.liuhen.describe;

import com.github.junrar.Archive;
import com.github.junrar.exception.RarException;
import com.github.junrar.rarfile.FileHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.apache.commons.io.input.BoundedInputStream;
import org.apache.commons.io.input.ChecksumInputStream;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.describe.Description.Member;
import org.liuhen.describe.Value.Confidence;

/**
 * What is packed in a ZIP, 7z, RAR or TAR file: each member with the digest of its bytes, so that a file that was brought in an
 * archive can be found again. Archives in archives are members like others and are not unpacked.
 */
final class ArchiveReader {
    private static final int MEMBERS_MAX = 10_000;
    private static final long UNPACKED_BYTES_MAX = 1L << 30;
    private static final int MEMORY_KIB_MAX = 128 * 1024;
    private static final String TOO_LARGE = "the archive is too large to be unpacked here";
    private static final int NAME_CHARACTERS_MAX = 500;
    private static final Charset CP437 = Charset.forName("IBM437"); // the default of ZIP (APPNOTE, D)
    private static final long RAR5 = 0x526172211a070100L;
    private static final int RAR5_HEADER_MAX = 2 << 20;
    private static final Set<String> OTHERS = Set.of(
            "application/x-7z-compressed",
            "application/x-rar-compressed",
            "application/vnd.rar",
            "application/x-tar",
            "application/x-gtar");
    private static final Set<String> COMPRESSED =
            Set.of("application/gzip", "application/x-bzip2", "application/x-xz", "application/x-compressed-tar");

    private final Facts facts;
    private final boolean whole;
    private final Map<Integer, byte[]> rawNames =
            new HashMap<>(); // of members whose names do not say in which set they are
    private long unpacked;
    private long count;

    private ArchiveReader(Facts facts, boolean whole) {
        this.facts = facts;
        this.whole = whole;
    }

    /** Lists the members of an archive of this type; does nothing for other types. */
    static void addTo(Facts facts, Path file, String mediaType, boolean whole) {
        ArchiveReader reader = new ArchiveReader(facts, whole);
        String type = mediaType.replaceFirst(";.*", ""); // RAR has its version behind
        if (!whole && (OTHERS.contains(type) || COMPRESSED.contains(type))) {
            facts.failures.add("archive: " + TOO_LARGE); // only of a ZIP file the list stands at one place, the end
            return;
        }
        try {
            switch (type) {
                case "application/zip" -> reader.zip(file);
                case "application/x-7z-compressed" -> reader.sevenZip(file);
                case "application/x-rar-compressed", "application/vnd.rar" -> reader.rar(file);
                case "application/x-tar", "application/x-gtar" -> {
                    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                        reader.tar(in);
                    }
                }
                default -> {
                    if (!COMPRESSED.contains(type)) {
                        return;
                    }
                    reader.compressed(file);
                }
            }
        } catch (IOException | RarException | RuntimeException damaged) {
            facts.failed("archive", damaged);
        }
        reader.decodeNames(type.equals("application/zip") ? CP437 : StandardCharsets.ISO_8859_1);
        if (reader.count > 0) {
            facts.computed("memberCount", String.valueOf(reader.count), null, mediaType);
        }
    }

    /** Names in the one set that all of them are in; what is no name of any is kept byte by byte. */
    private void decodeNames(Charset otherwise) {
        Charset charset = MemberNames.of(rawNames.values(), otherwise);
        rawNames.forEach((at, raw) -> {
            Member member = facts.members.get(at);
            facts.members.set(
                    at,
                    new Member(cut(new String(raw, charset)), member.sizeBytes(), member.sha256(), member.reason()));
        });
        if (!charset.equals(StandardCharsets.US_ASCII)) {
            facts.add(new Value(
                    "nameCharset",
                    charset.name(),
                    null,
                    "bytes of the members' names",
                    "liuhen",
                    EventContext.VERSION,
                    Confidence.GUESSED));
        }
    }

    private static String cut(String name) {
        return name.length() > NAME_CHARACTERS_MAX ? name.substring(0, NAME_CHARACTERS_MAX) : name;
    }

    private interface Bytes {
        InputStream open() throws IOException;
    }

    private void member(String name, byte[] rawName, long size, boolean encrypted, Bytes bytes) {
        member(name, rawName, size, encrypted, null, bytes);
    }

    private void member(String name, byte[] rawName, long size, boolean encrypted, String why, Bytes bytes) {
        count++;
        if (facts.members.size() >= MEMBERS_MAX) {
            return;
        }
        if (rawName != null) {
            rawNames.put(facts.members.size(), rawName);
        }
        String reason = why == null || encrypted ? whyNotUnpacked(encrypted) : why;
        if (encrypted && !facts.has("encrypted")) {
            facts.computed("encrypted", "true", null, "member " + name);
        }
        String digest = null;
        long length = size;
        if (reason == null) {
            MessageDigest sha256 = Sha256Digest.algorithm();
            long before = unpacked;
            try (InputStream in = bytes.open()) {
                byte[] buffer = new byte[64 * 1024];
                for (int read = in.read(buffer); read >= 0 && unpacked < UNPACKED_BYTES_MAX; read = in.read(buffer)) {
                    sha256.update(buffer, 0, read);
                    unpacked += read;
                }
                if (unpacked < UNPACKED_BYTES_MAX) {
                    digest = Sha256Digest.ofRaw(sha256.digest()).hex();
                    length = unpacked - before;
                } else {
                    reason = "it unpacks to more than this reader reads (" + UNPACKED_BYTES_MAX + " bytes in all)";
                }
            } catch (IOException | RuntimeException damaged) {
                reason = "damaged: " + Facts.words(damaged);
            }
        }
        facts.members.add(new Member(cut(name), length, digest, reason));
    }

    private String whyNotUnpacked(boolean encrypted) {
        if (encrypted) {
            return "encrypted";
        }
        if (!whole) {
            return TOO_LARGE;
        }
        return unpacked < UNPACKED_BYTES_MAX ? null : "more than " + UNPACKED_BYTES_MAX + " bytes are packed before it";
    }

    private void zip(Path file) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            var entries = zip.getEntries();
            while (entries.hasMoreElements()) {
                ZipArchiveEntry entry = entries.nextElement();
                if (!entry.isDirectory()) {
                    boolean stated = entry.getNameSource() != ZipArchiveEntry.NameSource.NAME;
                    member(
                            entry.getName(),
                            stated ? null : entry.getRawName(),
                            entry.getSize(),
                            entry.getGeneralPurposeBit().usesEncryption(),
                            () -> ChecksumInputStream.builder() // the library itself does not look at it
                                    .setChecksum(new CRC32())
                                    .setExpectedChecksumValue(entry.getCrc())
                                    .setCountThreshold(entry.getSize())
                                    .setInputStream(zip.getInputStream(entry))
                                    .get());
                }
            }
        }
    }

    private void sevenZip(Path file) throws IOException {
        try (SevenZFile archive = SevenZFile.builder()
                .setPath(file)
                .setMaxMemoryLimitKb(MEMORY_KIB_MAX)
                .get()) {
            for (SevenZArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (!entry.isDirectory()) {
                    SevenZArchiveEntry here = entry;
                    member(here.getName(), null, here.getSize(), false, () -> archive.getInputStream(here));
                }
            }
        }
    }

    private void rar(Path file) throws IOException, RarException {
        if (rar5(file)) {
            return;
        }
        try (Archive archive = new Archive(file.toFile())) {
            for (FileHeader header : archive.getFileHeaders()) {
                if (!header.isDirectory()) {
                    byte[] raw = header.isUnicode() ? null : header.getFileNameByteArray();
                    member(header.getFileName(), raw, header.getFullUnpackSize(), header.isEncrypted(), () -> {
                        try {
                            return archive.getInputStream(header);
                        } catch (RuntimeException damaged) {
                            throw new IOException(damaged.getMessage(), damaged);
                        }
                    });
                }
            }
        }
    }

    private void tar(InputStream in) throws IOException {
        // In this set each byte is one character; what has others comes from a header of its own, which is UTF-8.
        try (TarArchiveInputStream tar = new TarArchiveInputStream(in, "ISO-8859-1")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    String name = entry.getName();
                    boolean bytes = name.chars().allMatch(c -> c < 0x100);
                    byte[] raw = bytes ? name.getBytes(StandardCharsets.ISO_8859_1) : null;
                    member(name, raw, entry.getSize(), false, () -> new NotClosed(tar));
                }
                if (unpacked >= UNPACKED_BYTES_MAX) {
                    return; // what follows could only be reached by unpacking this
                }
            }
        }
    }

    /**
     * RAR 5 (its technical note at rarlab.com): blocks, each with a checksum, its length and its type. Members are listed; the digest of one
     * that is stored as it is can be had, the others are not unpacked. Says whether it is such an archive.
     */
    private boolean rar5(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer start = read(channel, 0, 8);
            if (start.limit() < 8 || start.getLong(0) != RAR5) {
                return false;
            }
            for (long at = 8; at < channel.size(); ) {
                ByteBuffer head = read(channel, at, 7);
                int sum = head.order(ByteOrder.LITTLE_ENDIAN).remaining() < 5 ? 0 : head.getInt();
                long length = number(head);
                int lengthEnd = head.position();
                ByteBuffer block = read(channel, at + 4, (int) Math.min(length, RAR5_HEADER_MAX) + lengthEnd - 4);
                CRC32 computed = new CRC32();
                computed.update(block.duplicate());
                if (computed.getValue() != Integer.toUnsignedLong(sum)) {
                    throw new IOException("the header at byte " + at + " is damaged or cut off");
                }
                block.order(ByteOrder.LITTLE_ENDIAN).position(lengthEnd - 4);
                long type = number(block);
                long flags = number(block);
                long extra = (flags & 1) == 0 ? 0 : number(block);
                long data = (flags & 2) == 0 ? 0 : number(block);
                long from = at + lengthEnd + length;
                if (type == 4) {
                    facts.computed("encrypted", "true", null, "the list of members");
                    return true;
                }
                if (type == 5) {
                    return true;
                }
                if (type == 2) {
                    rar5Member(file, block, extra, (flags & 0x18) != 0, from, data);
                }
                at = from + data;
            }
        } catch (BufferUnderflowException cut) {
            throw new IOException("the archive is cut off", cut);
        }
        throw new IOException("the archive has no end; members may be missing");
    }

    private void rar5Member(Path file, ByteBuffer block, long extra, boolean split, long from, long data) {
        long flags = number(block);
        long size = number(block);
        number(block); // attributes
        block.position(block.position() + ((flags & 2) == 0 ? 0 : 4) + ((flags & 4) == 0 ? 0 : 4));
        boolean stored = ((number(block) >> 7) & 7) == 0;
        number(block); // of which system it is
        byte[] name = new byte[(int) Math.min(number(block), block.remaining())];
        block.get(name);
        boolean encrypted = false;
        block.position(Math.max(block.position(), block.limit() - (int) Math.min(extra, block.limit())));
        while (block.hasRemaining()) {
            long record = number(block);
            int end = block.position() + (int) Math.min(record, block.remaining());
            encrypted |= end > block.position() && number(block) == 1;
            block.position(end);
        }
        if ((flags & 1) == 0) {
            String why = stored && !split ? null : "packed by RAR 5, which is listed here and not unpacked";
            boolean known = (flags & 8) == 0;
            member(new String(name, StandardCharsets.UTF_8), null, known ? size : -1, encrypted, why, () -> {
                FileChannel channel = FileChannel.open(file).position(from);
                return new BoundedInputStream.Builder()
                        .setInputStream(Channels.newInputStream(channel))
                        .setMaxCount(data)
                        .get();
            });
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            // until all are there
        }
        return bytes.flip();
    }

    /** Seven bits in a byte, the lowest first; the eighth bit is set where another byte follows. */
    private static long number(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                break;
            }
        }
        return value;
    }

    /** A compressed file is a TAR file or one member without a name. */
    private void compressed(Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
                InputStream in = new BufferedInputStream(
                        new CompressorStreamFactory(true, MEMORY_KIB_MAX).createCompressorInputStream(raw))) {
            in.mark(1024);
            byte[] head = in.readNBytes(512);
            in.reset();
            if (head.length == 512 && TarArchiveInputStream.matches(head, head.length)) {
                tar(new Limited(in, UNPACKED_BYTES_MAX));
            } else {
                member("(compressed data)", null, -1, false, () -> new NotClosed(in));
            }
        } catch (CompressorException notOne) {
            throw new IOException(notOne.getMessage(), notOne);
        }
    }

    /** One entry of a stream: the end of the entry is not the end of the stream. */
    private static final class NotClosed extends java.io.FilterInputStream {
        NotClosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
