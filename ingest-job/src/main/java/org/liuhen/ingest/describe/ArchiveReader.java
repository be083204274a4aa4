package org.liuhen.ingest.describe;

import com.github.junrar.Archive;
import com.github.junrar.exception.RarException;
import com.github.junrar.rarfile.FileHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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
import org.apache.commons.io.input.ChecksumInputStream;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.ingest.describe.Description.Member;

/**
 * What is packed in a ZIP, 7z, RAR or TAR file: each member with the digest of its bytes, so that a file that was brought in an
 * archive can be found again. Archives in archives are members like others and are not unpacked.
 */
final class ArchiveReader {
    private static final int MEMBERS_MAX = 10_000;
    private static final long UNPACKED_BYTES_MAX = 1L << 30;
    private static final int MEMORY_KIB_MAX = 128 * 1024;
    private static final String TOO_LARGE = "the archive is too large to be unpacked here";
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
                    if (COMPRESSED.contains(mediaType)) {
                        reader.compressed(file);
                    }
                    return;
                }
            }
        } catch (IOException | RarException | RuntimeException damaged) {
            facts.failed("archive", damaged);
        }
        if (reader.count > 0) {
            facts.computed("memberCount", String.valueOf(reader.count), null, mediaType);
        }
    }

    private interface Bytes {
        InputStream open() throws IOException;
    }

    private void member(String name, long size, boolean encrypted, Bytes bytes) {
        count++;
        if (facts.members.size() >= MEMBERS_MAX) {
            return;
        }
        String reason = whyNotUnpacked(encrypted);
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
        facts.members.add(new Member(name.length() > 500 ? name.substring(0, 500) : name, length, digest, reason));
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
                    member(
                            entry.getName(),
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
                    member(here.getName(), here.getSize(), false, () -> archive.getInputStream(here));
                }
            }
        }
    }

    private void rar(Path file) throws IOException, RarException {
        try (Archive archive = new Archive(file.toFile())) {
            for (FileHeader header : archive.getFileHeaders()) {
                if (!header.isDirectory()) {
                    member(header.getFileName(), header.getFullUnpackSize(), header.isEncrypted(), () -> {
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
        try (TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    member(entry.getName(), entry.getSize(), false, () -> new NotClosed(tar));
                }
                if (unpacked >= UNPACKED_BYTES_MAX) {
                    return; // what follows could only be reached by unpacking this
                }
            }
        }
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
                member("(compressed data)", -1, false, () -> new NotClosed(in));
            }
        } catch (CompressorException notOne) {
            throw new IOException(notOne.getMessage(), notOne);
        }
        facts.computed("memberCount", String.valueOf(count), null, "compressed data");
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
