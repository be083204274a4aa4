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
 * one that the officer had when the record came (or the first one, for an officer who was admitted later). These units see the incident and its gaps.
 * In figures it counts once: in the unit that it names, else in that of the first of its officers who has one; a record has them in the order of their numbers.
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
                + officers(sent) + ") officer where " + own
                + " is null) as officers where unit <> '')";
    }

    /**
     * The tables {@code counted_sent} and {@code counted_in} of a query: the newest dispatch records that meet a condition on the table {@code sent}
     * (whose column {@code altered} says that the row is not as the log has it),
     * and the unit that each counts in, {@code ''} where nobody knows it. The units of people are read once, not once for each record, and
     * each record is parsed once ({@code offset 0} holds PostgreSQL to it). The placeholders are the log, the log again, and those of the condition.
     *
     * @param members what the query needs of each record, as columns of {@code sent}
     */
    static String counted(String members, String condition) {
        String officer = OFFICER_NO.text("person.entry");
        String own = DISPATCH_UNIT.text("sent.entry");
        return "held as materialized (select " + officer + " as officer, " + UNIT_CODE.text("person.entry")
                + " as unit, person.index, row_number() over (partition by " + officer
                + " order by person.index) = 1 as first, lead(person.index) over (partition by " + officer
                + " order by person.index) as next from entry person where person.log = ? and person." + PEOPLE + "),"
                + " counted_sent as materialized (select sent.index, " + own + " as own, "
                + officers("sent") + " as officers, " + members
                + " from (select sent.log, sent.index, sent.event_id, " + isAltered("sent")
                + " as altered, sent.entry::jsonb as entry from entry sent"
                + " where sent.log = ? and sent." + DISPATCHES + " and " + condition + " offset 0) sent where "
                + isNewest("sent") + "), counted_of as (select distinct on (sent.index) sent.index, held.unit"
                + " from counted_sent sent cross join lateral jsonb_array_elements_text(sent.officers)"
                + " with ordinality as named(officer, place) join held on held.officer = named.officer"
                + " and (held.first or held.index < sent.index) and (held.next is null or held.next > sent.index)"
                + " where sent.own is null and held.unit <> '' order by sent.index, named.place),"
                + " counted_in as (select sent.*, coalesce(sent.own, counted_of.unit, '') as unit"
                + " from counted_sent sent left join counted_of on counted_of.index = sent.index)";
    }

    /** Whether somebody altered the row {@code sent}: its entry has not the leaf hash that it had when the log was followed (RFC 9162, section 2.1.1). */
    private static String isAltered(String sent) {
        return sent + ".leaf <> encode(sha256('\\x00'::bytea || convert_to(" + sent + ".entry, 'UTF8')), 'hex')";
    }

    /** Whether the record in the row {@code sent} is the newest revision of its incident. */
    static String isNewest(String sent) {
        return "not exists (select from entry newer where newer.log = " + sent + ".log and newer.index <> " + sent
                + ".index and newer." + DISPATCHES
                + " and " + DISPATCH_INCIDENT.text("newer.entry") + " = " + DISPATCH_INCIDENT.text(sent + ".entry")
                + " and (" + revision("newer") + ", newer.event_id) > (" + revision(sent) + ", " + sent
                + ".event_id))";
    }

    /** The officers of the record in the row {@code sent}; none where somebody altered the row and they are no list. */
    static String officers(String sent) {
        String officers = DISPATCH_OFFICERS.json(sent + ".entry");
        return "case jsonb_typeof(" + officers + ") when 'array' then " + officers + " else '[]' end";
    }

    /** The revision of a record; -1 where somebody altered the row and it is no number. */
    private static String revision(String row) {
        String revision = DISPATCH_REVISION.text(row + ".entry");
        return "case when " + revision + " ~ '^[0-9]{1,18}$' then (" + revision + ")::bigint else -1 end";
    }
}
