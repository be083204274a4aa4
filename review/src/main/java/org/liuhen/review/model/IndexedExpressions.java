package org.liuhen.review.model;

import org.liuhen.custody.event.AccessEvent.PersonAdmitted;
import org.liuhen.custody.event.AccessEvent.SignedIn;
import org.liuhen.custody.event.AccessEvent.SigningKeyRegistered;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CaseEvent.CaseClosed;
import org.liuhen.custody.event.CaseEvent.CaseReopened;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapExplained;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.GapEvent.GapReopened;
import org.liuhen.custody.event.PeopleEvent.AdmissionApproved;
import org.liuhen.custody.event.PeopleEvent.AdmittedByConsole;
import org.liuhen.custody.event.PeopleEvent.RoleChangeApproved;
import org.liuhen.custody.event.PeopleEvent.RolesChangedByConsole;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleRefused;
import org.liuhen.custody.event.UnitEvent.UnitNamed;

/**
 * SQL expressions and conditions on which the tables have an index. PostgreSQL uses such an index only where a query repeats the expression
 * (PostgreSQL manual, sections 11.7 and 11.8), so the schema and the queries share them here.
 */
public final class IndexedExpressions {
    /**
     * When a recording began: where it is known to ten minutes, else the earliest moment at which it may have begun, else what its sender claimed,
     * else when it was declared. ISO 8601 in UTC.
     */
    public static final String BEGUN = "coalesce(" + ItemMember.RECORDED_FROM.text() + ", "
            + ItemMember.CORRECTED_EARLIEST.text() + ", " + ItemMember.CAPTURE_EARLIEST.text() + ", "
            + ItemMember.CAPTURE_START.text() + ", " + ItemMember.DECLARED_AT.text() + ")";

    /** The latest moment at which a recording may have begun of which no more is known, such as one whose clock may be off by a time zone. */
    static final String BEGUN_LATEST =
            "coalesce(" + ItemMember.CORRECTED_LATEST.text() + ", " + ItemMember.CAPTURE_LATEST.text() + ")";

    /** The recordings of which only an earliest and a latest moment is known. */
    static final String VAGUE =
            ItemMember.RECORDED_FROM.text() + " is null and " + ItemMember.CAPTURE_LATEST.text() + " is not null";

    /** Whether a recording began, or may have begun, from one moment on; the moment is given three times. */
    static final String BEGUN_SINCE =
            "(" + BEGUN + " >= ? or (" + VAGUE + " and " + BEGUN_LATEST + " >= ? and " + BEGUN + " < ?))";

    /**
     * Whether a recording began, or may have begun, from one moment on and before another: the first, the second, and the first twice more. Both
     * bounds stand together, so that PostgreSQL sees that they are one range of its index.
     */
    static final String BEGUN_WITHIN = "((" + BEGUN + " >= ? and " + BEGUN + " < ?) or (" + VAGUE + " and "
            + BEGUN_LATEST + " >= ? and " + BEGUN + " < ?))";

    /** The file name of an item without its extension, in small letters. */
    static final String STEM = "regexp_replace(lower(" + ItemMember.FILE_NAME.text() + "), '\\.[^.]*$', '')";

    /** The box around the positions of an item, in hundredths of a degree. */
    static final String PLACE = "box(point((PLACE->>0)::float8, (PLACE->>1)::float8),"
            .concat(" point((PLACE->>2)::float8, (PLACE->>3)::float8))")
            .replace("PLACE", ItemMember.PLACE.json());

    /** The items of a device whose clock offset is not known. */
    static final String UNMEASURED =
            ItemMember.DEVICE.text() + " is not null and not " + ItemMember.DEVICE_CLOCK.exists();

    /** The items of which an export waits for a second person. */
    static final String EXPORT_WAITS =
            "jsonb_path_exists(" + ItemMember.EXPORTS.json() + ", '$.* ? (@ == \"requested\")')";

    /** The entries about gaps. The last one that names a gap says how it stands. */
    static final String GAPS =
            EventMember.kindIn(GapFound.class, GapClosed.class, GapExplained.class, GapReopened.class);

    /** The ID of the gap of such an entry. */
    static final String GAP = EventMember.GAP_ID.text();

    /** The entries that are dispatch records. */
    static final String DISPATCHES = EventMember.kindIn(DispatchRecorded.class);

    /** The number of the incident of a dispatch record. */
    static final String INCIDENT = EventMember.DISPATCH_INCIDENT.text();

    /** When the officers of a dispatch record were sent. ISO 8601 in UTC. */
    static final String DISPATCHED = EventMember.DISPATCHED_AT.text();

    /** The code of the unit of a dispatch record. */
    static final String UNIT = EventMember.DISPATCH_UNIT.text();

    /** The entries that say to which unit a person belongs. */
    static final String PEOPLE = EventMember.kindIn(
            PersonAdmitted.class,
            AdmissionApproved.class,
            AdmittedByConsole.class,
            RoleChangeApproved.class,
            RolesChangedByConsole.class);

    /** The number of the officer of such an entry. */
    static final String PERSON = EventMember.OFFICER_NO.text();

    /** The entries that measured the clock of a device. */
    static final String CLOCKS = EventMember.kindIn(ClockMeasured.class);

    /** The serial number of the device of such an entry. */
    static final String DEVICE = EventMember.DEVICE_SERIAL.text();

    /** The entries about retention rules. */
    static final String RULES =
            EventMember.kindIn(RetentionRuleProposed.class, RetentionRuleApproved.class, RetentionRuleRefused.class);

    /** The entries that registered a key for signing. */
    static final String SIGNING_KEYS = EventMember.kindIn(SigningKeyRegistered.class);

    /** The entries that name a unit. */
    static final String UNITS = EventMember.kindIn(UnitNamed.class);

    /** The code of the unit of such an entry. */
    static final String NAMED_UNIT = EventMember.NAMED_UNIT.text();

    /** The entries of sign-ins. */
    static final String SIGNED_IN = EventMember.kindIn(SignedIn.class);

    /** The entries that decide about a case. */
    static final String CASE_DECISIONS = EventMember.kindIn(CaseAssigned.class, CaseClosed.class, CaseReopened.class);

    /** The case of such an entry. */
    static final String DECIDED_CASE = EventMember.CASE_ID.text();

    /** The entries that stand for acts which the record refused. */
    static final String REFUSALS = EventMember.kindIn(Refused.class);

    /** The ID of the event that such an entry stands for; null where the right part may still feed an event of that ID. */
    static final String REFUSED_EVENT = EventMember.REFUSED_EVENT_ID.text();

    private IndexedExpressions() {}
}
