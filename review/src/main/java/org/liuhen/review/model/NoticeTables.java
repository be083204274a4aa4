package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The tables of what people are told on the page, which are made where they are not there. */
final class NoticeTables {
    /** For so many days people are told of something. */
    static final int KEPT_DAYS = 30;

    /** What is said to be of times to come was altered: it would stay for ever, and PostgreSQL counts with no time that is infinite. */
    static final String RECENT = "at > now() - interval '" + KEPT_DAYS + " days' and at < now() + interval '2 days'";

    /** Up to which entry of a log these tables were filled. */
    static final String POSITIONS = "noticed";

    private static final String[] TABLES = {
        "create table if not exists notice (log text, cause text, kind text, audience text, index bigint not null,"
                + " act text not null, actor text not null, at timestamptz not null, about text not null,"
                + " subject text not null, whole int not null, units text[] not null, holder text not null,"
                + " over boolean not null default false, made timestamptz not null default now(),"
                + " parts text[] not null default '{}', primary key (log, cause, kind, audience))",
        "alter table notice add column if not exists parts text[] not null default '{}'",
        "create index if not exists notice_audience on notice (log, audience, made desc, index desc)",
        "create index if not exists notice_subject on notice (log, subject) where subject <> ''",
        "create index if not exists notice_about on notice (log, about) where subject = '' and not over",
        "create index if not exists notice_made on notice (log, made)",
        "create index if not exists notice_at on notice (at)",
        Position.table(POSITIONS),
        "create table if not exists notice_looked (log text, person text, made timestamptz not null,"
                + " primary key (log, person))"
    };

    private final DataSource database;
    private boolean ready; // whether the tables are there; guarded by this

    NoticeTables(DataSource database) {
        this.database = database;
    }

    /** A connection to a database that has the tables. */
    Connection open() throws SQLException {
        synchronized (this) {
            if (!ready) {
                ReadModelSchema.createBeside(database, TABLES);
                ready = true;
            }
        }
        return database.getConnection();
    }

    /** Something failed: the tables may be gone. */
    synchronized void doubt() {
        ready = false;
    }
}
