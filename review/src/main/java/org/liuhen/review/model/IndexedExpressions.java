package org.liuhen.review.model;

/**
 * SQL expressions and conditions on which the tables have an index. PostgreSQL uses such an index only where a query repeats the expression
 * (PostgreSQL manual, sections 11.7 and 11.8), so the schema and the queries share them here.
 */
public final class IndexedExpressions {
    /** When a recording began: by its capture time, else by what its sender claimed, else when it was declared. ISO 8601 in UTC. */
    public static final String BEGUN = "coalesce(item->>'recordedFrom', item->>'captureStart', item->>'declaredAt')";

    /** The file name of an item without its extension, in small letters. */
    static final String STEM = "regexp_replace(lower(item->>'fileName'), '\\.[^.]*$', '')";

    /** The box around the positions of an item, in hundredths of a degree. */
    static final String PLACE = "box(point((item->'place'->>0)::float8, (item->'place'->>1)::float8),"
            + " point((item->'place'->>2)::float8, (item->'place'->>3)::float8))";

    /** The items of a device whose clock offset is not known. It has JSONB's operator {@code ?}, which a prepared statement doubles. */
    static final String UNMEASURED = "item->>'device' is not null and not item ? 'deviceClock'";

    /** The ID of the gap that an entry finds or closes. */
    static final String GAP = "entry::jsonb #>> '{event,gapId}'";

    /** The entries that are dispatch records. */
    static final String DISPATCHES = "event_type = 'dispatchRecorded'";

    /** The number of the incident of a dispatch record. */
    static final String INCIDENT = "entry::jsonb #>> '{event,dispatch,incidentNo}'";

    /** When the officers of a dispatch record were sent. ISO 8601 in UTC. */
    static final String DISPATCHED = "entry::jsonb #>> '{event,dispatch,dispatchedAt}'";

    /** The code of the unit of a dispatch record. */
    static final String UNIT = "entry::jsonb #>> '{event,dispatch,unitCode}'";

    /** The entries that say to which unit a person belongs. */
    static final String PEOPLE =
            "event_type in ('personAdmitted', 'admissionApproved', 'admittedByConsole', 'roleChangeApproved', 'rolesChangedByConsole')";

    /** The number of the officer of such an entry. */
    static final String PERSON = "entry::jsonb #>> '{event,officerNo}'";

    /** The entries that measured the clock of a device. */
    static final String CLOCKS = "event_type = 'clockMeasured'";

    /** The serial number of the device of such an entry. */
    static final String DEVICE = "entry::jsonb #>> '{event,deviceSerial}'";

    /** The entries about retention rules. */
    static final String RULES =
            "event_type in ('retentionRuleProposed', 'retentionRuleApproved', 'retentionRuleRefused')";

    /** The entries that registered a key for signing. */
    static final String SIGNING_KEYS = "event_type = 'signingKeyRegistered'";

    /** The entries of sign-ins. */
    static final String SIGNED_IN = "event_type = 'signedIn'";

    private IndexedExpressions() {}
}
