package org.liuhen.dock;

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
    ClockReading told() {
        return new ClockReading(camera, measuredAt, offsetMillis, uncertaintyMillis, driftMillis, method, true);
    }
}
