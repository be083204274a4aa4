package org.liuhen.dock;

import java.io.IOException;
import org.liuhen.custody.event.Reason;

/** A file or folder on a camera that cannot be read now (DK-111). It stays where it is, and is tried again. */
final class UnreadableFileException extends IOException {
    private static final int REASON_MAX = 300;

    UnreadableFileException(Exception cause) {
        super(why(cause), cause);
    }

    /** The message for this cause. */
    static String why(Exception cause) {
        return "DK-111 it cannot be read: " + Reason.of(cause, REASON_MAX)
                + ". It stays where it is and is tried again; look at the card and at the rights of its files";
    }
}
