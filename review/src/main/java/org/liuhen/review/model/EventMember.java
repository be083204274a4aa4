package org.liuhen.review.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.liuhen.custody.event.AccessEvent.SignedIn;
import org.liuhen.custody.event.AccessEvent.SigningKeyRegistered;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.PeopleEvent.AdmissionApproved;
import org.liuhen.custody.event.UnitEvent.UnitNamed;

/** The members of events, in the canonical entries, that SQL reads; {@code MembersTest} compares them with the events. */
enum EventMember {
    CASE_ID(CaseAssigned.class, "caseId"),
    DEVICE_SERIAL(ClockMeasured.class, "deviceSerial"),
    DISPATCHED_AT(DispatchRecorded.class, "dispatch", "dispatchedAt"),
    DISPATCH_CLEARED(DispatchRecorded.class, "dispatch", "clearedAt"),
    DISPATCH_INCIDENT(DispatchRecorded.class, "dispatch", "incidentNo"),
    DISPATCH_OFFICERS(DispatchRecorded.class, "dispatch", "officerNos"),
    DISPATCH_REVISION(DispatchRecorded.class, "dispatch", "revision"),
    DISPATCH_UNIT(DispatchRecorded.class, "dispatch", "unitCode"),
    NAMED_UNIT(UnitNamed.class, "unitCode"),
    GAP_ID(GapFound.class, "gapId"),
    GAP_SINCE(GapFound.class, "since"),
    OFFICER_NO(AdmissionApproved.class, "officerNo"),
    PUBLIC_KEY(SigningKeyRegistered.class, "publicKey"),
    REFUSED_EVENT_ID(CustodyEvent.Refused.class, "refusedEventId"),
    ROLES(SignedIn.class, "roles"),
    UNIT_CODE(AdmissionApproved.class, "unitCode"),
    UNIT_NAME(UnitNamed.class, "unitName"),
    UNIT_OF_ACTOR(CustodyEvent.class, "context", "actor", "unitCode");

    private final Class<? extends CustodyEvent> kind;

    @SuppressWarnings("ImmutableEnumChecker") // List.of gives one that nobody changes
    private final List<String> path;

    EventMember(Class<? extends CustodyEvent> kind, String... path) {
        this.kind = kind;
        this.path = List.of(path);
    }

    /** A kind of event that has the member. */
    Class<? extends CustodyEvent> kind() {
        return kind;
    }

    /** The names from the event to the member. */
    List<String> path() {
        return path;
    }

    /** The member as text. */
    String text() {
        return text("entry");
    }

    /** The member of the event in this column, as text. */
    String text(String column) {
        return column + "::jsonb #>> " + pointer();
    }

    /** The member of the event in this column, as {@code jsonb}. */
    String json(String column) {
        return column + "::jsonb #> " + pointer();
    }

    private String pointer() {
        return "'{event," + String.join(",", path) + "}'";
    }

    /** Whether the event of an entry is of one of these kinds. */
    static String kindIn(Class<?>... kinds) {
        return "event_type "
                + in(Arrays.stream(kinds).map(kind -> CustodyEvent.typeName(kind.asSubclass(CustodyEvent.class))));
    }

    /** The end of a condition that is met by one of these texts. */
    static String in(Stream<String> texts) {
        List<String> quoted = texts.map(text -> "'" + text + "'").toList();
        return quoted.size() == 1
                ? "= " + quoted.get(0)
                : quoted.stream().collect(Collectors.joining(", ", "in (", ")"));
    }
}
