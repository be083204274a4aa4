package org.liuhen.review.model;

import static org.liuhen.review.model.EventMember.DISPATCH_INCIDENT;
import static org.liuhen.review.model.EventMember.DISPATCH_OFFICERS;
import static org.liuhen.review.model.EventMember.DISPATCH_REVISION;
import static org.liuhen.review.model.EventMember.DISPATCH_UNIT;
import static org.liuhen.review.model.EventMember.OFFICER_NO;
import static org.liuhen.review.model.EventMember.UNIT_CODE;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHES;
import static org.liuhen.review.model.IndexedExpressions.PEOPLE;

/**
 * To which units a dispatch record belongs, as SQL on the table {@code entry}: to the unit that it names, else to those of its officers, each the
 * one that the officer had when the record came (or the first one, for an officer who was admitted later). Figures and gaps both use it.
 */
final class DispatchUnits {
    private DispatchUnits() {}

    /** The units of the record in the row {@code sent}, as a query of one column {@code unit} that is never null; no rows where nobody knows them. */
    static String of(String sent) {
        String own = DISPATCH_UNIT.text(sent + ".entry");
        String before = "person.index < " + sent + ".index";
        return "(select " + own + " as unit where " + own + " is not null union"
                + " select unit from (select (select " + UNIT_CODE.text("person.entry")
                + " from entry person where person.log = " + sent + ".log and person." + PEOPLE + " and "
                + OFFICER_NO.text("person.entry") + " = officer order by " + before + " desc, case when " + before
                + " then -person.index else person.index end limit 1) as unit from jsonb_array_elements_text("
                + DISPATCH_OFFICERS.json(sent + ".entry") + ") officer where " + own
                + " is null) as officers where unit <> '')";
    }

    /** Whether the record in the row {@code sent} is the newest revision of its incident. */
    static String isNewest(String sent) {
        return "not exists (select from entry newer where newer.log = " + sent + ".log and newer." + DISPATCHES
                + " and " + DISPATCH_INCIDENT.text("newer.entry") + " = " + DISPATCH_INCIDENT.text(sent + ".entry")
                + " and (" + revision("newer") + ", newer.event_id) > (" + revision(sent) + ", " + sent
                + ".event_id))";
    }

    private static String revision(String row) {
        return "(" + DISPATCH_REVISION.text(row + ".entry") + ")::bigint";
    }
}
