package org.liuhen.review.model;

import static org.liuhen.review.model.ItemMember.BYTES_DIFFER;
import static org.liuhen.review.model.ItemMember.CANDIDATES;
import static org.liuhen.review.model.ItemMember.CASES;
import static org.liuhen.review.model.ItemMember.CATEGORY;
import static org.liuhen.review.model.ItemMember.CLAIMS;
import static org.liuhen.review.model.ItemMember.DECLARED_AT;
import static org.liuhen.review.model.ItemMember.DESCRIPTION_FAILURE;
import static org.liuhen.review.model.ItemMember.DISPOSAL;
import static org.liuhen.review.model.ItemMember.FAILED_STEPS;
import static org.liuhen.review.model.ItemMember.FOREIGN_CASES;
import static org.liuhen.review.model.ItemMember.HANDOVER;
import static org.liuhen.review.model.ItemMember.HANDOVER_AT;
import static org.liuhen.review.model.ItemMember.HANDOVER_BY;
import static org.liuhen.review.model.ItemMember.HANDOVER_TO;
import static org.liuhen.review.model.ItemMember.HOLDS;
import static org.liuhen.review.model.ItemMember.KEPT_DAYS;
import static org.liuhen.review.model.ItemMember.LAST_REVIEW_DUE;
import static org.liuhen.review.model.ItemMember.LAST_REVIEW_OUTCOME;
import static org.liuhen.review.model.ItemMember.PERMANENT;
import static org.liuhen.review.model.ItemMember.REVIEWS;
import static org.liuhen.review.model.ItemMember.SEALED_UNTIL;
import static org.liuhen.review.model.ItemMember.UNITS;
import static org.liuhen.review.model.ItemMember.stateIn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.review.projection.ItemView.State;
import org.liuhen.review.projection.SearchTerms;

/**
 * The piles of items that wait for a person or for a step, each with its SQL condition on the table {@code evidence}. JSONB's operator
 * {@code ?} is doubled in them, as prepared statements need it.
 */
public final class Piles {
    /** Items with a failed step or an incomplete description. A person has to look at them. */
    static final String PUT_ASIDE = "(" + FAILED_STEPS.exists() + " or " + DESCRIPTION_FAILURE.exists() + ")";

    /** Items with a failed step whose bytes are not sealed. */
    static final String NOT_SEALED = FAILED_STEPS.exists() + " and not " + SEALED_UNTIL.exists();

    /** Items for which incidents were proposed and none was chosen. */
    public static final String UNDECIDED = CANDIDATES.exists();

    /** Items whose chain did not verify when it was looked at last ({@code fault}: the codes of what was found). */
    static final String BROKEN_CHAIN = "fault is not null";

    /**
     * Items of which something does not verify: they were rejected, could not be read back, were read with other bytes than the record says, or
     * have a chain that does not hold.
     */
    private static final String ANOMALIES = "(" + stateIn(State.REJECTED) + " or " + FAILED_STEPS.json()
            + " ?? 'verify' or " + BYTES_DIFFER.exists() + " or " + BROKEN_CHAIN + ")";

    /** Items that are disposed of some day, unless a case keeps them; their {@link #LOCK_END} is indexed. */
    static final String EXPIRING =
            SEALED_UNTIL.exists() + " and not " + stateIn(State.DISPOSED) + " and not " + HOLDS.exists() + " and not "
                    + DISPOSAL.exists() + " and " + PERMANENT.text() + " is distinct from 'true'";

    /** When the lock of an item ends. ISO 8601 in UTC, as the text that the record has. */
    static final String LOCK_END = SEALED_UNTIL.text();

    /**
     * Items whose retention is over and which nothing keeps: no hold, no open case, no longer category. Those whose disposal was proposed are in a
     * pile of their own. {@code DisposalConditions} decides about each of them.
     */
    private static final String EXPIRED = EXPIRING + " and " + LOCK_END
            + " < to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') and ("
            + KEPT_DAYS.text() + " is null or " + DECLARED_AT.as("timestamptz") + " + make_interval(days => "
            + KEPT_DAYS.as("int") + ") < now()) and not exists (select from jsonb_array_elements_text("
            + CASES.json() + ") linked where not exists (select from casefile where casefile.log = evidence.log"
            + " and casefile.case_id = linked and casefile.closed))";

    private static final String READ_BACK = stateIn(State.VERIFIED, State.REJECTED);

