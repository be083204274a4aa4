package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.liuhen.custody.evidence.LogName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one of several processes on one database write the tables of a log: the one whose session holds a PostgreSQL advisory lock
 * (PostgreSQL manual, section 13.3.5). The lock ends with its session, and all rows are written through that session. So a process that
 * has lost the lock cannot write.
 *
 * <p>A process that is paused or cut off sends nothing. PostgreSQL ends its session after {@value #SILENT_SECONDS} seconds, and another
 * process takes the lock within {@value #EVERY_MILLIS} milliseconds.
 */
public final class FollowerLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowerLock.class);
    private static final long EVERY_MILLIS = 1_000;
    private static final int SILENT_SECONDS = 6;
    private static final int STATEMENT_SECONDS = 50;
    private static final int ANSWER_SECONDS = 60;

    private final String url;
    private final String task;
    private final Properties settings = new Properties();
    private final LogName log;
    private final Thread thread;
    private Connection session; // guarded by this; null where there is none
    private boolean held; // guarded by this; whether the session holds the lock
    private boolean closed; // guarded by this

    /**
     * Competes for the lock.
     *
     * @param task what the process with the lock does: {@code follower}, or {@code builder} of tables beside the live ones
     * @param schema the PostgreSQL schema of the tables that it writes
     */
    FollowerLock(String url, String user, String password, LogName log, String task, String schema) {
        this.url = url;
        this.task = task;
        settings.setProperty("currentSchema", schema);
        this.log = log;
        settings.setProperty("user", user);
        if (password != null) {
            settings.setProperty("password", password);
        }
        settings.setProperty("reWriteBatchedInserts", "true"); // sends several rows in one statement
        settings.setProperty(
                "ApplicationName",
                "liuhen " + task + " "
                        + ProcessHandle.current().pid()); // pg_stat_activity shows which process has the lock
        settings.setProperty("connectTimeout", "5");
        settings.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
        settings.setProperty("tcpKeepAlive", "true");
        settings.setProperty(
                "options",
                "-c idle_session_timeout=" + SILENT_SECONDS + "s -c idle_in_transaction_session_timeout="
                        + SILENT_SECONDS + "s -c statement_timeout=" + STATEMENT_SECONDS
                        + "s -c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3");
        thread = new Thread(this::run, "follower-lock-" + log.value());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        String lastFailure = "";
        while (!Thread.currentThread().isInterrupted()) {
            try {
                takeOrConfirm();
                lastFailure = "";
                Thread.sleep(EVERY_MILLIS);
            } catch (SQLException failed) { // the database does not answer, or has ended this session
                if (!String.valueOf(failed.getMessage()).equals(lastFailure)) {
                    lastFailure = String.valueOf(failed.getMessage());
                    LOG.warn("who follows {}: {}", log.value(), lastFailure);
                }
                try {
                    Thread.sleep(EVERY_MILLIS);
                } catch (InterruptedException end) {
                    return;
                }
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** Tries to take the lock. Where this process has it, shows PostgreSQL that the process is alive. */
    private synchronized void takeOrConfirm() throws SQLException {
        if (closed) {
            return;
        }
        try {
            if (session == null) {
                session = DriverManager.getConnection(url, settings);
            }
            if (held) {
                confirm();
                return;
            }
            try (PreparedStatement lock =
                    session.prepareStatement("select pg_try_advisory_lock(hashtextextended('liuhen ' || ?, 0))")) {
                lock.setString(1, task + " " + log.value());
                try (ResultSet row = lock.executeQuery()) {
                    row.next();
                    held = row.getBoolean(1);
                }
            }
            if (held) {
                LOG.info("this process is the {} of {} now", task, log.value());
            }
        } catch (SQLException failed) {
            endSession();
            throw failed;
        }
    }

    private void confirm() throws SQLException {
        try (Statement alive = session.createStatement()) {
            alive.execute("select 1");
        }
    }

    private void endSession() {
        if (held && !closed) {
            LOG.warn("this process follows {} no more", log.value());
        }
        held = false;
        try {
            if (session != null) {
                session.close();
            }
        } catch (SQLException ended) {
            LOG.debug("the session was gone", ended);
        }
        session = null;
    }

    /** The session that holds the lock; empty where another process holds it. Ask for it before anything is read that a write depends on. */
    public synchronized Optional<Connection> session() {
        return held ? Optional.of(session) : Optional.empty();
    }

    /** Whether this process holds the lock at this moment. PostgreSQL is asked. */
    public synchronized boolean isHeld() {
        if (!held) {
            return false;
        }
        try {
            confirm();
            return true;
        } catch (SQLException lost) {
            endSession();
            return false;
        }
    }

    /** The statements of one transaction. */
    public interface Transaction {
        void run(Connection session) throws SQLException;
    }

    /**
     * Runs the statements in one transaction of the session that holds the lock.
     *
     * @param expected the session that held the lock when the caller began to read
     * @throws SQLException where a statement fails, or that session has ended: another process may have written since
     */
    public synchronized void write(Connection expected, Transaction transaction) throws SQLException {
        if (!held || expected != session) {
            throw new SQLException("another process follows " + log.value() + " now");
        }
        try {
            session.setAutoCommit(false);
            transaction.run(session);
            session.commit();
            session.setAutoCommit(true);
        } catch (SQLException failed) {
            try {
                session.rollback();
                session.setAutoCommit(true);
            } catch (SQLException ended) {
                // PostgreSQL has ended the session, and with it the lock and the transaction.
                failed.addSuppressed(ended);
                endSession();
            }
            throw failed;
        }
    }

    /** Gives the lock up and does not take it again. */
    @Override
    public void close() {
        thread.interrupt();
        synchronized (this) {
            closed = true;
            endSession();
        }
    }
}
