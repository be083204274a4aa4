package org.liuhen.dock;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.CameraProfile.Claims;
import org.liuhen.dock.CameraProfile.Listing;
import org.liuhen.dock.Copy.Step;
import org.liuhen.dock.IntakeClient.RefusedException;

/**
 * Takes each copy from {@link Step#FOUND} to {@link Step#SENT}, some copies at once. Each step is in the journal before the next one begins; a
 * step that fails is tried again for ever.
 */
final class Transfers implements AutoCloseable {
    private static final int CLOSE_SECONDS = 5;

    /** A new file that changed less than this ago may still be written. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Journal journal;
    private final IntakeClient intake;
    private final Retries retries;
    private final View view;
    private final ExecutorService workers;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Set<UploadConnection> connections = ConcurrentHashMap.newKeySet();

    Transfers(int parallel, Journal journal, IntakeClient intake, Retries retries, View view) {
        this.journal = journal;
        this.intake = intake;
        this.retries = retries;
        this.view = view;
        this.workers = Executors.newFixedThreadPool(parallel);
    }

    /** Begins to work on each copy on a camera that is due and not under way: marked recordings first, then the oldest. */
    void begin(Camera camera) throws IOException {
        Map<Copy, Path> files = unsent(camera);
        List<Copy> work = new ArrayList<>(files.keySet());
        work.sort(camera.profile().order());
        for (Copy copy : work) {
            if (retries.isDue(copy.key()) && underWay.add(copy.key())) {
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

    /** The copies on a camera that are not sent yet, each with its file. */
    private Map<Copy, Path> unsent(Camera camera) throws IOException {
        Map<Copy, Path> unsent = new HashMap<>();
        Listing here = camera.profile().recordings(camera.mount());
        here.unread().forEach((path, why) -> view.note(camera.serial() + ":" + path, why));
        for (Path file : here.files()) {
            Copy found;
            try {
                found = camera.copy(file);
            } catch (UnreadableFileException unread) { // torn out, or gone in this moment
                view.note(camera.serial() + ":" + camera.mount().relativize(file), unread.getMessage());
                continue;
            }
            Copy known = journal.copy(found.key());
            if (known == null) {
                if (!isSettled(found, System.currentTimeMillis())) {
                    continue;
                }
                journal.put(found);
                known = found;
            }
            if (known.step().compareTo(Step.SENT) < 0) {
                unsent.put(known, file);
            }
        }
        return unsent;
    }

    /** Whether a file is old enough, or so far in the future by the camera's clock, that it is not being written. */
    static boolean isSettled(Copy found, long nowMillis) {
        return Math.abs(nowMillis - found.modifiedMillis()) >= SETTLED.toMillis();
    }

    private void forward(Camera camera, Copy copy, Path file) {
        UploadConnection connection = new UploadConnection();
        connections.add(connection);
        Copy at = copy;
        try {
            while (at != null && at.step().compareTo(Step.SENT) < 0) {
                Step before = at.step();
                at = next(camera, at, file, connection);
                if (at != null) {
                    journal.put(at);
                    if (at.step().compareTo(before) < 0) { // each declaration is an entry of the record, so not at once
                        retries.retry(copy.key());
                        return;
                    }
                }
            }
            retries.succeeded(copy.key());
        } catch (RefusedException refused) {
            if (refused.passes()) {
                retries.retry(copy.key());
            } else {
                retries.retryBlocked(copy.key(), refused.getMessage());
            }
            view.trouble(copy, refused.getMessage());
        } catch (UnreadableFileException unread) {
            retries.retryUnreadable(copy.key(), View.words(unread));
            view.trouble(copy, View.words(unread));
        } catch (IOException failed) {
            retries.retry(copy.key());
            view.trouble(copy, View.words(failed));
        } catch (RuntimeException broken) {
            retries.retryBlocked(copy.key(), View.words(broken));
            view.trouble(copy, View.words(broken));
        } finally {
            connections.remove(connection);
            view.sent(copy, -1);
        }
    }

    /** One step further; null where the file changed: then the next round finds it as another copy. */
    private Copy next(Camera camera, Copy copy, Path file, UploadConnection connection)
            throws IOException, RefusedException {
        switch (copy.step()) {
            case FOUND -> {
                Sha256Digest digest = FileBytes.digest(file, done -> {
                    connection.progressed();
                    view.hashed(copy, done);
                });
                return camera.copy(file).key().equals(copy.key()) ? copy.hashed(digest.hex()) : null;
            }
            case HASHED -> {
                return copy.declared(declare(camera, copy, file, connection).toString());
            }
            case DECLARED -> {
                return send(copy, file, connection);
            }
            default -> throw new IllegalStateException("there is nothing to do for " + copy.step());
        }
    }

    private Copy send(Copy copy, Path file, UploadConnection connection) throws IOException, RefusedException {
        try {
            intake.send(connection, file, URI.create(copy.url()), sent -> {
                connection.progressed();
                view.sent(copy, sent);
            });
            return copy.in(Step.SENT);
        } catch (RefusedException refused) {
            if (refused.status() == 404 || refused.status() == 410) {
                return copy.hashed(copy.sha256()); // the time of the upload was over: the file is declared anew
            }
            if (refused.code().equals("IN-111")) { // the digest is another one
                view.say(copy.name() + " did not read the same twice; it is read again");
                return Copy.found(copy.camera(), copy.path(), copy.sizeBytes(), copy.modifiedMillis());
            }
            throw refused;
        }
    }

    /** Declares a file with all that is known of it. Where the intake refuses what the file's name says, the file goes without it. */
    private URI declare(Camera camera, Copy copy, Path file, UploadConnection connection)
            throws IOException, RefusedException {
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
        if (!unread.isEmpty()) {
            view.note(
                    copy.name(),
                    "DK-112 the file is sent without what cannot be read of it: " + String.join("; ", unread));
        }
        Map<String, String> all = new LinkedHashMap<>(bare);
        if (camera.named()) {
            all.put("deviceSerial", camera.serial());
        }
        all.putAll(claims.values());
        try {
            return intake.declare(connection, file, all);
        } catch (RefusedException refused) {
            if (refused.status() != 400 || !refused.code().startsWith("IN-10") || all.equals(bare)) {
                throw refused;
            }
            view.note(copy.name(), "DK-112 the file is sent without what its name says: " + refused.getMessage());
            return intake.declare(connection, file, bare);
        }
    }

    /** Cuts the connections on which nothing moves: their uploads begin again. */
    void cutStalled() {
        connections.stream().filter(UploadConnection::isStalled).forEach(UploadConnection::cut);
    }

    @Override
    public void close() {
        workers.shutdownNow();
        connections.forEach(UploadConnection::cut);
        try {
            workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
