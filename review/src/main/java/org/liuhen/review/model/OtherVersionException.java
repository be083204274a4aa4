package org.liuhen.review.model;

import java.sql.SQLException;

/** Another version of this program has made the tables anew, so this process must not write into them. */
public final class OtherVersionException extends SQLException {
    OtherVersionException(int found, int own) {
        super("RM-103 the tables are of version " + found + ", and this program makes version " + own
                + ". It does not follow any more: start it again as the version of the others");
    }
}
