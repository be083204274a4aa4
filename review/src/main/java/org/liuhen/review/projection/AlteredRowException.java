package org.liuhen.review.projection;

import java.sql.SQLException;

/** A row of the read model is not as the log has it: somebody altered it, and nothing is decided by it. Its code is VF-113, as that of a verification. */
public final class AlteredRowException extends SQLException {
    private static final long serialVersionUID = 1L;

    /** The row of the entry at this place in the log. */
    public AlteredRowException(long index) {
        this(index, null);
    }

    AlteredRowException(long index, Exception cause) {
        super("entry " + index + " was altered in the search database and is not as the log has it", cause);
    }
}
