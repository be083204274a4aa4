package org.liuhen.storage.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.VaultException;

/** Complete objects as read-only files. Nothing stops the administrator of the machine, and seals and the probe say so. */
final class DirectoryEvidence implements EvidenceStore {
    private final DirectoryLayout layout;
    private final boolean immutable;

    /**
     * Objects of this directory.
     *
     * @param immutable whether sealed files also get the immutable attribute, which only root can set
     */
    DirectoryEvidence(DirectoryLayout layout, boolean immutable) {
        this.layout = layout;
        this.immutable = immutable;
    }

    @Override
    public InputStream open(StoredObject object) throws IOException {
        return Files.newInputStream(object(object));
    }

    @Override
    public InputStream open(StoredObject object, long fromByte, long toByte) throws IOException {
        FileChannel channel = FileChannel.open(object(object), StandardOpenOption.READ);
        channel.position(fromByte);
        return new BoundedInputStream(Channels.newInputStream(channel), toByte - fromByte);
    }

    @Override
    public Seal seal(StoredObject object, Instant retainUntil) throws IOException {
        Path file = object(object);
        Path lock = file.resolveSibling(file.getFileName() + ".seal");
        Instant until = retainUntil;
        if (Files.exists(lock)) {
            Instant before = Instant.parse(Files.readString(lock));
            until = before.isAfter(until) ? before : until; // a lock is never shortened
        }
        DurableFiles.writeWhole(lock, until.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        boolean held = immutable && setImmutable(file);
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        if (mode.contains("w")) {
            throw VaultException.writtenOnce("the sealed file of " + object.key() + " is still writable");
        }
        return new Seal(
                Instant.parse(Files.readString(lock)),
                (held ? "read-only file with the immutable attribute" : "read-only file")
                        + "; not enforced by Object Lock");
    }

    @Override
    public void dispose(StoredObject object) throws IOException {
        Path file;
        try {
            file = object(object);
        } catch (VaultException gone) {
            return;
        }
        Path lock = file.resolveSibling(file.getFileName() + ".seal");
        if (Files.exists(lock)) {
            Instant until = Instant.parse(Files.readString(lock));
            if (until.isAfter(Instant.now())) {
                throw VaultException.locked(object.key(), until);
            }
        }
        run("chattr", "-i", file.toString()); // where it is not set, nothing happens
        Files.delete(file);
        DurableFiles.force(file.getParent());
    }

    private static boolean setImmutable(Path file) throws IOException {
        return run("chattr", "+i", file.toString()).isPresent()
                && run("lsattr", file.toString())
                        .filter(out -> out.split(" ", 2)[0].contains("i"))
                        .isPresent();
    }

    private static Optional<String> run(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(out)
                    : Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public LockProbe probe() {
        return new LockProbe(
                "directory",
                false,
                List.of("files are read-only and never overwritten by this program;"
                        + " the machine's administrator can still change or delete them"));
    }

    /** A key comes out of the record, which is outside input here: it must not lead out of the vault. */
    private Path object(StoredObject object) throws VaultException {
        Path file = layout.objects().resolve(object.key()).normalize();
        if (!DirectoryLayout.BUCKET.equals(object.bucket())
                || !file.startsWith(layout.objects())
                || !Files.isRegularFile(file)) {
            throw VaultException.noSuchUpload("there is no object " + object.key());
        }
        return file;
    }
}
