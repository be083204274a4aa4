package org.liuhen.describe;

import java.util.List;
import org.liuhen.describe.readback.Structure;
import org.liuhen.describe.readback.Zeros;

/**
 * A request to a parser process about the file {@code item} in the folder that they share.
 *
 * @param mode how much to do
 * @param name the name under which the file came
 * @param kind how the file is built
 * @param whole whether {@code item} has all bytes of the file
 * @param damage damage that was found while the skeleton was written
 * @param sizeBytes the length of the file
 * @param zeros long runs of zeros in the file
 * @param appendedFrom where something begins behind the last box of ISO base media, or -1
 * @param make what to make of it, now that the parts that are needed for it are there; else empty
 */
record Request(
        Mode mode,
        String name,
        Structure.Kind kind,
        boolean whole,
        List<String> damage,
        long sizeBytes,
        List<Zeros> zeros,
        long appendedFrom,
        List<Description.Make> make) {
    /** The file, or its skeleton, in the folder that parent and process share. */
    static final String ITEM = "item";

    /** How much to do. */
    enum Mode {
        ALL,
        /** Without Tika, of which a process dies most often. */
        WITHOUT_TIKA,
        /** Only the parts in {@code make}. */
        MAKE
    }

    /** Asks the same without Tika. */
    Request withoutTika() {
        return new Request(Mode.WITHOUT_TIKA, name, kind, whole, damage, sizeBytes, zeros, appendedFrom, make);
    }

    /** Asks for these to be made of the file. */
    Request toMake(List<Description.Make> these) {
        return new Request(Mode.MAKE, name, kind, whole, damage, sizeBytes, zeros, appendedFrom, these);
    }
}
