package org.liuhen.storage.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.VaultException;

/** Uploads in a directory. Bytes arrive in a file that is linked to its final place when it is complete. */
final class DirectoryUploads implements Uploads {
    private static final Logger LOG = Logger.getLogger(DirectoryUploads.class.getName());

    private final DirectoryLayout layout;
    private final Set<EvidenceId> busy = ConcurrentHashMap.newKeySet();

    /** How many bytes of an unfinished upload this process has forced; what is not here is forced before its offset is given. */
    private final Map<EvidenceId, Long> durable = new ConcurrentHashMap<>();

    DirectoryUploads(DirectoryLayout layout) {
        this.layout = layout;
    }

    /** The file for the bytes is made here, so that later only the bytes themselves have to be forced. */
    @Override
    public void declare(UploadInfo info) throws IOException {
        EvidenceId id = info.id();
        byte[] encoded = Declaration.encode(info);
        Files.createFile(layout.bytes(id));
        DurableFiles.writeWhole(layout.info(id), encoded);
        durable.put(id, 0L);
    }

    @Override
    public Optional<Upload> find(LogName site, EvidenceId id) throws IOException {
        try {
            return findNow(site, id);
        } catch (NoSuchFileException movedMeanwhile) { // another thread announced it between two looks
            try {
                return findNow(site, id);
            } catch (NoSuchFileException missing) {
                throw VaultException.damagedProgress("upload " + id, missing);
            }
        }
    }

    private Optional<Upload> findNow(LogName site, EvidenceId id) throws IOException {
        Path place = layout.place(site, id);
        Optional<byte[]> pending =
                DurableFiles.readIfThere(layout.info(id)); // first here, then there: it moves in this direction
        Optional<byte[]> done =
                pending.isPresent() ? Optional.empty() : DurableFiles.readIfThere(layout.announcedInfo(site, id));
        Optional<byte[]> stored = pending.or(() -> done);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        UploadInfo info = Declaration.decode(stored.get(), id, "upload " + id);
        if (!info.site().equals(site)) {
            return Optional.empty();
        }
        if (Files.exists(place)) {
            StoredObject object = new StoredObject(DirectoryLayout.BUCKET, EvidenceStore.key(site, id), null);
            return Optional.of(new Upload(info, Files.size(place), object, done.isPresent()));
        }
        if (done.isPresent()) {
            return Optional.empty(); // disposed of
        }
        return Optional.of(new Upload(info, durableBytes(id), null, false));
    }

    /** Bytes that a killed process left, or that a sender is writing now, count only after they were forced. */
    private long durableBytes(EvidenceId id) throws IOException {
        long size = Files.size(layout.bytes(id)); // before the force: what another sender adds meanwhile is not counted
        Long forced = durable.get(id);
        if (forced == null || forced != size) {
            DurableFiles.force(layout.bytes(id));
        }
        return size;
    }

