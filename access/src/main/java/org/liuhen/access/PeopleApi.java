package org.liuhen.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.liuhen.custody.event.AccessEvent.PersonDismissed;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PeopleEvent.AdmissionApproved;
import org.liuhen.custody.event.PeopleEvent.AdmissionProposed;
import org.liuhen.custody.event.PeopleEvent.AdmissionRefused;
import org.liuhen.custody.event.PeopleEvent.AdmittedByConsole;
import org.liuhen.custody.event.PeopleEvent.CredentialResetApproved;
import org.liuhen.custody.event.PeopleEvent.CredentialResetByConsole;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.event.PeopleEvent.CredentialResetRefused;
import org.liuhen.custody.event.PeopleEvent.RoleChangeApproved;
import org.liuhen.custody.event.PeopleEvent.RoleChangeProposed;
import org.liuhen.custody.event.PeopleEvent.RoleChangeRefused;
import org.liuhen.custody.event.PeopleEvent.RolesChangedByConsole;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Units;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/**
 * The routes of the list of people. An administrator proposes an admission, a change of roles or a reset of credentials; another
 * administrator, or a supervisor of the person's unit, approves, and only then is it done. Each of the two hands over one half of the first
 * password, so neither can sign in with it. The console acts alone, in events of its own. Changes come one after the other.
 */
