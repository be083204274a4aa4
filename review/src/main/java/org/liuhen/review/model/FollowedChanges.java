package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when the follower of a log has committed rows, whichever process it runs in: it hears PostgreSQL's notifications (PostgreSQL manual,
 * LISTEN) on a session of its own. A session that is lost is opened again; what was committed meanwhile counts as one change.
 */
public final class FollowedChanges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedChanges.class);
    private static final String CHANNEL = "liuhen_followed";

    /** Notifies those who listen, when the transaction commits. */
    static final String NOTIFY = "notify " + CHANNEL;

    private static final int SILENT_MILLIS = 5_000;
    private static final long AGAIN_MILLIS = 1_000;

    private final String url;
    private final Properties settings = new Properties();
    private final Thread thread;
    private Connection session; // guarded by this; null where there is none
    private long changes; // guarded by this
    private boolean closed; // guarded by this

    FollowedChanges(String url, String user, String password) {
        this.url = url;
        settings.setProperty("user", user);
        if (password != null) {
            settings.setProperty("password", password);
        }
        settings.setProperty(
                "ApplicationName", "liuhen listener " + ProcessHandle.current().pid());
        settings.setProperty("connectTimeout", "5");
        settings.setProperty("socketTimeout", "10");
        settings.setProperty("tcpKeepAlive", "true");
        thread = new Thread(this::run, "followed-changes");
        thread.setDaemon(true);
        thread.start();
    }

    /** How many changes were heard of. Ask before the rows are read. */
    public synchronized long count() {
        return changes;
    }

    /**
     * Waits for a change after those that were counted.
     *
     * @param counted an answer of {@link #count}
     * @param end when the wait ends, a value of {@link System#nanoTime}
     * @return the count then; the same as before where the wait has ended without a change
     */
    public synchronized long awaitAfter(long counted, long end) throws InterruptedException {
        for (long left = end - System.nanoTime(); changes == counted && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return changes;
    }

    private void run() {
        String lastFailure = "";
        while (!isClosed()) {
            try (Connection opened = DriverManager.getConnection(url, settings)) {
                listen(opened);
                lastFailure = "";
                hear(opened);
            } catch (SQLException lost) {
                if (!isClosed() && !String.valueOf(lost.getMessage()).equals(lastFailure)) {
                    lastFailure = String.valueOf(lost.getMessage());
                    LOG.warn("changes of the read model are not heard: {}", lastFailure);
                }
            }
            try {
                Thread.sleep(AGAIN_MILLIS);
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    private void listen(Connection opened) throws SQLException {
        synchronized (this) {
            session = opened;
            if (closed) {
                throw new SQLException("closed");
            }
        }
        try (Statement statement = opened.createStatement()) {
            statement.execute("listen " + CHANNEL);
        }
        changed(); // what came before is not notified of
    }

    private void hear(Connection opened) throws SQLException {
        PGConnection postgres = opened.unwrap(PGConnection.class);
        try (Statement statement = opened.createStatement()) {
            while (!isClosed()) {
                PGNotification[] heard = postgres.getNotifications(SILENT_MILLIS);
                if (heard != null && heard.length > 0) {
                    changed();
                } else {
                    statement.execute("select 1"); // fails where the session is lost
                }
            }
        }
    }

    private synchronized void changed() {
        changes++;
        notifyAll();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        thread.interrupt();
        synchronized (this) {
            closed = true;
            notifyAll();
            try {
                if (session != null) {
                    session.close();
                }
            } catch (SQLException ended) {
                LOG.debug("the session was gone", ended);
            }
        }
    }
}
