package org.liuhen.dock;

/**
 * One file on a camera, and how far it has come. A file that changes its size or time is another copy.
 *
 * @param camera the camera's serial number
 * @param path the file below the camera's mount, with {@code /}
 * @param sizeBytes its size
 * @param modifiedMillis its time of change by the camera's clock, milliseconds since 1970
 * @param step how far it has come
 * @param sha256 its digest, or null before it was read
 * @param url its upload at the door, or null before it was declared
 * @param evidenceId the item that has its bytes, as its receipt says, or null before there is one
 * @param trouble why it does not go on by itself, or null
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
    /** How far a copy has come. Only the last three say that its bytes are safe elsewhere. */
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

    /** The same step; somebody has to look at it. */
    Copy troubled(String why) {
        return new Copy(camera, path, sizeBytes, modifiedMillis, step, sha256, url, evidenceId, why);
    }
}