    @Override
    public Arriving begin(LogName site, EvidenceId id, long offsetBytes) throws IOException {
        if (!busy.add(id)) {
            throw VaultException.busy(id.value());
        }
        boolean begun = false;
        try {
            Upload upload = find(site, id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
            if (upload.complete()) {
                throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be changed");
            }
            if (upload.offsetBytes() != offsetBytes) {
                throw VaultException.offsetConflict(upload.offsetBytes(), offsetBytes);
            }
            Arriving arriving = new ArrivingInFile(upload, layout.bytes(id), durable, () -> busy.remove(id));
            begun = true;
            return arriving;
        } finally {
            if (!begun) {
                busy.remove(id);
            }
        }
    }

    @Override
    public Optional<InputStream> openUnfinished(Upload upload) throws IOException {
        return Optional.of(Files.newInputStream(layout.bytes(upload.id())));
    }

    @Override
    public StoredObject complete(Upload upload) throws IOException {
        EvidenceId id = upload.id();
        Path place = layout.place(upload.site(), id);
        StoredObject object = new StoredObject(DirectoryLayout.BUCKET, EvidenceStore.key(upload.site(), id), null);
        if (Files.exists(place)) {
            DurableFiles.force(place.getParent()); // the process may have died between the link and its force
            return object;
        }
        if (!upload.whole()) {
            throw VaultException.offsetConflict(upload.offsetBytes(), upload.sizeBytes());
        }
        DurableFiles.createFolders(place.getParent());
        Files.setPosixFilePermissions(layout.bytes(id), PosixFilePermissions.fromString("r--r-----"));
        try {
            Files.createLink(place, layout.bytes(id)); // fails where something is: nothing is ever overwritten
        } catch (FileAlreadyExistsException completedBefore) {
            if (!Files.isSameFile(place, layout.bytes(id))) {
                throw VaultException.writtenOnce("another object is at the place of " + id);
            }
        }
        DurableFiles.force(place.getParent());
        return object;
    }

    /** The information moves beside the object; its place says whether the upload is announced. */
    @Override
    public void markAnnounced(Upload upload) throws IOException {
        EvidenceId id = upload.id();
        Path announced = layout.announcedInfo(upload.site(), id);
        if (Files.exists(layout.info(id))) {
            Files.move(layout.info(id), announced, StandardCopyOption.ATOMIC_MOVE);
        } else if (!Files.exists(announced)) {
            throw VaultException.noSuchUpload("there is no upload " + id);
        }
        DurableFiles.force(announced.getParent());
        Files.deleteIfExists(layout.bytes(id)); // the second name of the object's file
        durable.remove(id);
    }

    @Override
    public List<EvidenceId> announced(LogName site) throws IOException {
        List<EvidenceId> all = new ArrayList<>();
        for (Path file : DurableFiles.below(layout.objects().resolve(site.value()))) {
            if (file.getFileName().toString().endsWith(DirectoryLayout.INFO)) {
                idOf(file).ifPresent(all::add);
            }
        }
        return all;
    }

    /** The ID in the name of a file with information; empty where somebody else put it there, which is logged. */
    private static Optional<EvidenceId> idOf(Path file) {
        String name = file.getFileName().toString();
        try {
            return Optional.of(new EvidenceId(name.substring(0, name.length() - DirectoryLayout.INFO.length())));
        } catch (IllegalArgumentException noName) {
            LOG.log(Level.WARNING, "{0} is of no upload and is passed over: {1}", new Object[] {
                file, noName.getMessage()
            });
            return Optional.empty();
        }
    }

    @Override
    public boolean unannounce(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = find(site, id);
        if (upload.isPresent() && upload.get().announced()) {
            Files.move(layout.announcedInfo(site, id), layout.info(id), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.force(layout.uploads());
        }
        return upload.isPresent();
    }

    @Override
    public Unannounced unannounced() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(layout.uploads())) {
            all = files.sorted().toList();
        } catch (UncheckedIOException unread) {
            throw unread.getCause();
        }
        List<Upload> found = new ArrayList<>();
        List<Upload> ended = new ArrayList<>();
        List<VaultException> unreadable = new ArrayList<>();
        for (Path file : all) {
            String name = file.getFileName().toString();
            try {
                if (name.endsWith(DirectoryLayout.INFO)) {
                    pending(file).ifPresent(found::add);
                } else if (name.endsWith(DirectoryLayout.ENDED)) { // a crash came before its files were gone
                    Optional<byte[]> info = DurableFiles.readIfThere(file);
                    EvidenceId id = new EvidenceId(name.substring(0, name.length() - DirectoryLayout.ENDED.length()));
                    if (info.isPresent()) {
                        long came = sizeIfThere(layout.bytes(id));
                        ended.add(new Upload(Declaration.decode(info.get(), id, "upload " + id), came, null, false));
                    }
                }
            } catch (VaultException damaged) {
                unreadable.add(damaged);
            } catch (IOException | RuntimeException unread) {
                unreadable.add(VaultException.damagedProgress("uploads/" + name, unread));
            }
        }
        return new Unannounced(found, ended, unreadable);
    }

    private static long sizeIfThere(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }

    /** The upload that this information is of; empty where it was announced in this moment. */
    private Optional<Upload> pending(Path file) throws IOException {
        Optional<byte[]> info = DurableFiles.readIfThere(file);
        if (info.isEmpty()) {
            return Optional.empty();
        }
        String name = file.getFileName().toString();
        EvidenceId id;
        try {
            id = new EvidenceId(name.substring(0, name.length() - DirectoryLayout.INFO.length()));
        } catch (IllegalArgumentException noName) {
            throw VaultException.damagedInfo("uploads/" + name, noName);
        }
        return find(Declaration.decode(info.get(), id, "upload " + id).site(), id);
    }

    /** The information is renamed: from then on the upload is gone, and {@link #unannounced} names it until its files are. */
    @Override
    public void end(Upload found) throws IOException {
        EvidenceId id = found.id();
        Upload upload =
                find(found.site(), id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
        if (upload.complete()) {
            throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be taken back");
        }
        if (upload.offsetBytes() != found.offsetBytes()) {
            throw VaultException.overtaken(id.value());
        }
        durable.remove(id);
        Files.move(layout.info(id), layout.ended(id), StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.force(layout.uploads());
    }

    @Override
    public void discard(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = find(site, id);
        if (upload.isPresent()) {
            end(upload.get());
        }
        if (Files.exists(layout.ended(id))) {
            removeEnded(id);
        }
    }

    private void removeEnded(EvidenceId id) throws IOException {
        if (Files.notExists(layout.info(id))) {
            Files.deleteIfExists(layout.bytes(id));
        }
        Files.deleteIfExists(layout.ended(id));
        DurableFiles.force(layout.uploads());
    }

    /** One process owns the folder. */
    @Override
    public boolean shareable() {
        return false;
    }
}
