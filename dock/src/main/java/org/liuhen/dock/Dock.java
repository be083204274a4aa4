package org.liuhen.dock;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.ReceiptVerification;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.Copy.Step;
import org.liuhen.dock.DoorClient.Line;
import org.liuhen.dock.DoorClient.RefusedException;

/**
 * Takes each copy from one step to the next, and notes each step in the journal before the next one begins. A step that
 * fails is tried again for ever; only {@link #erase} ever removes a file, and only after an explicit request.
 */
final class Dock implements AutoCloseable {
    private static final int STALLED_SECONDS = 20;
    private static final long WAIT_MILLIS_MIN = 1_000;
    private static final long WAIT_MILLIS_MAX = 60_000;
    private static final Duration RENEW_AGAIN = Duration.ofHours(1);
    private static final Duration RENEW_RETRY = Duration.ofMinutes(1);
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Path home;
    private final List<Path> roots;
    private final List<CameraProfile> profiles;
    private final Policy policy;
    private final Journal journal;
    private final DoorClient door;
    private final URI doorUrl;
    private final View view;
    private final ExecutorService workers;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> notBefore = new ConcurrentHashMap<>(); // per copy, in milliseconds of nanoTime
    private final Map<String, Long> waits = new ConcurrentHashMap<>();
    private final Map<Line, Long> progress = new ConcurrentHashMap<>();
    private final Set<String> present = ConcurrentHashMap.newKeySet();
    private Identity identity;
    private long renewAfterNanos = System.nanoTime();

    /**
     * Opens a dock.
     *
     * @param home the dock's own folder
     * @param roots folders in which cameras are mounted, or that are cameras themselves
     * @param parallel how many copies are worked on at once
     */
    Dock(Path home, List<Path> roots, int parallel, View view) throws IOException {
        this.home = home;
        this.roots = List.copyOf(roots);
        this.view = view;
        Settings settings = Settings.read(home);
        doorUrl = settings.door();
        policy = Policy.parse(Files.readString(home.resolve(Settings.POLICY)));
        profiles = CameraProfile.read(home.resolve("cameras.json"));
        identity = Identity.read(home);
        door = new DoorClient(doorUrl, identity);
        Files.createDirectories(home.resolve("receipts"));
        journal = Journal.open(home.resolve("journal"));
        workers = Executors.newFixedThreadPool(parallel);
    }

    /** Looks once for cameras and for work, and begins what can be begun. */
    void round() throws IOException, InterruptedException {
        renew();
        List<Camera> cameras = cameras();
        for (Camera camera : cameras) {
            try {
                arrived(camera);
                begin(camera);
            } catch (IOException unplugged) {
                view.say(camera.serial() + ": " + unplugged.getMessage());
            }
        }
        present.retainAll(cameras.stream().map(Camera::serial).toList());
        reportClocks();
        askForReceipts();
        cutStalled();
        view.show(journal.copies(), present);
    }

    /** The cameras that are here now. */
    List<Camera> cameras() throws IOException {
        List<Camera> found = new ArrayList<>();
        for (Path root : roots) {
            List<Path> places = new ArrayList<>(List.of(root));
            if (Files.isDirectory(root)) {
                try (DirectoryStream<Path> mounts = Files.newDirectoryStream(root, Files::isDirectory)) {
                    mounts.forEach(places::add);
                }
            }
            for (Path place : places) {
                recognise(place)
                        .filter(camera ->
                                found.stream().noneMatch(other -> other.serial().equals(camera.serial())))
                        .ifPresent(found::add);
            }
        }
        found.sort(Comparator.comparing(Camera::serial));
        return found;
    }

    private Optional<Camera> recognise(Path place) throws IOException {
        for (CameraProfile profile : profiles) {
            Optional<Camera> camera = profile.recognise(place);
            if (camera.isPresent()) {
                return camera;
            }
        }
        return Optional.empty();
    }

