package org.liuhen.dock;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.ReceiptVerification;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.CameraProfile.Claims;
import org.liuhen.dock.CameraProfile.Listing;
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
    private static final long LEFT_FROM_MILLIS = 4 * WAIT_MILLIS_MIN; // the third attempt
    private static final int REASON_MAX = 300;
    private static final int LINE_MAX = 1_000;

    /**
     * What a look at all roots found.
     *
     * @param unread the places that could not be looked at, or not be taken, and why
     */
    private record Look(List<Camera> cameras, Map<String, String> unread) {}

    /**
     * How far everything is that is here.
     *
     * @param done whether nothing goes on by itself any more
     * @param left what is not safe elsewhere, and why it does not go on by itself, a line each
     */
    record Standing(boolean done, List<String> left) {}

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
    private final Map<String, String> said = new ConcurrentHashMap<>(); // what was said last of each thing
    private final Map<String, String> left = new ConcurrentHashMap<>(); // why something does not go on by itself
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
        Look look = look();
        look.unread().forEach(this::note);
        List<Camera> cameras = look.cameras();
        for (Camera camera : cameras) {
            try {
                arrived(camera);
                begin(camera);
                left.remove(camera.serial());
            } catch (IOException unplugged) { // the others go on
                note(camera.serial(), said(unplugged));
            } catch (RuntimeException broken) {
                note(camera.serial(), said(broken));
                left.put(camera.serial(), said(broken));
            }
        }
        present.retainAll(cameras.stream().map(Camera::serial).toList());
        reportClocks();
        askForReceipts();
        cutStalled();
        view.show(journal.copies(), present);
    }

    /** Says this of something, once. */
    private void note(String what, String why) {
        if (!why.equals(said.put(what, why))) {
            view.say(what + ": " + why);
        }
    }

    /** What is said of a failure: what the program itself says with a code, or that it is a fault of the program. */
    static String said(Exception failed) {
        return failed instanceof IOException
                ? Reason.of(failed.getMessage() == null ? failed.toString() : failed.getMessage(), REASON_MAX)
                : "DK-199 the dock failed: " + Reason.of(failed, REASON_MAX)
                        + ". It goes on with the others; report it";
    }

    /** The cameras that are here now. */
    private Look look() {
        List<Camera> found = new ArrayList<>();
        Map<String, String> unread = new LinkedHashMap<>();
        for (Path root : roots) {
            List<Path> places = new ArrayList<>(List.of(root));
            if (Files.isDirectory(root)) {
                try (DirectoryStream<Path> mounts = Files.newDirectoryStream(root, Files::isDirectory)) {
                    mounts.forEach(places::add);
                    places.sort(null);
                } catch (IOException | DirectoryIteratorException failed) {
                    unread.put(root.toString(), UnreadableFileException.why(failed));
                }
            }
            for (Path place : places) {
                try {
                    recognise(place).ifPresent(camera -> add(camera, found, unread));
                } catch (RuntimeException failed) {
                    unread.put(place.toString(), UnreadableFileException.why(failed));
                }
            }
        }
        found.sort(Comparator.comparing(Camera::serial));
        return new Look(found, unread);
    }

    private static void add(Camera camera, List<Camera> found, Map<String, String> unread) {
        Path place = camera.mount().toAbsolutePath().normalize();
        for (Camera other : found) {
            if (other.mount().toAbsolutePath().normalize().equals(place)) {
                return; // one folder below two roots
            }
            if (other.serial().equals(camera.serial())) {
                unread.put(
                        camera.mount().toString(),
                        "DK-113 it has the serial number " + camera.serial() + " as " + other.mount()
                                + " has, and is not read. Unplug one of them");
                return;
            }
        }
        found.add(camera);
    }

    /** A serial number in a file goes before the name of a volume, even where it cannot be read: a volume's name is only a guess. */
    private Optional<Camera> recognise(Path place) {
        Optional<Camera> nameless = Optional.empty();
        for (CameraProfile profile : profiles) {
            if (nameless.isEmpty() || profile.serialFile() != null) {
                Optional<Camera> camera = profile.recognise(place);
                if (camera.isPresent() && camera.get().named()) {
                    return camera;
                }
                nameless = nameless.or(() -> camera);
            }
        }
        return nameless;
    }

    /** A camera that was not here a moment ago: its clock is read before anything can set it. */
    private void arrived(Camera camera) throws IOException, InterruptedException {
        if (!present.add(camera.serial())) {
            return;
        }
        said.keySet().removeIf(what -> what.startsWith(camera.serial() + ":")); // whoever plugged it in hears it again
        said.remove(camera.mount().toString());
        view.say(camera.serial() + " is here: " + camera.profile().name());
        if (!camera.named()) {
            note(
                    camera.mount().toString(),
                    "DK-110 its serial number cannot be read in "
                            + camera.profile().serialFile()
                            + ". Its files are sent without it, and its clock is not measured; mend that file");
            return;
        }
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
        } catch (IOException | RuntimeException unread) {
            view.say(camera.serial() + ": its clock cannot be read: " + said(unread));
        }
    }

    /** Begins to work on each copy of a camera that is not under way: marked recordings first, then the oldest. */
    private void begin(Camera camera) throws IOException {
        List<Copy> work = new ArrayList<>();
        Map<Copy, Path> files = new HashMap<>();
        Listing here = camera.profile().recordings(camera.mount());
        here.unread().forEach((path, why) -> note(camera.serial() + ":" + path, why));
        for (Path file : here.files()) {
            Copy seen;
            try {
                seen = seen(camera, file);
            } catch (UnreadableFileException unread) { // torn out, or gone in this moment
                note(camera.serial() + ":" + camera.mount().relativize(file), unread.getMessage());
                continue;
            }
            Copy known = journal.copy(seen.key());
            if (known == null) {
                if (Math.abs(System.currentTimeMillis() - seen.modifiedMillis()) < SETTLED.toMillis()) {
                    continue; // it may still be written
                }
                journal.put(seen);
                known = seen;
            }
            if (known.step().compareTo(Step.SENT) < 0) {
                work.add(known);
                files.put(known, file);
            }
        }
        work.sort(Comparator.comparing((Copy copy) ->
                        !camera.profile().claims(copy.fileName()).values().containsKey("marked"))
                .thenComparingLong(Copy::modifiedMillis));
        for (Copy copy : work) {
            long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            if (notBefore.getOrDefault(copy.key(), now) <= now && underWay.add(copy.key())) {
                workers.execute(() -> {
                    try {
                        forward(camera, copy, files.get(copy));
                    } finally {
                        underWay.remove(copy.key());
                    }
                });
            }
        }
    }

    /** The copy that this file is, as it is now. */
    private static Copy seen(Camera camera, Path file) throws UnreadableFileException {
        try {
            return Copy.found(
                    camera.serial(),
                    camera.path(file),
                    Files.size(file),
                    Files.getLastModifiedTime(file).toMillis());
        } catch (IOException | RuntimeException failed) {
            throw new UnreadableFileException(failed);
        }
    }

    private void forward(Camera camera, Copy copy, Path file) {
        Line line = new Line();
        progress.put(line, System.nanoTime());
        Copy at = copy;
        try {
            while (at != null && at.step().compareTo(Step.SENT) < 0) {
                at = next(camera, at, file, line);
                if (at != null) {
                    journal.put(at);
                }
            }
            goesOn(copy);
        } catch (RefusedException refused) {
            later(copy, refused.getMessage(), refused.passes());
        } catch (IOException failed) {
            later(copy, said(failed), true);
            if (failed instanceof UnreadableFileException && waits.get(copy.key()) >= LEFT_FROM_MILLIS) {
                left.put(copy.key(), said(failed));
            }
        } catch (RuntimeException broken) {
            later(copy, said(broken), false);
        } finally {
            progress.remove(line);
            view.sent(copy, -1);
        }
    }

    /** One step further; null where the file is not what it was. */
    private Copy next(Camera camera, Copy copy, Path file, Line line) throws IOException, RefusedException {
        switch (copy.step()) {
            case FOUND -> {
                String sha256 = digest(file, line, copy).hex();
                return seen(camera, file).key().equals(copy.key())
                        ? copy.hashed(sha256)
                        : null; // it changed meanwhile: the next round finds it as another copy
            }
            case HASHED -> {
                return copy.declared(declare(camera, copy, file, line).toString());
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

    /** Declares a file with all that is known of it. Where the door does not take what its name says, the file goes without it. */
    private URI declare(Camera camera, Copy copy, Path file, Line line) throws IOException, RefusedException {
        String name = DiskName.readable(file);
        Map<String, String> bare = new LinkedHashMap<>();
        bare.put("filename", PlainText.fileName(name));
        bare.put("sha256", copy.sha256());
        Claims claims = camera.profile().claims(name);
        List<String> unread = new ArrayList<>(claims.unread());
        if (!Normalizer.normalize(name, Normalizer.Form.NFC).equals(bare.get("filename"))) {
            unread.add("characters of its name that the record cannot hold");
        }
        if (DiskName.isUnread(file)) {
            unread.add("the bytes of its name, which are not UTF-8");
        }
        String which = copy.camera() + ":" + copy.path();
        if (!unread.isEmpty()) {
            note(which, "DK-112 it is sent without what cannot be read of it: " + String.join("; ", unread));
        }
        Map<String, String> all = new LinkedHashMap<>(bare);
        if (camera.named()) {
            all.put("deviceSerial", camera.serial());
        }
        all.putAll(claims.values());
        try {
            return door.declare(line, file, all);
        } catch (RefusedException refused) {
            if (refused.status() != 400 || !refused.code().startsWith("IN-10") || all.equals(bare)) {
                throw refused;
            }
            note(which, "DK-112 it is sent without what its name says: " + refused.getMessage());
            return door.declare(line, file, bare);
        }
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
        } catch (IOException failed) {
            throw new UnreadableFileException(failed);
        }
        return Sha256Digest.ofRaw(sha256.digest());
    }

    private void goesOn(Copy copy) {
        waits.remove(copy.key());
        left.remove(copy.key());
    }

    /**
     * Tries this copy again later.
     *
     * @param passes whether it may go well then without anybody doing anything
     */
    private void later(Copy copy, String why, boolean passes) {
        if (!passes) {
            left.put(copy.key(), why);
        }
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
                }
            } catch (RefusedException refused) {
                if (refused.status() == 404) { // the station lost it, or it was rejected and its time is over
                    view.trouble(copy, refused.getMessage());
                }
                later(copy, refused.getMessage(), refused.passes());
            } catch (RuntimeException broken) {
                later(copy, said(broken), false);
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
        goesOn(copy);
        view.say(copy.camera() + ":" + copy.path() + " may be erased: " + item);
    }

    private void reportClocks() throws InterruptedException {
        for (ClockReading clock : journal.clocks()) {
            String key = clockKey(clock);
            long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
            if (!clock.reported() && notBefore.getOrDefault(key, now) <= now) {
                try {
                    door.report(clock);
                    journal.put(clock.told());
                    left.remove(key);
                } catch (RefusedException | RuntimeException refused) {
                    note(key, "it is not reported yet: " + refused.getMessage());
                    notBefore.put(key, now + WAIT_MILLIS_MAX);
                    if (!(refused instanceof RefusedException no && no.passes())) {
                        left.put(key, "it is not reported: " + refused.getMessage());
                    }
                } catch (IOException away) {
                    note(key, "it is not reported yet: " + said(away));
                    return; // the others would wait as long for nothing
                }
            }
        }
    }

    private static String clockKey(ClockReading clock) {
        return "the clock of " + clock.camera();
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
        } catch (IOException | RuntimeException away) {
            renewAfterNanos = System.nanoTime() + RENEW_RETRY.toNanos();
            view.say("the dock's certificate is not renewed yet: " + said(away));
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
        Look look = look();
        look.unread().forEach((place, why) -> done.add(place + ": kept: " + why));
        look.cameras().forEach(camera -> here.put(camera.serial(), camera));
        for (Copy copy : journal.copies()) {
            boolean safe = copy.step() == Step.MAY_ERASE || copy.step() == Step.ERASING;
            Camera camera = here.get(copy.camera());
            if (safe && camera != null && (serial == null || serial.equals(copy.camera()))) {
                String which = copy.camera() + ":" + copy.path();
                try {
                    done.add(PlainText.of(which + ": " + erase(copy, camera.file(copy.path())), LINE_MAX));
                } catch (RefusedException kept) {
                    done.add(PlainText.of(which + ": kept: " + kept.getMessage(), LINE_MAX));
                } catch (IOException | RuntimeException kept) {
                    done.add(PlainText.of(which + ": kept: " + said(kept), LINE_MAX));
                }
            }
        }
        return done;
    }

    private String erase(Copy copy, Path file) throws IOException, InterruptedException, RefusedException {
        if (Files.notExists(file)) { // a file that cannot be looked at is not gone
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

    /** How far everything is that is here. */
    Standing standing() throws IOException {
        Look look = look();
        List<String> lines = new ArrayList<>();
        look.unread().forEach((place, why) -> lines.add(place + ": " + why));
        boolean done = true;
        for (Camera camera : look.cameras()) {
            Listing here = camera.profile().recordings(camera.mount());
            here.unread().forEach((path, why) -> lines.add(camera.serial() + ":" + path + ": " + why));
            for (Path file : here.files()) {
                String which = camera.serial() + ":" + camera.path(file) + ": ";
                try {
                    String key = seen(camera, file).key();
                    Copy known = journal.copy(key);
                    boolean safe = known != null && known.step().compareTo(Step.MAY_ERASE) >= 0;
                    String why = left.getOrDefault(key, left.get(camera.serial()));
                    if (!safe && why != null) {
                        lines.add(which + why);
                    } else if (!safe) {
                        done = false;
                    }
                } catch (UnreadableFileException unread) {
                    lines.add(which + unread.getMessage());
                }
            }
        }
        for (ClockReading clock : journal.clocks()) {
            String why = left.get(clockKey(clock));
            if (!clock.reported() && why != null) {
                lines.add(clockKey(clock) + ": " + why);
            } else if (!clock.reported()) {
                done = false;
            }
        }
        return new Standing(done, lines);
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
