package org.liuhen.ingest.describe;

import java.util.List;
import org.liuhen.ingest.verify.Skeleton;

/**
 * What the parent asks a parser process.
 *
 * @param mode how much to do
 * @param path the file, or its skeleton
 * @param derived the folder for what is made from it: the track, the poster
 * @param name the name under which the file came
 * @param kind how the file is built
 * @param whole whether the file at {@code path} has all its bytes
 * @param damage what the file's structure says is wrong with it
 * @param sizeBytes the length of the file
 */
record Request(
        Mode mode,
        String path,
        String derived,
        String name,
        Skeleton.Kind kind,
        boolean whole,
        List<String> damage,
        long sizeBytes) {
    /** How much to do. */
    enum Mode {
        ALL,
        /** Tika is what mostly dies, and the others can still say much. */
        WITHOUT_TIKA,
        /** Only the positions, after the parts that hold them were fetched. */
        TRACK
    }

    Request in(Mode other) {
        return new Request(other, path, derived, name, kind, whole, damage, sizeBytes);
    }
}