    /** A camera that was not here a moment ago: its clock is read before anything can set it. */
    private void arrived(Camera camera) throws IOException, InterruptedException {
        if (!present.add(camera.serial())) {
            return;
        }
        view.say(camera.serial() + " is here: " + camera.profile().name());
        if (!camera.profile().hasClock()) {
            return;
        }
        try {
            Instant before = Instant.now();
            Instant camerasTime = camera.profile().clock(camera.mount());
            Instant after = Instant.now();
            Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
            long offset = Duration.between(middle, camerasTime).toMillis();
            long uncertainty = Duration.between(before, after).toMillis() / 2
                    + 1
                    + camera.profile().clockResolutionMillis();
            ClockReading last = journal.clock(camera.serial());
            journal.put(new ClockReading(
                    camera.serial(),
                    middle.toString(),
                    offset,
                    uncertainty,
                    last == null ? null : offset - last.offsetMillis(),
                    camera.profile().clockMethod(),
                    false));
            view.say(camera.serial() + ": its clock is " + offset + " ms off, ± " + uncertainty + " ms");
        } catch (DateTimeException | IOException unread) {
            view.say(camera.serial() + ": its clock cannot be read: " + unread.getMessage());
        }
    }

    /** Begins to work on each copy of a camera that is not under way: marked recordings first, then the oldest. */
    private void begin(Camera camera) throws IOException {
        List<Copy> work = new ArrayList<>();
        for (Path file : camera.profile().recordings(camera.mount())) {
            long modified = Files.getLastModifiedTime(file).toMillis();
            String path = camera.mount().relativize(file).toString().replace(java.io.File.separatorChar, '/');
            Copy seen = Copy.found(camera.serial(), path, Files.size(file), modified);
            Copy known = journal.copy(seen.key());
            if (known == null) {
                if (Math.abs(System.currentTimeMillis() - modified) < SETTLED.toMillis()) {
                    continue; // it may still be written
                }
                journal.put(seen);
                known = seen;
            }
            if (known.step().compareTo(Step.SENT) < 0) {
                work.add(known);
            }
        }
        work.sort(Comparator.comparing(
                        (Copy copy) -> !camera.profile().claims(copy.fileName()).containsKey("marked"))
                .thenComparingLong(Copy::modifiedMillis));
        for (Copy copy : work) {
            long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            if (notBefore.getOrDefault(copy.key(), now) <= now && underWay.add(copy.key())) {
                workers.execute(() -> {
                    try {
                        forward(camera, copy);
                    } finally {
                        underWay.remove(copy.key());
                    }
                });
            }
        }
    }

    private void forward(Camera camera, Copy copy) {
        Line line = new Line();
        progress.put(line, System.nanoTime());
        Copy at = copy;
        try {
            while (at != null && at.step().compareTo(Step.SENT) < 0) {
                at = next(camera, at, line);
                if (at != null) {
                    journal.put(at);
                }
            }
            waits.remove(copy.key());
        } catch (RefusedException refused) {
            later(copy, refused.getMessage(), refused.passes());
        } catch (IOException | RuntimeException failed) {
            later(copy, String.valueOf(failed.getMessage()), true);
        } finally {
            progress.remove(line);
            view.sent(copy, -1);
        }
    }

    /** One step further; null where the file is not what it was. */
    private Copy next(Camera camera, Copy copy, Line line) throws IOException, RefusedException {
        Path file = camera.mount().resolve(copy.path());
        switch (copy.step()) {
            case FOUND -> {
                String sha256 = digest(file, line, copy).hex();
                boolean same = Files.size(file) == copy.sizeBytes()
                        && Files.getLastModifiedTime(file).toMillis() == copy.modifiedMillis();
                return same
                        ? copy.hashed(sha256)
                        : null; // it changed meanwhile: the next round finds it as another copy
            }
            case HASHED -> {
                return copy.declared(
                        door.declare(line, file, metadata(camera, copy)).toString());
            }
            case DECLARED -> {
                return send(copy, file, line);
            }
            default -> throw new IllegalStateException("there is nothing to do for " + copy.step());
        }
    }

