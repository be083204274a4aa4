package org.liuhen.dock;

import java.time.Duration;
import java.time.Instant;
import org.liuhen.dock.CameraProfile.Camera;

/**
 * How far a camera's clock was off, by the dock's clock.
 *
 * @param camera the camera's serial number
 * @param measuredAt when, as an instant in UTC
 * @param offsetMillis the camera's time minus the dock's
 * @param uncertaintyMillis how far that may be wrong
 * @param driftMillis how much the offset grew since it was last read here, or null
 * @param method how the camera's time was read
 * @param reported whether the record has it
 */
record ClockReading(
        String camera,
        String measuredAt,
        long offsetMillis,
        long uncertaintyMillis,
        Long driftMillis,
        String method,
        boolean reported) {
    /**
     * The reading of a camera's clock.
     *
     * @param before the dock's time before the clock was read
     * @param after the dock's time after that
     * @param last the last reading of this camera's clock here, or null
     */
    static ClockReading of(Camera camera, Instant before, Instant camerasTime, Instant after, ClockReading last) {
        Duration reading = Duration.between(before, after);
        Instant middle = before.plus(reading.dividedBy(2));
        long offset = Duration.between(middle, camerasTime).toMillis();
        return new ClockReading(
                camera.serial(),
                middle.toString(),
                offset,
                reading.toMillis() / 2 + 1 + camera.profile().clockResolutionMillis(),
                last == null ? null : offset - last.offsetMillis(),
                camera.profile().clockMethod(),
                false);
    }

    /** The same reading, which the record has. */
    ClockReading inRecord() {
        return new ClockReading(camera, measuredAt, offsetMillis, uncertaintyMillis, driftMillis, method, true);
    }
}
