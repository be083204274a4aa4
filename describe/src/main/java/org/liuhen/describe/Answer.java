package org.liuhen.describe;

import java.util.List;

/**
 * The answer of a parser process, with the files that the process left.
 *
 * @param track the track, or no bytes
 * @param preview the preview, or no bytes
 * @param text the words of the document, or no bytes
 */
@SuppressWarnings("ArrayRecordComponent") // nothing compares it
record Answer(Description description, byte[] track, byte[] preview, byte[] text) {
    /** The answer for a file of which nothing could be found out. */
    static final Answer NONE = new Answer(
            new Description(TikaReader.UNKNOWN_TYPE, List.of(), null, List.of(), null, null, null, null, null),
            new byte[0],
            new byte[0],
            new byte[0]);
}
