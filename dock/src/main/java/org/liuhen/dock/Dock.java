package org.liuhen.dock;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.log.Policy;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.CameraProfile.Listing;

/** A dock at work: once a round it looks for cameras, measures their clocks, begins transfers, asks for receipts, and now and then tells how it is. */
final class Dock implements AutoCloseable {
    private static final Duration RENEW_AGAIN = Duration.ofHours(1);
    private static final Duration RENEW_RETRY = Duration.ofMinutes(1);
    private static final String ITSELF = "the dock";
    private static final Duration TELL_AGAIN = Duration.ofMinutes(5);

    /**
     * How far the files on all cameras are.
     *
     * @param done whether nothing goes on by itself any more
     * @param left what is not safe elsewhere, and why it does not go on by itself, a line each
     */
    record Standing(boolean done, List<String> left) {}

    private final Path home;
    private final URI intakeUrl;
    private final View view;
    private final Journal journal;
    private final Cameras cameras;
    private final IntakeClient intake;
    private final Retries retries = new Retries(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    private final Clocks clocks;
    private final Transfers transfers;
    private final Receipts receipts;
    private final Set<String> present = ConcurrentHashMap.newKeySet();
    private Identity identity;
    private long renewAfterNanos = System.nanoTime();
    private long tellAfterNanos = System.nanoTime();

    /**
     * Opens a dock.
     *
     * @param home the dock's own folder
     * @param roots folders in which cameras are mounted, or that are cameras themselves
     * @param parallel how many copies are worked on at once
     */
    Dock(Path home, List<Path> roots, int parallel, View view) throws IOException {
        this.home = home;
        this.view = view;
        intakeUrl = Settings.read(home).intake();
        Policy policy = Policy.parse(Files.readString(home.resolve(Settings.POLICY)));
        cameras = new Cameras(roots, CameraProfile.read(home.resolve(CameraKind.FILE)));
        identity = Identity.read(home);
        intake = new IntakeClient(intakeUrl, identity);
        journal = Journal.open(home.resolve("journal"));
        clocks = new Clocks(journal, intake, retries, view);
        transfers = new Transfers(parallel, journal, intake, retries, view);
        receipts = new Receipts(home, policy, journal, retries, view);
    }

    /** Looks once for cameras and for work, and begins what can be begun. */
    void round() throws InterruptedException {
        renew();
        Cameras.Found found = cameras.find();
        found.unread().forEach(view::note);
        for (Camera camera : found.cameras()) {
            try {
                arrived(camera);
                transfers.begin(camera);
                retries.succeeded(camera.serial());
            } catch (IOException unplugged) { // the others go on
                view.note(camera.serial(), View.words(unplugged));
            } catch (RuntimeException broken) {
                view.note(camera.serial(), View.words(broken));
                retries.block(camera.serial(), View.words(broken));
            }
        }
        present.retainAll(found.cameras().stream().map(Camera::serial).toList());
        clocks.report();
        receipts.fetch(intake);
        transfers.cutStalled();
        view.show(journal.copies(), present);
        tell();
    }

    /** Measures the clock of a camera that was not here in the last round, before anything can set it. */
    private void arrived(Camera camera) throws InterruptedException {
        if (!present.add(camera.serial())) {
            return;
        }
        view.forget(camera);
        view.say(camera.serial() + " is here: " + camera.profile().name());
        if (camera.named()) {
            clocks.measure(camera);
        } else {
            view.note(
                    camera.mount().toString(),
                    "DK-110 the serial number of the camera cannot be read in "
                            + camera.profile().serialFile()
                            + ". Its files are sent without it, and its clock is not measured; mend that file");
        }
    }

    /** Renews the certificate, at most once an hour: a dock whose clock is wrong must not ask for certificates without end. */
    private void renew() throws InterruptedException {
        if (System.nanoTime() - renewAfterNanos < 0) {
            return;
        }
        try {
            Identity renewed = Identity.renewed(home, identity, intakeUrl);
            if (renewed != identity) {
                identity = renewed;
                intake.use(renewed);
                view.say("the dock's certificate is renewed until " + renewed.notAfter());
            }
            renewAfterNanos = System.nanoTime() + RENEW_AGAIN.toNanos();
        } catch (IOException | RuntimeException away) {
            renewAfterNanos = System.nanoTime() + RENEW_RETRY.toNanos();
            view.say("the dock's certificate is not renewed yet: " + View.words(away));
        }
    }

    /** Tells the station that this dock is there, and how, at the end of a round: cameras and files do not wait for it, and a station before this version does not know it. */
    private void tell() throws InterruptedException {
        if (System.nanoTime() - tellAfterNanos < 0) {
            return;
        }
        tellAfterNanos = System.nanoTime() + TELL_AGAIN.toNanos();
        try {
            intake.tell(EventContext.VERSION, Files.getFileStore(home).getUsableSpace());
            view.forget(ITSELF);
        } catch (IntakeClient.RefusedException refused) {
            view.note(ITSELF, "the station does not take how it is: " + refused.getMessage());
        } catch (IOException | RuntimeException away) {
            view.note(ITSELF, "the station does not hear how it is: " + View.words(away));
        }
    }

    /**
     * Erases the copies that may be erased, of one camera or of all.
     *
     * @return what was done, a line for each copy
     */
    List<String> erase(String serial) throws InterruptedException {
        return new Eraser(journal, receipts, intake::erasing).erase(cameras.find(), serial);
    }

    /** How far the files on all cameras are. */
    Standing standing() throws IOException {
        Cameras.Found found = cameras.find();
        List<String> left = new ArrayList<>();
        found.unread().forEach((place, why) -> left.add(place + ": " + why));
        boolean done = true;
        for (Camera camera : found.cameras()) {
            Listing here = camera.profile().recordings(camera.mount());
            here.unread().forEach((path, why) -> left.add(camera.serial() + ":" + path + ": " + why));
            for (Path file : here.files()) {
                String name = camera.serial() + ":" + camera.path(file) + ": ";
                try {
                    String key = camera.copy(file).key();
                    Copy known = journal.copy(key);
                    String ofCopy = retries.blockedBecause(key);
                    String why = ofCopy == null ? retries.blockedBecause(camera.serial()) : ofCopy;
                    boolean safe = known != null && known.isSafe();
                    if (!safe && why != null) {
                        left.add(name + why);
                    }
                    done &= safe || why != null;
                } catch (UnreadableFileException unread) {
                    left.add(name + unread.getMessage());
                }
            }
        }
        done &= clocks.areDone(left);
        return new Standing(done, left);
    }

    @Override
    public void close() throws IOException {
        transfers.close();
        journal.close();
    }
}
