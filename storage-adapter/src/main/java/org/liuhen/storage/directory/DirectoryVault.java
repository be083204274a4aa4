package org.liuhen.storage.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogStore;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

/**
 * A {@link Vault} in one directory: {@code uploads/<id>} with its {@code .info} while bytes arrive, {@code vault/<key>} when they are complete,
 * {@code custody/<log>/} for published logs.
 */
public final class DirectoryVault implements Uploads, EvidenceStore {
    private static final String BUCKET = "vault";
    private static final String INFO = ".info";
    private static final String ENDED = ".ended"; // an upload that was taken back, whose files go now
    private static final long FORCE_EVERY_BYTES = 8L << 20;

    /** The notes hold how people prove who they are. */
    private static final FileAttribute<?> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** One writer for a file at a time, through whichever vault of this process: their fresh files have the same name. */
    private static final Object[] WRITING =
            Stream.generate(Object::new).limit(64).toArray();

    /** How the name of a file ends that is being written; it gets its own name when it is whole. */
    private static final String FRESH = ".new";

    private static final Object REPLACING = new Object(); // in whichever vault of this process

    private final Path root;
    private final boolean immutable;
    private final Set<EvidenceId> busy = ConcurrentHashMap.newKeySet();

    /** How many bytes of an unfinished upload this process has forced; what is not here is forced before it is told. */
    private final Map<EvidenceId, Long> durable = new ConcurrentHashMap<>();

    /**
     * Opens or creates the vault in this folder.
     *
     * @param immutable whether sealed files also get the immutable attribute, which only root can set
     */
    public DirectoryVault(Path root, boolean immutable) throws IOException {
        this.root = root;
        this.immutable = immutable;
        for (String folder : List.of("uploads", BUCKET, "custody", "door")) {
            Files.createDirectories(root.resolve(folder));
            force(root.resolve(folder));
        }
        force(root);
    }

    /** Opens or creates the store with its ports. */
    public static Vault open(Path root, boolean immutable) throws IOException {
        DirectoryVault store = new DirectoryVault(root, immutable);
        return new Vault(store, store, store::log, store::notes, () -> {});
    }

    /** The file for the bytes is made here, so that later only the bytes themselves have to be forced. */
    @Override
    public void declare(UploadInfo info) throws IOException {
        EvidenceId id = info.id();
        byte[] encoded = Declaration.encode(info);
        Files.createFile(bytes(id));
        writeWhole(info(id), encoded);
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
        Path place = place(site, id);
        Optional<byte[]> pending = readIfThere(info(id)); // first here, then there: it moves in this direction
        Optional<byte[]> done = pending.isPresent() ? Optional.empty() : readIfThere(announcedInfo(site, id));
        Optional<byte[]> stored = pending.or(() -> done);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        UploadInfo info = Declaration.decode(stored.get(), id, "upload " + id);
        if (!info.site().equals(site)) {
            return Optional.empty();
        }
        if (Files.exists(place)) {
            StoredObject object = new StoredObject(BUCKET, EvidenceStore.key(site, id), null);
            return Optional.of(new Upload(info, Files.size(place), object, done.isPresent()));
        }
        if (done.isPresent()) {
            return Optional.empty(); // disposed of
        }
        return Optional.of(new Upload(info, durableBytes(id), null, false));
    }

