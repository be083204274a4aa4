package org.liuhen.review.model;

import static java.util.stream.Collectors.joining;
import static org.liuhen.review.model.ItemMember.RECORDING_ID;
import static org.liuhen.review.model.ItemMember.SEGMENT;
import static org.liuhen.review.model.ItemMember.SEGMENT_COUNT;
import static org.liuhen.review.model.ItemMember.UNITS;
import static org.liuhen.review.model.ItemMember.stateIn;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView.State;

/** Reads which recordings in several files lack some of them. Every method throws SQLException where PostgreSQL does not answer. */
public final class SegmentQueries {
    private static final String SEGMENTS = "MISSING_SEGMENTS ";
    private static final int RANGES_MAX = 150;
    private static final Duration ON_ITS_WAY = Duration.ofDays(1);

    private final DataSource database;

    SegmentQueries(DataSource database) {
        this.database = database;
    }

    /**
     * A recording in several files of which some are missing.
     *
     * @param ranges the numbers of those that are missing: each the first and the last one of some that follow each other
     * @param since when the last of its files that the person sees was declared, to the second, in UTC; one that was withdrawn does not count
     * @param whose whose these files are
     * @param explained the entry that explains just these missing segments; null where none does
     */
    public record Missing(
            String recordingId, List<Range> ranges, String since, GapQueries.Whose whose, EntryRow explained) {
        /** The numbers of those that are missing, which may be ten thousand. */
        public IntStream segments() {
            return ranges.stream().flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()));
        }

        /** Names what is missing: an explanation of some segments explains no others. */
        public String gapId() {
            String which = ranges.stream().map(Range::toString).collect(joining(","));
            if (which.length() > RANGES_MAX) {
                which = segments().count() + "/"
                        + Sha256Digest.of(which.getBytes(StandardCharsets.US_ASCII))
                                .hex();
            }
            return SEGMENTS + recordingId + " " + which;
        }

        private Missing with(EntryRow explanation) {
            return new Missing(recordingId, ranges, since, whose, explanation);
        }
    }

    /** Numbers that follow each other, from the first to the last one. */
    public record Range(int first, int last) {
        @Override
        public String toString() {
            return first == last ? "" + first : first + "-" + last;
        }
    }

    /** Whether a gap of this name is of missing segments. */
    public static boolean isOfSegments(String gapId) {
        return gapId.startsWith(SEGMENTS);
    }

    /** The missing segments of this name, where the scope has a file of the recording. */
    public Optional<Missing> missing(LogName log, Scope scope, String gapId, Instant now) throws SQLException {
        String recording = gapId.substring(SEGMENTS.length()).replaceFirst(" [^ ]*$", "");
        return missingSegments(log, GapQueries.Asked.all(scope, Optional.empty()), recording, now).stream()
                .filter(missing -> missing.gapId().equals(gapId))
                .findFirst();
    }

    /**
     * The incomplete recordings, in the order of their IDs, those that are explained among them. A recording is complete when its segments from
     * 1 to the number that the device gave are there, or to the last one where it gave none. What is there is the same for all who ask: all files
     * at the site count. Who asks sees the recordings of which one file is among the items that are wanted, and of the files that are not among
     * the own ones their numbers only. What may still be on its way is not missing: the last declaration of a file is a day old.
     */
    public List<Missing> missingSegments(LogName log, GapQueries.Asked asked, Instant now) throws SQLException {
        return missingSegments(log, asked, null, now);
    }

    private List<Missing> missingSegments(LogName log, GapQueries.Asked asked, String recording, Instant now)
            throws SQLException {
        List<Missing> missing = new ArrayList<>();
        Scope wanted = asked.items();
        String sets = "select recording, max(last) as last, max(declared) filter (where counts) as newest,"
                + " bool_or(wanted and counts) as wanted, max(declared) filter (where own and counts) as since,"
                + " array_agg(distinct officer) filter (where own and counts and officer is not null) as officers,"
                + " array_agg(units) filter (where own and counts and units is not null) as units,"
                + " coalesce(range_agg(int4range(segment, segment, '[]')) filter (where here), '{}') as there from (select "
                + RECORDING_ID.text()
                + " as recording, coalesce(" + SEGMENT_COUNT.as("int") + ", " + SEGMENT.as("int") + ") as last, "
                + SEGMENT.as("int") + " as segment, " + Counted.DECLARED + " as declared, " + Counted.OFFICER
                + " as officer, " + UNITS.json() + " as units, " + Counted.ITEM + " as counts, not "
                + stateIn(State.DECLARED, State.WITHDRAWN) + " as here, ("
                + asked.scope().sql() + ") as own, (" + wanted.sql() + ") as wanted from evidence where log = ? and "
                + RECORDING_ID.text() + (recording == null ? " is not null" : " = ?") + ") as files group by 1";
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select recording, array(select lower(range) from unnest(missing) as range order by 1),"
                                + " array(select upper(range) - 1 from unnest(missing) as range order by 1), since, coalesce(officers, '{}'), array(select distinct unit from unnest(units) as"
                                + " of_file, jsonb_array_elements_text(of_file) as unit order by 1)"
                                + " from (select *, int4multirange(int4range(1, greatest(last, 0) + 1)) - there as missing from ("
                                + sets
                                + ") as sets) as sets where wanted and newest < ? and not isempty(missing)"
                                + (asked.from() == null ? "" : " and since >= ?")
                                + (asked.to() == null ? "" : " and since < ?") + " order by 1")) {
            List<Object> values = new ArrayList<>(asked.scope().values());
            values.addAll(wanted.values());
            values.add(log.value());
            if (recording != null) {
                values.add(recording);
            }
            values.add(Counted.second(now.minus(ON_ITS_WAY)));
            if (asked.from() != null) {
                values.add(Counted.second(asked.from()));
            }
            if (asked.to() != null) {
                values.add(Counted.second(asked.to()));
            }
            Rows.set(select, values);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    missing.add(new Missing(
                            rows.getString(1),
                            ranges(rows),
                            rows.getString(4) + "Z",
                            new GapQueries.Whose(GapQueries.texts(rows, 5), GapQueries.texts(rows, 6)),
                            null));
                }
            }
            Map<String, EntryRow> explained = GapQueries.explanations(
                    connection, log, missing.stream().map(Missing::gapId).toList());
            missing.replaceAll(one -> one.with(explained.get(one.gapId())));
        }
        return missing;
    }

    private static List<Range> ranges(ResultSet rows) throws SQLException {
        Integer[] first = (Integer[]) rows.getArray(2).getArray();
        Integer[] last = (Integer[]) rows.getArray(3).getArray();
        return IntStream.range(0, first.length)
                .mapToObj(at -> new Range(first[at], last[at]))
                .toList();
    }
}