final class PeopleApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REASON_MAX = 500;

    private final Feed feed;
    private final LogName site;
    private final People people;
    private final Sessions sessions;
    private final Access access;

    PeopleApi(Feed feed, LogName site, People people, Sessions sessions, Access access) {
        this.feed = feed;
        this.site = site;
        this.people = people;
        this.sessions = sessions;
        this.access = access;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/people", this::list, Act.MANAGE_PEOPLE, Act.APPROVE_PERSON);
        routes.post("/api/people", this::admit, Act.MANAGE_PEOPLE);
        routes.post("/api/people/{officerNo}/reset", this::reset, Act.MANAGE_PEOPLE);
        routes.delete("/api/people/{officerNo}", this::dismiss, Act.MANAGE_PEOPLE);
        routes.post("/api/people/changes/{changeId}/acts", this::decide, Act.APPROVE_PERSON);
    }

    private static boolean isConsole(Context context) {
        return Access.person(context).credential().equals("console");
    }

    /** Whether the person who sent the request may manage persons of this unit. */
    private static boolean reaches(Context context, String unitCode) {
        Person person = Access.person(context);
        return person.may(Act.MANAGE_PEOPLE) || Units.prefix(unitCode).startsWith(Units.prefix(person.unitCode()));
    }

    private boolean reaches(Context context, PeopleEvent proposed) throws IOException {
        Optional<ListedPerson> listed = people.list().find(proposed.holder());
        return (listed.isEmpty() || reaches(context, listed.get().unitCode()))
                && (!(proposed instanceof AdmissionProposed admission) || reaches(context, admission.unitCode()))
                && (!(proposed instanceof RoleChangeProposed change) || reaches(context, change.unitCode()));
    }

    private void list(Context context) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("people");
        Collection<ListedPerson> all = "changes".equals(context.queryParam("only"))
                ? List.of()
                : people.list().all();
        for (ListedPerson listed : all) {
            if (!reaches(context, listed.unitCode())) {
                continue;
            }
            ObjectNode one = list.addObject();
            one.put("officerNo", listed.officerNo()).put("name", listed.name()).put("unitCode", listed.unitCode());
            ArrayNode roles = one.putArray("roles");
            listed.roles().forEach(roles::add);
            one.put("first", listed.once()).put("secondFactor", listed.hasSecondFactor());
        }
        ArrayNode changes = answer.putArray("changes");
        for (ProposedChange change : people.list().changes()) {
            PeopleEvent proposed = change.proposed();
            if (!reaches(context, proposed)) {
                continue;
            }
            ObjectNode one = changes.addObject();
            EventContext event = proposed.context();
            one.put("changeId", proposed.changeId()).put("officerNo", proposed.holder());
            one.put("name", change.name()).put("reason", event.purpose());
            one.put("proposedBy", event.actor().id())
                    .put("proposedAt", event.occurredAt().toString());
            if (proposed instanceof AdmissionProposed admission) {
                one.put("change", "admission").put("unitCode", admission.unitCode());
                admission.roles().forEach(one.putArray("roles")::add);
            } else if (proposed instanceof RoleChangeProposed roles) {
                one.put("change", "roles").put("unitCode", roles.unitCode());
                roles.roles().forEach(one.putArray("roles")::add);
            } else if (proposed instanceof CredentialResetProposed reset) {
                one.put("change", "reset").put("unitCode", reset.unitCode()).put("secondFactor", reset.secondFactor());
            }
        }
        JsonBodies.answer(context, answer);
    }

    /** Admits a person, or changes unit and roles of a person who is on the list. */
    private synchronized void admit(Context context) throws IOException, Problem, FeedUnavailableException {
        JsonNode body = JsonBodies.read(context);
        String number = body.path("officerNo").asText();
        String unit = body.path("unitCode").asText("");
        if (!number.matches(Authentication.NUMBER) || !unit.matches("[0-9A-Za-z]{0,12}")) {
            throw new Problem(
                    400,
                    "IN-105",
                    "officerNo has 1 to 64 letters, digits and _ . @ -; unitCode at most 12 letters and digits, none for the whole site");
        }
        List<String> roles = roles(body);
        boolean there = people.list().find(number).isPresent();
        String name = body.path("name").asText(null);
        if (!isConsole(context)) {
            Class<? extends PeopleEvent> type = there ? RoleChangeProposed.class : AdmissionProposed.class;
            EventContext event = proposal(type, context, number, body);
            propose(
                    context,
                    there
                            ? new RoleChangeProposed(event, event.eventId(), number, unit, roles)
                            : new AdmissionProposed(event, event.eventId(), number, unit, roles),
                    name);
            return;
        }
        ObjectNode answer = JSON.createObjectNode().put("officerNo", number);
        if (there) {
            append(new RolesChangedByConsole(
                    byConsole(RolesChangedByConsole.class, context, body), number, unit, roles));
            people.changes().changeRoles(number, unit, roles);
            sessions.endAllOf(number);
        } else {
            append(new AdmittedByConsole(byConsole(AdmittedByConsole.class, context, body), number, unit, roles));
            answer.put("password", people.changes().admit(number, name, unit, roles));
        }
        context.status(201);
        JsonBodies.answer(context, answer);
    }

    private static List<String> roles(JsonNode body) throws Problem {
        List<Role> roles = new ArrayList<>();
        for (JsonNode word : body.path("roles")) {
            roles.add(Role.of(word.asText())
                    .orElseThrow(() -> new Problem(
                            400,
                            "IN-105",
                            "There is no role " + word.asText() + "; there are "
                                    + EnumSet.allOf(Role.class).stream()
                                            .map(Role::word)
                                            .collect(Collectors.joining(", ")))));
        }
        if (roles.isEmpty()) {
            throw new Problem(400, "IN-105", "roles is a list of at least one role");
        }
        if (roles.contains(Role.ADMINISTRATOR) && roles.size() > 1) {
            throw new Problem(400, "IN-105", "An administrator sees no item: the role goes with no other one");
        }
        return roles.stream().map(Role::word).toList();
    }

    /** Resets to a first password; second factors are removed only where the request asks for it. */
    private synchronized void reset(Context context) throws IOException, Problem, FeedUnavailableException {
        JsonNode body = JsonBodies.read(context);
        ListedPerson listed = listed(context);
        String number = listed.officerNo();
        boolean secondFactor = body.path("secondFactor").asBoolean();
        if (!isConsole(context)) {
            EventContext event = proposal(CredentialResetProposed.class, context, number, body);
            propose(
                    context,
                    new CredentialResetProposed(event, event.eventId(), number, listed.unitCode(), secondFactor),
                    listed.name());
            return;
        }
        EventContext event = byConsole(CredentialResetByConsole.class, context, body);
        append(new CredentialResetByConsole(event, number, listed.unitCode(), secondFactor));
        ListedPerson.Reset by = new ListedPerson.Reset(
                null, "console: " + event.actor().id(), event.occurredAt().toString());
        ObjectNode answer = JSON.createObjectNode().put("officerNo", number);
        answer.put("password", people.changes().reset(number, by, secondFactor));
        sessions.endAllOf(number);
        context.status(201);
        JsonBodies.answer(context, answer);
    }

    private void propose(Context context, PeopleEvent proposed, String name)
            throws IOException, FeedUnavailableException {
        append(proposed);
        ObjectNode answer = JSON.createObjectNode().put("changeId", proposed.changeId());
        people.changes().propose(proposed, name).ifPresent(half -> answer.put("passwordHalf", half));
        context.status(202);
        JsonBodies.answer(context, answer);
    }

    private synchronized void decide(Context context) throws IOException, Problem, FeedUnavailableException {
        JsonNode body = JsonBodies.read(context);
        String changeId = context.pathParam("changeId");
        ProposedChange change = null;
        for (ProposedChange candidate : people.list().changes()) {
            change = candidate.proposed().changeId().equals(changeId) ? candidate : change;
        }
        if (change == null) {
            throw new Problem(404, "IN-112", "No such change is waiting: it was decided, or nobody proposed it");
        }
        PeopleEvent proposed = change.proposed();
        String act = body.path("act").asText();
        boolean approves = act.equals("approve");
        if (!approves && !act.equals("refuse")) {
            throw new Problem(400, "IN-105", "act is approve or refuse");
        }
        if (approves && isConsole(context)) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "IN-165",
                            "The console is no second person. It can do this alone, and the record says that it did"));
        }
        if (!reaches(context, proposed)) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "IN-165",
                            "This person is not of your unit. Another administrator, or a supervisor of the person's unit, approves it"));
        }
        String reason = approves ? body.path("reason").textValue() : reason(body);
        PeopleEvent decision = decision(context, proposed, approves, reason);
        Decision follows =
                StateTable.apply(StateTable.apply(ItemState.NOTHING, proposed).next(), decision);
        if (!follows.accepted()) {
            throw access.refuse(context, null, new Problem(409, follows.code(), follows.reason()));
        }
        people.changes().decide(changeId, act);
        try {
            append(decision);
        } catch (FeedUnavailableException | RuntimeException away) {
            people.changes().undecide(changeId);
            throw away;
        }
        ObjectNode answer = JSON.createObjectNode().put("changeId", changeId);
        if (approves) {
            people.changes()
                    .carryOut(change, Access.person(context).id())
                    .ifPresent(half -> answer.put("passwordHalf", half));
            sessions.endAllOf(proposed.holder());
        } else {
            people.changes().drop(changeId);
        }
        JsonBodies.answer(context, answer);
    }

    /** The event of a decision. Repeated after a crash it is the same event. */
    private static PeopleEvent decision(Context context, PeopleEvent proposed, boolean approves, String reason) {
        String changeId = proposed.changeId();
        String number = proposed.holder();
        if (proposed instanceof AdmissionProposed admission) {
            String unit = admission.unitCode();
            return approves
                    ? new AdmissionApproved(
                            event(AdmissionApproved.class, context, changeId, reason), changeId, number, unit)
                    : new AdmissionRefused(
                            event(AdmissionRefused.class, context, changeId, reason), changeId, number, unit);
        }
        if (proposed instanceof RoleChangeProposed roles) {
            String unit = roles.unitCode();
            return approves
                    ? new RoleChangeApproved(
                            event(RoleChangeApproved.class, context, changeId, reason), changeId, number, unit)
                    : new RoleChangeRefused(
                            event(RoleChangeRefused.class, context, changeId, reason), changeId, number, unit);
        }
        String unit = ((CredentialResetProposed) proposed).unitCode();
        return approves
                ? new CredentialResetApproved(
                        event(CredentialResetApproved.class, context, changeId, reason), changeId, number, unit)
                : new CredentialResetRefused(
                        event(CredentialResetRefused.class, context, changeId, reason), changeId, number, unit);
    }

    private synchronized void dismiss(Context context) throws IOException, Problem, FeedUnavailableException {
        String number = listed(context).officerNo();
        append(new PersonDismissed(
                event(PersonDismissed.class, context, UUID.randomUUID().toString(), null), number));
        people.changes().dismiss(number);
        sessions.endAllOf(number);
        context.status(204);
    }

    private ListedPerson listed(Context context) throws IOException, Problem {
        return people.list()
                .find(context.pathParam("officerNo"))
                .orElseThrow(() -> new Problem(404, "IN-112", "Nobody on the list has this number"));
    }

    private void append(CustodyEvent event) throws FeedUnavailableException {
        feed.append(site, event);
    }

    private EventContext proposal(Class<? extends PeopleEvent> type, Context context, String number, JsonNode body)
            throws IOException, Problem {
        for (ProposedChange change : people.list().changes()) {
            if (change.proposed().holder().equals(number)) {
                throw new Problem(
                        409, "IN-159", "Another change of this person is waiting: have it approved or refused first");
            }
        }
        return event(type, context, UUID.randomUUID().toString(), reason(body));
    }

    private static String reason(JsonNode body) throws Problem {
        String reason = body.path("reason").asText("").strip();
        if (reason.isEmpty() || reason.length() > REASON_MAX) {
            throw new Problem(400, "IN-105", "reason says in at most " + REASON_MAX + " characters why");
        }
        return reason;
    }

    private static EventContext byConsole(Class<? extends PeopleEvent> type, Context context, JsonNode body) {
        return event(
                type, context, UUID.randomUUID().toString(), body.path("reason").textValue());
    }

    private static EventContext event(
            Class<? extends CustodyEvent> type, Context context, String cause, String purpose) {
        return EventContext.of(
                EventContext.idFor(type, cause), null, Instant.now(), Access.actor(context), purpose, "review");
    }
}
