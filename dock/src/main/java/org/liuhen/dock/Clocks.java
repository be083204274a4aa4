package org.liuhen.dock;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.IntakeClient.RefusedException;

/** Reads the clocks of cameras by their profiles, and reports the readings to the intake. A clock is never set. */
final class Clocks {
    private static final int COMMAND_SECONDS = 10;
    private static final int TEXT_BYTES_MAX = 4_096;
    private static final int TEXT_SHOWN_MAX = 60;

    private final Journal journal;
    private final IntakeClient intake;
    private final Retries retries;
    private final View view;

    Clocks(Journal journal, IntakeClient intake, Retries retries, View view) {
        this.journal = journal;
        this.intake = intake;
        this.retries = retries;
        this.view = view;
    }

    /** Notes in the journal how far a camera's clock is off, if its profile says how the clock is read. */
    void measure(Camera camera) throws InterruptedException {
        if (!camera.profile().hasClock()) {
            return;
        }
        try {
            Instant before = Instant.now();
            Instant camerasTime = read(camera.profile(), camera.mount());
            Instant after = Instant.now();
            ClockReading reading = ClockReading.of(camera, before, camerasTime, after, journal.clock(camera.serial()));
            journal.put(reading);
            view.say(camera.serial() + ": its clock is " + reading.offsetMillis() + " ms off, ± "
                    + reading.uncertaintyMillis() + " ms");
        } catch (IOException | RuntimeException unread) {
            view.say(camera.serial() + ": its clock cannot be read: " + View.words(unread));
        }
    }

    /** The camera's present time. One that is no time, or none that the record can hold, is an {@link IOException} with DK-108. */
    static Instant read(CameraProfile profile, Path mount) throws IOException, InterruptedException {
        String text = profile.clockFile() != null
                ? CameraProfile.start(mount.resolve(profile.clockFile()))
                : run(profile.clockCommand(), mount);
        try {
            return RecordTime.require("it", Instant.parse(text.strip()));
        } catch (DateTimeException | IllegalArgumentException wrong) {
            throw new IOException(
                    "DK-108 " + profile.clockMethod() + " gives no time in UTC such as 2026-11-24T08:00:00Z but "
                            + (text.isBlank() ? "nothing" : PlainText.of(text, TEXT_SHOWN_MAX)),
                    wrong);
        }
    }

    private static String run(List<String> clockCommand, Path mount) throws IOException, InterruptedException {
        List<String> command = clockCommand.stream()
                .map(word -> word.replace("{mount}", mount.toString()))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream output = process.getInputStream()) {
            // Waits before it reads: a program that never ends must not hold up the other cameras.
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("DK-108 " + command.get(0) + " did not print the camera's time");
            }
            return new String(output.readNBytes(Math.min(output.available(), TEXT_BYTES_MAX)), StandardCharsets.UTF_8);
        }
    }

    /** Reports the readings that the intake does not have yet. */
    void report() throws InterruptedException {
        for (ClockReading clock : journal.clocks()) {
            String key = key(clock);
            if (clock.reported() || !retries.isDue(key)) {
                continue;
            }
            try {
                intake.report(clock);
                journal.put(clock.inRecord());
                retries.succeeded(key);
            } catch (RefusedException | RuntimeException refused) {
                view.note(key, "it is not reported yet: " + refused.getMessage());
                retries.pause(key);
                if (!(refused instanceof RefusedException no && no.passes())) {
                    retries.block(key, "it is not reported: " + refused.getMessage());
                }
            } catch (IOException away) {
                view.note(key, "it is not reported yet: " + View.words(away));
                return; // the others would wait as long for nothing
            }
        }
    }

    /**
     * Whether all readings are reported, or do not go on by themselves.
     *
     * @param left gets a line for each of the latter
     */
    boolean areDone(List<String> left) {
        boolean done = true;
        for (ClockReading clock : journal.clocks()) {
            String why = retries.blockedBecause(key(clock));
            if (!clock.reported() && why != null) {
                left.add(key(clock) + ": " + why);
            } else if (!clock.reported()) {
                done = false;
            }
        }
        return done;
    }

    private static String key(ClockReading clock) {
        return "the clock of " + clock.camera();
    }
}
