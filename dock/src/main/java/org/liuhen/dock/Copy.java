package org.liuhen.dock;

/**
 * One file on a camera, and the last step of it that was done. A file that changes its size or time is another copy.
 *
 * @param camera the camera's serial number
 * @param path the file below the camera's mount, with {@code /}
 * @param sizeBytes its size
 * @param modifiedMillis its time of change by the camera's clock, milliseconds since 1970
 * @param step the last step that was done
 * @param sha256 its digest, or null before it was read
 * @param url the URL of its upload, or null before it was declared
 * @param evidenceId the item that has the bytes, by the receipt, or null before there is a receipt
 * @param trouble always null; journals of older versions may have it
 */
record Copy(
        String camera,
        String path,
        long sizeBytes,
        long modifiedMillis,
        Step step,
        String sha256,
        String url,
        String evidenceId,
        String trouble) {
    /** The steps of a copy, in order. From {@code MAY_ERASE} on, its bytes are safe elsewhere. */
    enum Step {
        FOUND,
        HASHED,
        DECLARED,
        SENT,
        MAY_ERASE,
        ERASING,
        ERASED
    }

    static Copy found(String camera, String path, long sizeBytes, long modifiedMillis) {
        return new Copy(camera, path, sizeBytes, modifiedMillis, Step.FOUND, null, null, null, null);
    }

    /** The name of the copy in the journal. */
    String key() {
        return camera + "\n" + path + "\n" + sizeBytes + "\n" + modifiedMillis;
    }

    /** The name of the copy for people. */
    String name() {
        return camera + ":" + path;
    }

    /** Whether there is a receipt, so that the bytes are safe elsewhere. */
    boolean isSafe() {
        return step.compareTo(Step.MAY_ERASE) >= 0;
    }

    /** Whether an erasure of the file may begin, or may go on after a power cut. */
    boolean mayBeErased() {
        return step == Step.MAY_ERASE || step == Step.ERASING;
    }

    String fileName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    Copy hashed(String digest) {
        return new Copy(camera, path, sizeBytes, modifiedMillis, Step.HASHED, digest, null, null, null);
    }

    Copy declared(String at) {
        return new Copy(camera, path, sizeBytes, modifiedMillis, Step.DECLARED, sha256, at, null, null);
    }

    Copy in(Step next) {
        return new Copy(camera, path, sizeBytes, modifiedMillis, next, sha256, url, evidenceId, null);
    }

    Copy receipted(String item) {
        return new Copy(camera, path, sizeBytes, modifiedMillis, Step.MAY_ERASE, sha256, url, item, null);
    }
}