    /** The piles on the desk of a person, by name. */
    public static final Map<String, String> PILES = Map.ofEntries(
            Map.entry("anomalies", ANOMALIES),
            Map.entry("expired", EXPIRED),
            Map.entry("putAside", PUT_ASIDE),
            Map.entry("undecided", UNDECIDED),
            Map.entry("returned", LAST_REVIEW_OUTCOME.text() + " = 'returned'"),
            Map.entry("reviews", "jsonb_path_exists(" + REVIEWS.json() + ", '$.* ? (!exists(@.answer))')"),
            Map.entry("answered", "jsonb_path_exists(" + REVIEWS.json() + ", '$.*.answer')"),
            Map.entry("handovers", HANDOVER.exists()),
            Map.entry("holds", HOLDS.exists()),
            Map.entry("disposals", DISPOSAL.exists()),
            Map.entry("rejected", stateIn(State.REJECTED)),
            Map.entry("claims", "(" + CLAIMS.exists() + " or " + FOREIGN_CASES.exists() + ")"),
            Map.entry(
                    "noUnit",
                    "not " + UNITS.exists() + " and " + stateIn(State.RECEIVED, State.VERIFIED, State.REJECTED)),
            Map.entry("uncategorised", "not " + CATEGORY.exists() + " and " + READ_BACK),
            Map.entry("unlinked", CASES.json() + " = '[]'::jsonb and " + READ_BACK));

    /** Items with a note that names this person, who has not opened them since. */
    public static final String NAMED = "named";

    /** Items whose handover this person has to answer: they are offered to the person, or by somebody else to the person's office. */
    public static final String TO_ANSWER = "toAnswer";

    /** Items that this person has offered, and that nobody has answered. */
    public static final String OFFERED = "offered";

    /** The names of the piles that are another one for each person. */
    public static final List<String> PERSONAL = List.of(NAMED, OFFERED, TO_ANSWER);

    /**
     * A pile.
     *
     * @param sql its condition on the table {@code evidence}, with a placeholder for each value
     * @param values the values, in the order of their placeholders
     */
    public record Pile(String sql, List<String> values) {}

    /** The pile of this name on the desk of a person; empty where there is none. */
    public static Optional<Pile> of(String name, Person person) {
        return switch (name) {
            case NAMED ->
                Optional.of(new Pile(
                        ItemMember.NAMED.exists() + " and " + ItemMember.NAMED.json()
                                + " @> jsonb_build_array(?::text)",
                        List.of(person.id())));
            case TO_ANSWER -> Optional.of(toAnswer(person));
            case OFFERED ->
                Optional.of(new Pile(HANDOVER.exists() + " and " + HANDOVER_BY.text() + " = ?", List.of(person.id())));
            default -> Optional.ofNullable(PILES.get(name)).map(sql -> new Pile(sql, List.of()));
        };
    }

    private static Pile toAnswer(Person person) {
        String offices = person.may(Act.ANSWER_HANDOVER) ? SearchTerms.offeredTo(person.unitCode()) : null;
        String toPerson = HANDOVER_TO.text() + " = ?";
        return offices == null
                ? new Pile(HANDOVER.exists() + " and " + toPerson, List.of(person.id()))
                : new Pile(
                        HANDOVER.exists() + " and (" + toPerson + " or (" + HANDOVER_BY.text()
                                + " <> ? and evidence.words @@ ?::tsquery))",
                        List.of(person.id(), person.id(), offices));
    }

    /** The items that wait for a step, by the name of the step. */
    public static final Map<String, String> PIPELINE = Map.of(
            "receiving", stateIn(State.DECLARED),
            "verifying", stateIn(State.RECEIVED),
            "sealing", stateIn(State.VERIFIED) + " and not " + SEALED_UNTIL.exists());

    /**
     * Those items only whose handover waits for longer than this.
     *
     * @param interval an interval of PostgreSQL; never text from a request
     */
    public static String offeredBefore(String interval) {
        return HANDOVER_AT.as("timestamptz") + " < now() - interval '" + interval + "'";
    }

    /** The pile {@code returned}, those only that should have been mended by now. */
    public static String returnedLate() {
        return PILES.get("returned") + " and " + LAST_REVIEW_DUE.as("timestamptz") + " < now()";
    }

    /**
     * The pile {@code returned}, those only that have to be mended within this time.
     *
     * @param interval an interval of PostgreSQL; never text from a request
     */
    public static String returnedDueWithin(String interval) {
        return PILES.get("returned") + " and left(" + LAST_REVIEW_DUE.text() + ", 19) collate \"C\" between "
                + inSeconds("now()") + " and " + inSeconds("now() + interval '" + interval + "'");
    }

    /** A time as the first 19 letters of ISO 8601 in UTC: compared as texts, an altered row that has no time is left out and stops no other. */
    private static String inSeconds(String time) {
        return "to_char((" + time + ") at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')";
    }

    private Piles() {}
}
