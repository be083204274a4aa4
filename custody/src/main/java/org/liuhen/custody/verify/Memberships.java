package org.liuhen.custody.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.liuhen.custody.event.AccessEvent.PersonAdmitted;
import org.liuhen.custody.event.AccessEvent.SignedIn;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.PeopleEvent.AdmissionApproved;
import org.liuhen.custody.event.PeopleEvent.AdmittedByConsole;
import org.liuhen.custody.event.PeopleEvent.RoleChangeApproved;
import org.liuhen.custody.event.PeopleEvent.RolesChangedByConsole;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Units;

/**
 * Of which unit the log's own entries say that each person is: admissions and changes of roles, and each sign-in. Whoever answers for an office
 * has to be of the unit that they say, whatever unit the answer names.
 */
final class Memberships {
    /** How long an answer may have been on its way when its actor came to another unit. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(1);

    /** The unit of a person, and the one until then; an empty text is the whole site. */
    private record Membership(String unit, String before, Instant since) {}

    private final Map<String, Membership> members = new HashMap<>();

    /** Learns what an entry says of a person's unit. */
    void learn(Entry entry) {
        CustodyEvent event = entry.event();
        Actor actor = event.context().actor();
        if (event instanceof SignedIn) {
            put(actor.id(), actor.unitCode(), entry.recordedAt());
        } else if (event instanceof PersonAdmitted admitted) {
            put(admitted.officerNo(), admitted.unitCode(), entry.recordedAt());
        } else if (event instanceof AdmissionApproved approved) {
            put(approved.officerNo(), approved.unitCode(), entry.recordedAt());
        } else if (event instanceof AdmittedByConsole admitted) {
            put(admitted.officerNo(), admitted.unitCode(), entry.recordedAt());
        } else if (event instanceof RoleChangeApproved changed) {
            put(changed.officerNo(), changed.unitCode(), entry.recordedAt());
        } else if (event instanceof RolesChangedByConsole changed) {
            put(changed.officerNo(), changed.unitCode(), entry.recordedAt());
        }
    }

    /** The unit to which the handover that an entry answers was offered; null where it was none. */
    static String office(Entry entry, ItemState state) {
        return state.register("unitHandovers").get(entry.event().key());
    }

    private void put(String person, String unitCode, Instant since) {
        String unit = unitCode == null ? "" : unitCode;
        Membership known = members.get(person);
        if (known == null || !known.unit().equals(unit)) {
            members.put(person, new Membership(unit, known == null ? null : known.unit(), since));
        }
    }

    /**
     * Whether this entry answers, for an office, in the name of somebody of whom the log says that the person is not of that office. A bearer token
     * names its unit itself, and nothing in the log does; neither does it for a person of whom the log says nothing.
     *
     * @param state the state of the item before the entry
     */
    boolean contradict(Entry entry, ItemState state) {
        CustodyEvent event = entry.event();
        Actor actor = event.context().actor();
        String office = office(entry, state);
        Membership known = members.get(actor.id());
        boolean answers = event instanceof HandoverAccepted || event instanceof HandoverRefused;
        if (!answers || office == null || known == null || actor.credential().equals("bearer")) {
            return false;
        }
        boolean late = !entry.recordedAt().isAfter(known.since().plus(ON_ITS_WAY));
        return !Units.within(known.unit(), office) && !(late && Units.within(known.before(), office));
    }
}
