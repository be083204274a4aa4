package org.liuhen.review.projection;

import java.sql.SQLDataException;
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

    /**
     * Whether something failed by what a row has, so that it will fail by this row again and by no other one: the row was altered, is not what a class
     * here can read, or PostgreSQL cannot make of it what a query asks for (SQLSTATE class 22, which PostgreSQL's driver has no class of its own for).
     */
    public static boolean isBroken(Exception failed) {
        return failed instanceof AlteredRowException
                || failed instanceof SQLDataException
                || (failed instanceof SQLException said
                        && said.getSQLState() != null
                        && said.getSQLState().startsWith("22"));
    }

    /**
     * Goes on where a row is {@linkplain #isBroken broken}, or what failed is no failure of PostgreSQL.
     *
     * @throws SQLException what failed, where PostgreSQL does not answer or refuses what it was asked
     */
    public static void requireBroken(Exception failed) throws SQLException {
        if (failed instanceof SQLException said && !isBroken(said)) {
            throw said;
        }
    }
}
