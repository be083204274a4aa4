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
 * Which of several processes on one database writes its tables: the one whose session holds a PostgreSQL advisory lock (PostgreSQL manual,
 * section 13.3.5). The lock ends with its session, and everything is written through that session, so whoever lost the lock cannot write:
 * nothing else has to be compared. A process that is paused or cut off sends nothing, and PostgreSQL ends its session after
 * {@value #SILENT_SECONDS} seconds; then another one takes over within {@value #EVERY_MILLIS} milliseconds.
 */
public final class FollowerLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowerLock.class);
    private static final long EVERY_MILLIS = 1_000;
    private static final int SILENT_SECONDS = 6;
    private static final int STATEMENT_SECONDS = 50;
    private static final int ANSWER_SECONDS = 60;

    private final String url;
    private final Properties settings = new Properties();
    private final LogName log;
    private final Thread thread;
    private Connection session; // guarded by this; open while this process leads or tries to
    private boolean held; // guarded by this
    private boolean over; // guarded by this

    FollowerLock(String url, String user, String password, LogName log) {
        this.url = url;
        this.log = log;
        settings.setProperty("user", user);
        if (password != null) {
            settings.setProperty("password", password);
        }
        settings.setProperty("reWriteBatchedInserts", "true"); // many rows a statement
        settings.setProperty(
                "ApplicationName",
                "liuhen follower " + ProcessHandle.current().pid()); // who leads is to be seen in pg_stat_activity
        settings.setProperty("connectTimeout", "5");
        settings.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
        settings.setProperty("tcpKeepAlive", "true");
        settings.setProperty(
                "options",
                "-c idle_session_timeout=" + SILENT_SECONDS + "s -c idle_in_transaction_session_timeout="
                        + SILENT_SECONDS + "s -c statement_timeout=" + STATEMENT_SECONDS
                        + "s -c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3");
        thread = new Thread(this::run, "lead-" + log.value());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        String said = "";
        while (!Thread.currentThread().isInterrupted()) {
            try {
                beat();
                said = "";
                Thread.sleep(EVERY_MILLIS);
            } catch (SQLException away) { // such as a database that is away, or that ended this session
                if (!String.valueOf(away.getMessage()).equals(said)) {
                    said = String.valueOf(away.getMessage());
                    LOG.warn("who follows {}: {}", log.value(), said);
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

    /** Tries to take the lock, or shows PostgreSQL that this process is alive. */
    private synchronized void beat() throws SQLException {
        if (over) {
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
            try (PreparedStatement lock = session.prepareStatement(
                    "select pg_try_advisory_lock(hashtextextended('liuhen follower ' || ?, 0))")) {
                lock.setString(1, log.value());
                try (ResultSet row = lock.executeQuery()) {
                    row.next();
                    held = row.getBoolean(1);
                }
            }
            if (held) {
                LOG.info("this process follows {} now", log.value());
            }
        } catch (SQLException failed) {
            lose();
            throw failed;
        }
    }

    private void confirm() throws SQLException {
        try (Statement alive = session.createStatement()) {
            alive.execute("select 1");
        }
    }

    private void lose() {
        if (held && !over) {
            LOG.warn("this process follows {} no more", log.value());
        }
        held = false;
        try {
            if (session != null) {
                session.close();
            }
        } catch (SQLException gone) {
            LOG.debug("the session was gone", gone);
        }
        session = null;
    }

    /** The session that holds the lock, while this process leads. What was read before it was asked for may be old. */
    public synchronized Optional<Connection> session() {
        return held ? Optional.of(session) : Optional.empty();
    }

    /** Whether this process leads at this moment, as PostgreSQL says. */
    public synchronized boolean holds() {
        if (!held) {
            return false;
        }
        try {
            confirm();
            return true;
        } catch (SQLException lost) {
            lose();
            return false;
        }
    }

    /** What is written. */
    public interface Writing {
        void to(Connection session) throws SQLException;
    }

    /**
     * Writes through the session that held the lock when its reading began, all or nothing.
     *
     * @throws SQLException also where that session is over: another process may have written since
     */
    public synchronized void write(Connection began, Writing writing) throws SQLException {
        if (!held || began != session) {
            throw new SQLException("another process follows " + log.value() + " now");
        }
        try {
            session.setAutoCommit(false);
            writing.to(session);
            session.commit();
            session.setAutoCommit(true);
        } catch (SQLException failed) {
            try {
                session.rollback();
                session.setAutoCommit(true);
            } catch (
                    SQLException
                            over) { // PostgreSQL ended the session, and with it the lock and what was not committed
                failed.addSuppressed(over);
                lose();
            }
            throw failed;
        }
    }

    /** Lets another process lead, for good. */
    @Override
    public void close() {
        thread.interrupt();
        synchronized (this) {
            over = true;
            lose();
        }
    }
}