    private Copy send(Copy copy, Path file, Line line) throws IOException, RefusedException {
        try {
            door.send(line, file, URI.create(copy.url()), sent -> {
                progress.put(line, System.nanoTime());
                view.sent(copy, sent);
            });
            return copy.in(Step.SENT);
        } catch (RefusedException refused) {
            if (refused.status() == 404 || refused.status() == 410) {
                return copy.hashed(copy.sha256()); // its time was over: it is declared anew
            }
            if (refused.code().equals("IN-111")) { // the camera gave other bytes the second time
                view.say(copy.camera() + ":" + copy.path() + " did not read the same twice; it is read again");
                return Copy.found(copy.camera(), copy.path(), copy.sizeBytes(), copy.modifiedMillis());
            }
            throw refused;
        }
    }

    private Map<String, String> metadata(Camera camera, Copy copy) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("filename", copy.fileName());
        metadata.put("sha256", copy.sha256());
        metadata.put("deviceSerial", camera.serial());
        metadata.putAll(camera.profile().claims(copy.fileName()));
        return metadata;
    }

    private Sha256Digest digest(Path file, Line line, Copy copy) throws IOException {
        MessageDigest sha256 = Sha256Digest.algorithm();
        long done = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
                done += read;
                progress.put(line, System.nanoTime());
                view.hashed(copy, done);
            }
        }
        return Sha256Digest.ofRaw(sha256.digest());
    }

    private void later(Copy copy, String why, boolean passes) {
        long wait = waits.merge(copy.key(), WAIT_MILLIS_MIN, (before, first) -> Math.min(WAIT_MILLIS_MAX, 2 * before));
        notBefore.put(copy.key(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + (passes ? wait : WAIT_MILLIS_MAX));
        view.trouble(copy, why);
    }

    /** A receipt is asked for until it is there; it counts only when it verifies by the dock's own policy. */
    private void askForReceipts() throws InterruptedException {
        for (Copy copy : journal.copies()) {
            if (copy.step() != Step.SENT) {
                continue;
            }
            long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            if (notBefore.getOrDefault(copy.key(), now) > now) {
                continue;
            }
            try {
                Optional<byte[]> receipt = door.receipt(URI.create(copy.url()));
                if (receipt.isPresent()) {
                    take(copy, receipt.get());
                    waits.remove(copy.key());
                }
            } catch (RefusedException refused) {
                if (refused.status() == 404) { // the station lost it, or it was rejected and its time is over
                    view.trouble(copy, refused.getMessage());
                }
                later(copy, refused.getMessage(), refused.passes());
            } catch (IOException away) {
                later(copy, String.valueOf(away.getMessage()), true);
                return; // the others would wait as long for nothing
            }
        }
    }

    private void take(Copy copy, byte[] receipt) throws IOException {
        ReceiptVerification.Result result =
                ReceiptVerification.verify(copy.fileName(), receipt, policy, new Sha256Digest(copy.sha256()));
        if (!result.faults().isEmpty()) {
            List<String> codes = result.faults().stream().map(Fault::code).toList();
            later(
                    copy,
                    "DK-109 its receipt does not verify: " + codes
                            + ". Keep the copy, and show this to the administrator",
                    false);
            return;
        }
        String item = result.sealed().context().evidenceId().value();
        DurableFile.replace(home.resolve("receipts").resolve(item + ".tlog-proof"), receipt);
        journal.put(copy.receipted(item));
        view.say(copy.camera() + ":" + copy.path() + " may be erased: " + item);
    }

    private void reportClocks() throws InterruptedException {
        for (ClockReading clock : journal.clocks()) {
            if (!clock.reported()) {
                try {
                    door.report(clock);
                    journal.put(clock.told());
                } catch (RefusedException | IOException away) {
                    view.say("the clock of " + clock.camera() + " is not reported yet: " + away.getMessage());
                    return;
                }
            }
        }
    }

    /** At most once an hour: a dock whose clock is wrong must not ask for certificates without end. */
    private void renew() throws InterruptedException {
        if (System.nanoTime() - renewAfterNanos < 0) {
            return;
        }
        try {
            Identity renewed = Identity.renewed(home, identity, doorUrl);
            if (renewed != identity) {
                identity = renewed;
                door.use(renewed);
                view.say("the dock's certificate is renewed until " + renewed.notAfter());
            }
            renewAfterNanos = System.nanoTime() + RENEW_AGAIN.toNanos();
        } catch (IOException away) {
            renewAfterNanos = System.nanoTime() + RENEW_RETRY.toNanos();
            view.say("the dock's certificate is not renewed yet: " + away.getMessage());
        }
    }

    /** A network that is gone does not say so: what brought nothing for a while is cut and begun again. */
    private void cutStalled() {
        long before = System.nanoTime() - TimeUnit.SECONDS.toNanos(STALLED_SECONDS);
        progress.forEach((line, last) -> {
            if (last < before) {
                line.cut();
            }
        });
    }

    /**
     * Erases the copies that may be erased, of one camera or of all. Each copy is read once more, its receipt is verified once
     * more, and the record knows of it before the file goes.
     *
     * @return what was done, a line for each copy
     */
    List<String> erase(String serial) throws IOException, InterruptedException {
        List<String> done = new ArrayList<>();
        Map<String, Camera> here = new LinkedHashMap<>();
        cameras().forEach(camera -> here.put(camera.serial(), camera));
        for (Copy copy : journal.copies()) {
            boolean safe = copy.step() == Step.MAY_ERASE || copy.step() == Step.ERASING;
            Camera camera = here.get(copy.camera());
            if (safe && camera != null && (serial == null || serial.equals(copy.camera()))) {
                String which = copy.camera() + ":" + copy.path();
                try {
                    done.add(which + ": " + erase(copy, camera.mount().resolve(copy.path())));
                } catch (RefusedException | IOException kept) {
                    done.add(which + ": kept: " + kept.getMessage());
                }
            }
        }
        return done;
    }

    private String erase(Copy copy, Path file) throws IOException, InterruptedException, RefusedException {
        if (!Files.exists(file)) {
            journal.put(copy.in(Step.ERASED));
            return "is gone already";
        }
        Sha256Digest now = digest(file, new Line(), copy);
        if (!now.hex().equals(copy.sha256())) {
            return "kept: it is not the file that was uploaded any more";
        }
        Path receipt = home.resolve("receipts").resolve(copy.evidenceId() + ".tlog-proof");
        ReceiptVerification.Result result =
                ReceiptVerification.verify(copy.fileName(), Files.readAllBytes(receipt), policy, now);
        if (!result.faults().isEmpty()) {
            return "kept: DK-109 its receipt does not verify: "
                    + result.faults().stream().map(Fault::code).toList();
        }
        journal.put(copy.in(Step.ERASING));
        door.erasing(copy);
        Files.delete(file);
        try (FileChannel folder = FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
            folder.force(true);
        }
        journal.put(copy.in(Step.ERASED));
        return "erased; its bytes are " + copy.evidenceId();
    }

    /** Whether every copy that is here has its receipt. */
    boolean allSafe() throws IOException {
        for (Camera camera : cameras()) {
            for (Path file : camera.profile().recordings(camera.mount())) {
                String path = camera.mount().relativize(file).toString().replace(java.io.File.separatorChar, '/');
                Copy seen = Copy.found(
                        camera.serial(),
                        path,
                        Files.size(file),
                        Files.getLastModifiedTime(file).toMillis());
                Copy known = journal.copy(seen.key());
                if (known == null || known.step().compareTo(Step.MAY_ERASE) < 0) {
                    return false;
                }
            }
        }
        return journal.clocks().stream().allMatch(ClockReading::reported);
    }

    @Override
    public void close() throws IOException {
        workers.shutdownNow();
        progress.keySet().forEach(Line::cut);
        try {
            workers.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        journal.close();
    }
}