    private static Optional<byte[]> readIfThere(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** Bytes that a killed process left, or that a sender is writing now, count only after they were forced. */
    private long durableBytes(EvidenceId id) throws IOException {
        long size = Files.size(bytes(id)); // before the force: what another sender adds meanwhile is not counted
        Long forced = durable.get(id);
        if (forced == null || forced != size) {
            force(bytes(id));
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
            Arriving arriving = new ArrivingInFile(upload);
            begun = true;
            return arriving;
        } finally {
            if (!begun) {
                busy.remove(id);
            }
        }
    }

    /** Appends to the file of an upload. The file is open only while bytes come: a process may have few files open. */
    private final class ArrivingInFile implements Arriving {
        private final Upload upload;
        private final EvidenceId id;
        private FileChannel channel;
        private long size;
        private long forced;
        private CompletableFuture<Void> forcing = CompletableFuture.completedFuture(null);

        ArrivingInFile(Upload upload) {
            this.upload = upload;
            this.id = upload.id();
            this.size = upload.offsetBytes();
            this.forced = size;
            durable.remove(id);
        }

        @Override
        public void write(byte[] buffer, int from, int length) throws IOException {
            if (size + length > upload.sizeBytes()) {
                throw VaultException.tooLong(upload.sizeBytes());
            }
            ByteBuffer part = ByteBuffer.wrap(buffer, from, length);
            while (part.hasRemaining()) {
                size += open().write(part);
            }
            if (size - forced >= FORCE_EVERY_BYTES && forcing.isDone()) {
                joinForce(forcing);
                forced = size;
                FileChannel now = channel;
                forcing = CompletableFuture.runAsync(() -> forceBeside(now));
            }
        }

        private FileChannel open() throws IOException {
            if (channel == null) {
                channel = FileChannel.open(bytes(id), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            }
            return channel;
        }

        @Override
        public void idle() throws IOException {
            if (forcing.isDone()) { // else the file is still being forced
                letGo();
            }
        }

        private void letGo() throws IOException {
            try {
                joinForce(forcing); // the system reports a failed force once: it must not be lost
            } finally {
                if (channel != null) {
                    channel.close();
                    channel = null;
                }
            }
        }

        @Override
        public Upload keep() throws IOException {
            try {
                joinForce(forcing);
            } finally {
                open().force(false);
            }
            durable.put(id, channel.size());
            return new Upload(upload.info(), channel.size(), null, false);
        }

        @Override
        public void takeBack() throws IOException {
            joinForce(forcing);
            open().truncate(upload.offsetBytes());
            channel.force(false);
            size = upload.offsetBytes();
        }

        @Override
        public void close() throws IOException {
            try {
                letGo();
            } finally {
                busy.remove(id);
            }
        }
    }

    /** Sends bytes to disk while more arrive, so that the force at the end has little left to do. */
    private static void forceBeside(FileChannel channel) {
        try {
            channel.force(false);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void joinForce(CompletableFuture<Void> forcing) throws IOException {
        try {
            forcing.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException force) {
                throw force.getCause();
            }
            throw failed;
        }
    }

    @Override
    public Optional<InputStream> openUnfinished(Upload upload) throws IOException {
        return Optional.of(Files.newInputStream(bytes(upload.id())));
    }

    @Override
    public StoredObject complete(Upload upload) throws IOException {
        EvidenceId id = upload.id();
        Path place = place(upload.site(), id);
        StoredObject object = new StoredObject(BUCKET, EvidenceStore.key(upload.site(), id), null);
        if (Files.exists(place)) {
            force(place.getParent()); // the process may have died between the link and its force
            return object;
        }
        if (!upload.whole()) {
            throw VaultException.offsetConflict(upload.offsetBytes(), upload.sizeBytes());
        }
        createFolders(place.getParent());
        Files.setPosixFilePermissions(bytes(id), PosixFilePermissions.fromString("r--r-----"));
        try {
            Files.createLink(place, bytes(id)); // fails where something is: nothing is ever overwritten
        } catch (FileAlreadyExistsException completedBefore) {
            if (!Files.isSameFile(place, bytes(id))) {
                throw VaultException.writtenOnce("another object is at the place of " + id);
            }
        }
        force(place.getParent());
        return object;
    }

    /** The information moves beside the object; where it lies is what says "announced". */
    @Override
    public void announced(Upload upload) throws IOException {
        EvidenceId id = upload.id();
        Path announced = announcedInfo(upload.site(), id);
        if (Files.exists(info(id))) {
            Files.move(info(id), announced, StandardCopyOption.ATOMIC_MOVE);
        } else if (!Files.exists(announced)) {
            throw VaultException.noSuchUpload("there is no upload " + id);
        }
        force(announced.getParent());
        Files.deleteIfExists(bytes(id)); // the second name of the object's file
        durable.remove(id);
    }

    @Override
    public List<EvidenceId> announced(LogName site) throws IOException {
        Path folder = root.resolve(BUCKET).resolve(site.value());
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(INFO))
                    .map(name -> new EvidenceId(name.substring(0, name.length() - INFO.length())))
                    .toList();
        } catch (UncheckedIOException unread) {
            throw unread.getCause();
        }
    }

    @Override
    public boolean unannounce(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = find(site, id);
        if (upload.isPresent() && upload.get().announced()) {
            Files.move(announcedInfo(site, id), info(id), StandardCopyOption.ATOMIC_MOVE);
            force(root.resolve("uploads"));
        }
        return upload.isPresent();
    }

    @Override
    public Unannounced unannounced() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(root.resolve("uploads"))) {
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
                if (name.endsWith(INFO)) {
                    pending(file).ifPresent(found::add);
                } else if (name.endsWith(ENDED)) { // a crash came before its files were gone
                    Optional<byte[]> info = readIfThere(file);
                    EvidenceId id = new EvidenceId(name.substring(0, name.length() - ENDED.length()));
                    if (info.isPresent()) {
                        long came = Files.exists(bytes(id)) ? Files.size(bytes(id)) : 0;
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

    /** The upload that this information is of; empty where it was announced in this moment. */
    private Optional<Upload> pending(Path file) throws IOException {
        Optional<byte[]> info = readIfThere(file);
        if (info.isEmpty()) {
            return Optional.empty();
        }
        String name = file.getFileName().toString();
        EvidenceId id;
        try {
            id = new EvidenceId(name.substring(0, name.length() - INFO.length()));
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
        Files.move(info(id), ended(id), StandardCopyOption.ATOMIC_MOVE);
        force(root.resolve("uploads"));
    }

    @Override
    public void discard(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = find(site, id);
        if (upload.isPresent()) {
            end(upload.get());
        }
        if (Files.exists(ended(id))) {
            removeEnded(id);
        }
    }

    private void removeEnded(EvidenceId id) throws IOException {
        if (Files.notExists(info(id))) {
            Files.deleteIfExists(bytes(id));
        }
        Files.deleteIfExists(ended(id));
        force(root.resolve("uploads"));
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
        writeWhole(lock, until.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
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
        force(file.getParent());
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

    public LogStore log(LogName log) {
        return store(root.resolve("custody").resolve(log.value()));
    }

    /** One process owns the folder. */
    @Override
    public boolean shareable() {
        return false;
    }

    public LogStore notes(LogName site) {
        return store(root.resolve("door").resolve(site.value()), OWNER_ALONE);
    }

    private static LogStore store(Path folder, FileAttribute<?>... access) {
        return new LogStore() {
            @Override
            public boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException {
                synchronized (REPLACING) {
                    boolean same = Arrays.equals(read(path).orElse(null), before.orElse(null));
                    if (same) {
                        write(path, after);
                    }
                    return same;
                }
            }

            @Override
            public Optional<byte[]> read(String path) throws IOException {
                try {
                    return Optional.of(Files.readAllBytes(folder.resolve(path)));
                } catch (NoSuchFileException none) {
                    return Optional.empty();
                }
            }

            @Override
            public void write(String path, byte[] bytes) throws IOException {
                Path file = folder.resolve(path);
                createFolders(file.getParent());
                writeWhole(file, bytes, access);
            }

            /** A file that is there with the same bytes is written again: whoever wrote it may have died before it was durable. */
            @Override
            public List<String> createAll(Map<String, byte[]> files) throws IOException {
                List<String> taken = new ArrayList<>();
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    synchronized (REPLACING) {
                        Optional<byte[]> there = read(file.getKey());
                        if (there.isEmpty() || Arrays.equals(there.get(), file.getValue())) {
                            write(file.getKey(), file.getValue());
                        } else {
                            taken.add(file.getKey());
                        }
                    }
                }
                return taken;
            }

            @Override
            public List<String> list(String name) throws IOException {
                Path below = folder.resolve(name);
                List<String> files = new ArrayList<>();
                Files.walkFileTree(below, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        String path = folder.relativize(file).toString();
                        if (attributes.isRegularFile() && !path.endsWith(FRESH)) {
                            files.add(path);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE; // removed since its folder was read
                        }
                        throw failure;
                    }
                });
                return files;
            }

            @Override
            public void remove(String path) throws IOException {
                Files.deleteIfExists(folder.resolve(path));
            }

            @Override
            public void removePartials(String fullPath) throws IOException {
                Path partials = folder.resolve(fullPath + ".p");
                synchronized (REPLACING) { // another publisher may be writing there
                    if (Files.isDirectory(partials)) {
                        try (DirectoryStream<Path> files = Files.newDirectoryStream(partials)) {
                            for (Path file : files) { // with what a crash left of one
                                Files.delete(file);
                            }
                        }
                        Files.delete(partials);
                    }
                }
            }
        };
    }

    private Path bytes(EvidenceId id) {
        return root.resolve("uploads").resolve(id.value());
    }

    private Path info(EvidenceId id) {
        return root.resolve("uploads").resolve(id + INFO);
    }

    private Path ended(EvidenceId id) {
        return root.resolve("uploads").resolve(id + ENDED);
    }

    private Path announcedInfo(LogName site, EvidenceId id) {
        return place(site, id).resolveSibling(id + INFO);
    }

    private Path place(LogName site, EvidenceId id) {
        return root.resolve(BUCKET).resolve(EvidenceStore.key(site, id));
    }

    /** A key comes out of the record, which is outside input here: it must not lead out of the vault. */
    private Path object(StoredObject object) throws VaultException {
        Path file = root.resolve(BUCKET).resolve(object.key()).normalize();
        if (!BUCKET.equals(object.bucket()) || !file.startsWith(root.resolve(BUCKET)) || !Files.isRegularFile(file)) {
            throw VaultException.noSuchUpload("there is no object " + object.key());
        }
        return file;
    }

    /** A reader sees the old file or the new one, and after a power cut the new one, once this returns. */
    private static void writeWhole(Path file, byte[] bytes, FileAttribute<?>... access) throws IOException {
        synchronized (WRITING[Math.floorMod(file.hashCode(), WRITING.length)]) {
            writeAlone(file, bytes, access);
        }
    }

    private static void writeAlone(Path file, byte[] bytes, FileAttribute<?>... access) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + FRESH);
        Files.deleteIfExists(fresh); // one that a crash left could be everybody's
        try (FileChannel channel =
                FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), access)) {
            ByteBuffer all = ByteBuffer.wrap(bytes);
            while (all.hasRemaining()) {
                channel.write(all);
            }
            channel.force(false);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.getParent());
    }

    private static void createFolders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            createFolders(folder.getParent());
            Files.createDirectories(folder);
            force(folder.getParent());
        }
    }

    private static void force(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
