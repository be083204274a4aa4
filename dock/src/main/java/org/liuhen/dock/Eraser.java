package org.liuhen.dock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.Copy.Step;
import org.liuhen.dock.IntakeClient.RefusedException;

/**
 * Erases copies that may be erased. Each copy is read once more and its receipt verified once more, and the erasure is on the record before
 * the file goes. This is the only class that removes a file from a camera.
 */
final class Eraser {
    private static final int LINE_MAX = 1_000;

    private final Journal journal;
    private final Receipts receipts;
    private final Report report;

    /** Puts on the record that a copy is about to be erased. */
    interface Report {
        void erasing(Copy copy) throws IOException, InterruptedException, RefusedException;
    }

    Eraser(Journal journal, Receipts receipts, Report report) {
        this.journal = journal;
        this.receipts = receipts;
        this.report = report;
    }

    /**
     * Erases the copies on these cameras that may be erased.
     *
     * @param serial only of the camera with this serial number; null for all
     * @return what was done, a line for each copy
     */
    List<String> erase(Cameras.Found found, String serial) throws InterruptedException {
        List<String> done = new ArrayList<>();
        found.unread().forEach((place, why) -> done.add(place + ": kept: " + why));
        Map<String, Camera> here = new LinkedHashMap<>();
        found.cameras().forEach(camera -> here.put(camera.serial(), camera));
        for (Copy copy : journal.copies()) {
            Camera camera = here.get(copy.camera());
            if (copy.mayBeErased() && camera != null && (serial == null || serial.equals(copy.camera()))) {
                String result;
                try {
                    result = erase(copy, camera.file(copy.path()));
                } catch (RefusedException kept) {
                    result = "kept: " + kept.getMessage();
                } catch (IOException | RuntimeException kept) {
                    result = "kept: " + View.words(kept);
                }
                done.add(PlainText.of(copy.name() + ": " + result, LINE_MAX));
            }
        }
        return done;
    }

    private String erase(Copy copy, Path file) throws IOException, InterruptedException, RefusedException {
        if (Files.notExists(file)) { // a file that cannot be looked at is not gone
            journal.put(copy.in(Step.ERASED));
            return "is gone already";
        }
        Sha256Digest now = FileBytes.digest(file, done -> {});
        if (!now.hex().equals(copy.sha256())) {
            return "kept: it is not the file that was uploaded any more";
        }
        Optional<String> refusal = receipts.refusal(copy, now);
        if (refusal.isPresent()) {
            return "kept: " + refusal.get();
        }
        journal.put(copy.in(Step.ERASING));
        report.erasing(copy);
        Files.delete(file);
        try (FileChannel folder = FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
            folder.force(true);
        }
        journal.put(copy.in(Step.ERASED));
        return "erased; its bytes are " + copy.evidenceId();
    }
}
