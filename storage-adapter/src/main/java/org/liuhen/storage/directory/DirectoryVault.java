package org.liuhen.storage.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.liuhen.storage.Vault;

/**
 * Opens a {@link Vault} in one directory: {@code uploads/<id>} with its {@code .info} while bytes arrive, {@code vault/<key>} when they are complete,
 * {@code custody/<log>/} for published logs, {@code door/<site>/} for notes.
 */
public final class DirectoryVault {
    /** The notes hold password hashes and the like. */
    private static final FileAttribute<?> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DirectoryVault() {}

    /**
     * Opens or creates the store in this folder.
     *
     * @param immutable whether sealed files also get the immutable attribute, which only root can set
     */
    public static Vault open(Path root, boolean immutable) throws IOException {
        for (String folder : List.of("uploads", DirectoryLayout.BUCKET, "custody", "door")) {
            Files.createDirectories(root.resolve(folder));
            DurableFiles.force(root.resolve(folder));
        }
        DurableFiles.force(root);
        DirectoryLayout layout = new DirectoryLayout(root);
        return new Vault(
                new DirectoryUploads(layout),
                new DirectoryEvidence(layout, immutable),
                site -> new DirectoryLogStore(root.resolve("custody").resolve(site.value())),
                site -> new DirectoryLogStore(root.resolve("door").resolve(site.value()), OWNER_ALONE),
                () -> {});
    }
}
