package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** A row that somebody altered is not a database that does not answer. */
class AlteredRowExceptionTest {
    @Test
    void aBrokenRowIsTheFaultOfThisRow() {
        for (Exception broken : List.of(
                new AlteredRowException(7),
                new SQLDataException("a jsonb that is no item"),
                new PSQLException("cannot extract elements from a scalar", PSQLState.INVALID_PARAMETER_VALUE),
                new PSQLException("invalid input syntax for type timestamp", PSQLState.BAD_DATETIME_FORMAT),
                new IllegalArgumentException("no number"))) {
            assertDoesNotThrow(() -> AlteredRowException.requireBroken(broken), broken.toString());
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNoBrokenRow() {
        for (SQLException down : List.of(
                new PSQLException("the connection is closed", PSQLState.CONNECTION_FAILURE),
                new PSQLException("no table notice", PSQLState.UNDEFINED_TABLE),
                new SQLTransientConnectionException("no connection within 30 s"))) {
            assertSame(down, assertThrows(SQLException.class, () -> AlteredRowException.requireBroken(down)));
        }
    }
}
