package org.liuhen.review.model;

import static org.liuhen.review.model.ItemMember.RECORDING_ID;
import static org.liuhen.review.model.ItemMember.SEGMENT;
import static org.liuhen.review.model.ItemMember.SEGMENT_COUNT;
import static org.liuhen.review.model.ItemMember.stateIn;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView.State;

/** Reads which recordings in several files lack some of them. Every method throws SQLException where PostgreSQL does not answer. */
public final class SegmentQueries {
    private static final String SEGMENTS = "MISSING_SEGMENTS ";
    private static final int RANGES_MAX = 150;

    private final DataSource database;

    SegmentQueries(DataSource database) {
        this.database = database;
    }

    /**
     * A recording in several files of which some are missing.
     *
     * @param segments the numbers of those that are missing
     * @param since when the last of its files that is here was declared, to the second, in UTC
     * @param explained the entry that explains just these missing segments; null where none does
     */
    public record Missing(
            String recordingId, List<Integer> segments, String since, GapQueries.Whose whose, EntryRow explained) {
        /** Names what is missing: an explanation of some segments explains no others. */
        public String gapId() {
            return gapId(recordingId, segments);
        }

        private static String gapId(String recordingId, List<Integer> segments) {
            StringBuilder ranges = new StringBuilder();
            for (int at = 0; at < segments.size(); at++) {
                int first = segments.get(at);
                while (at + 1 < segments.size() && segments.get(at + 1) == segments.get(at) + 1) {
                    at++;
                }
                ranges.append(ranges.length() == 0 ? "" : ",").append(first);
                if (segments.get(at) > first) {
                    ranges.append('-').append(segments.get(at));
                }
            }
            String which = ranges.toString();
            if (which.length() > RANGES_MAX) {
                which = segments.size() + "/"
                        + Sha256Digest.of(which.getBytes(StandardCharsets.US_ASCII))
                                .hex();
            }
            return SEGMENTS + recordingId + " " + which;
        }
    }

    /** Whether a gap of this name is of missing segments. */
    public static boolean isOfSegments(String gapId) {
        return gapId.startsWith(SEGMENTS);
    }

    /** The missing segments of this name, where the scope has the recording. */
    public Optional<Missing> missing(LogName log, Scope scope, String gapId) throws SQLException {
        String recording = gapId.substring(SEGMENTS.length()).replaceFirst(" [^ ]*$", "");
        Scope ofRecording = scope.and(RECORDING_ID.text() + " = ?", recording);
        return missingSegments(log, GapQueries.Asked.all(ofRecording, Optional.empty()), 1).stream()
                .filter(missing -> missing.gapId().equals(gapId))
                .findFirst();
    }

    /**
     * The incomplete recordings, in the order of their IDs. A recording is complete when its segments from 1 to the number that the device gave
     * are there, or to the last one where it gave none.
     *
     * @param limit the greatest number of recordings
     */
    public List<Missing> missingSegments(LogName log, GapQueries.Asked asked, int limit) throws SQLException {
        List<Missing> missing = new ArrayList<>();
        Scope items = asked.items();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select recording, array(select generate_series(1, last) except select unnest(there) order by 1),"
                                + " since, officers, units from (select " + RECORDING_ID.text() + " as recording,"
                                + " max(coalesce(" + SEGMENT_COUNT.as("int") + ", " + SEGMENT.as("int") + ")) as last,"
                                + " max(" + Counted.DECLARED + ") as since,"
                                + " array_remove(array_agg(distinct " + Counted.OFFICER + "), null) as officers,"
                                + " array_remove(array_agg(distinct " + Counted.UNIT + "), '') as units,"
                                + " array_agg(" + SEGMENT.as("int") + ") filter"
                                + " (where not " + stateIn(State.DECLARED, State.WITHDRAWN) + ") as there"
                                + " from evidence where log = ? and " + RECORDING_ID.text() + " is not null and "
                                + items.sql() + " group by 1) as sets"
                                + " where last > coalesce(array_length(array(select distinct unnest(there)), 1), 0)"
                                + (asked.from() == null ? "" : " and since >= ?")
                                + (asked.to() == null ? "" : " and since < ?")
                                + " order by 1 limit " + limit)) {
            List<Object> values = new ArrayList<>(List.of(log.value()));
            values.addAll(items.values());
            if (asked.from() != null) {
                values.add(Counted.second(asked.from()));
            }
            if (asked.to() != null) {
                values.add(Counted.second(asked.to()));
            }
            Rows.set(select, values);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String recording = rows.getString(1);
                    List<Integer> segments =
                            List.of((Integer[]) rows.getArray(2).getArray());
                    missing.add(new Missing(
                            recording,
                            segments,
                            rows.getString(3) + "Z",
                            new GapQueries.Whose(GapQueries.texts(rows, 4), GapQueries.texts(rows, 5)),
                            GapQueries.explanation(connection, log.value(), Missing.gapId(recording, segments))));
                }
            }
        }
        return missing;
    }
}
