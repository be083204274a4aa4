package org.liuhen.review.follow;

import java.sql.SQLException;
import org.liuhen.review.model.ReadModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has PostgreSQL count the rows of a read model after many new entries. By itself it does so a minute or more later, and until then it plans
 * queries for the few rows that were there before. One thread uses it.
 */
final class PlannerStatistics {
    private static final Logger LOG = LoggerFactory.getLogger(PlannerStatistics.class);

    /** So many new entries are counted: when no more of them come, and while they come each time that they are half of all. */
    static final int ENTRIES = 10_000;

    private final ReadModel model;
    private long added;

    PlannerStatistics(ReadModel model) {
        this.model = model;
    }

    /**
     * Entries were added, or none came.
     *
     * @param entries how many; 0 where the log has no more of them now
     * @param size how many entries the read model has
     */
    void added(long entries, long size) {
        added += entries;
        if (added < ENTRIES || (entries > 0 && added < size / 2)) {
            return;
        }
        added = 0;
        try {
            model.analyze();
        } catch (SQLException failed) {
            LOG.warn(
                    "PostgreSQL has not counted its rows, and lists are slower until it does: {}", failed.getMessage());
        }
    }
}
