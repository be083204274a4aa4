package org.liuhen.access;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.event.SupervisionEvent.AccessDenied;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Units;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** What a route asks about the person who sent a request, and how it denies: each denial is on the record before it is answered. */
public final class Access {
    private static final String PERSON = "liuhen.person";
    private static final int PATH_MAX = 200;
    private static final int RECENT_MAX = 10_000;

    private final SignInMode mode;
    private final Feed feed;
    private final LogName site;
    private final PeopleList people;

    /** IDs of events that the record has acknowledged lately: the same event again within its minute is not sent again. */
    private final Set<String> recent = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > RECENT_MAX;
        }
    }));

    /**
     * Asks about persons of one site.
     *
     * @param people the station's own list; null where there is none
     */
    Access(SignInMode mode, Feed feed, LogName site, PeopleList people) {
        this.mode = mode;
        this.feed = feed;
        this.site = site;
        this.people = people;
    }

    /** Whether nothing authenticates persons: a request is believed, and the record says so. */
    public boolean isClaimed() {
        return mode == SignInMode.CLAIMED;
    }

    /** Whether the person of this number may do this here, signed in or not; empty where the station has no list of its people. */
    public Optional<Boolean> may(String number, Act act) throws IOException {
        return people == null
                ? Optional.empty()
                : Optional.of(people.find(number)
                        .filter(listed -> listed.knownRoles().stream().anyMatch(role -> role.may(act)))
                        .isPresent());
    }

    /**
     * The names of the people of the station's own list who may do this, by their numbers; empty where the station has no such list.
     *
     * @throws IOException where the list cannot be read
     */
    public SortedMap<String, String> whoMay(Act act) throws IOException {
        SortedMap<String, String> who = new TreeMap<>();
        if (people != null) {
            for (ListedPerson listed : people.all()) {
                if (listed.knownRoles().stream().anyMatch(role -> role.may(act))) {
                    who.put(listed.officerNo(), listed.name());
                }
            }
        }
        return who;
    }

    /**
     * The units of the people of the station's own list who may do this, without this person and those of the whole site; empty where the station
     * has no such list.
     *
     * @throws IOException where the list cannot be read
     */
    public Optional<SortedSet<String>> unitsThatMay(Act act, String without) throws IOException {
        if (people == null) {
            return Optional.empty();
        }
        SortedSet<String> units = new TreeSet<>();
        for (ListedPerson listed : people.all()) {
            boolean able = listed.knownRoles().stream().anyMatch(role -> role.may(act));
            if (able
                    && !Units.prefix(listed.unitCode()).isEmpty()
                    && !listed.officerNo().equals(without)) {
                units.add(listed.unitCode());
            }
        }
        return Optional.of(units);
    }

    /**
     * The names of these people of the station's own list, by their numbers; those whom it does not have, or has no name of, are left out.
     *
     * @throws IOException where the list cannot be read
     */
    public SortedMap<String, String> names(Set<String> numbers) throws IOException {
        SortedMap<String, String> names = new TreeMap<>();
        if (people != null) {
            for (ListedPerson listed : people.all()) {
                if (numbers.contains(listed.officerNo()) && listed.name() != null) {
                    names.put(listed.officerNo(), listed.name());
                }
            }
        }
        return names;
    }

    /**
     * The people of the station's own list; empty where the station has no such list.
     *
     * @throws IOException where the list cannot be read
     */
    public Optional<Collection<Person>> listed() throws IOException {
        return people == null
                ? Optional.empty()
                : Optional.of(people.all().stream()
                        .map(listed -> listed.person("listed"))
                        .toList());
    }

    /**
     * The names of people of the station's own list whose number begins so, or in whose name this text stands, by their numbers: those of the unit
     * of somebody, of the units above and below it, and of the whole site.
     *
     * @param text a part of a name or the beginning of a number
     * @param unitCode the unit; empty for the whole site
     * @param max no more people than this
     * @throws IOException where the list cannot be read
     */
    public SortedMap<String, String> like(String text, String unitCode, int max) throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        if (people == null) {
            return found;
        }
        for (ListedPerson listed : people.all()) {
            boolean meant = listed.officerNo().startsWith(text)
                    || (listed.name() != null && listed.name().contains(text));
            if (found.size() < max && meant && Units.kin(unitCode, listed.unitCode())) {
                found.put(listed.officerNo(), listed.name() == null ? "" : listed.name());
            }
        }
        return found;
    }

    /**
     * Whether a proposed change of the list of people waits for a second person; false where the station has no such list.
     *
     * @throws IOException where the list cannot be read
     */
    public boolean waits(String changeId) throws IOException {
        if (people == null) {
            return false;
        }
        for (ProposedChange change : people.changes()) {
            if (change.proposed().changeId().equals(changeId)) {
                return true;
            }
        }
        return false;
    }

    static void setPerson(Context context, Person person) {
        context.attribute(PERSON, person);
    }

    /** The person whom {@link AuthorizationFilter} authorized for this request; null at an address for everybody. */
    public static Person person(Context context) {
        return context.attribute(PERSON);
    }

    /** The acts of the address that was asked for. */
    public static Set<Act> acts(Context context) {
        return context.routeRoles().stream().map(Act.class::cast).collect(Collectors.toSet());
    }

    /** The person of this request as the record names it, with the role that allows the request. */
    public static Actor actor(Context context) {
        Person person = person(context);
        Set<Act> acts = acts(context);
        return person.actor(
                acts.stream().filter(person::may).sorted().findFirst().orElse(Act.PUBLIC));
    }

    /** Denies (IN-151) unless one of the person's roles may do this. */
    public void require(Context context, Act act) throws Problem, FeedUnavailableException {
        if (!person(context).may(act)) {
            throw denyRole(context, person(context).actor(act));
        }
    }

    /** Records that no role of this person allows the request. */
    Problem denyRole(Context context, Actor who) throws FeedUnavailableException {
        return deny(
                context,
                null,
                who,
                new Problem(403, "IN-151", "None of your roles may do this; the attempt is on the record"));
    }

    /**
     * Records that this request was denied, and returns the problem to throw. The same denial again within a minute is one event.
     *
     * @param item the item that was asked for; null for none
     */
    public Problem refuse(Context context, EvidenceId item, Problem refusal) throws FeedUnavailableException {
        return deny(context, item, actor(context), refusal);
    }

    /** As {@link #refuse}, for a person who is not authorized yet. */
    Problem deny(Context context, EvidenceId item, Actor who, Problem refusal) throws FeedUnavailableException {
        String act = act(context);
        record(new AccessDenied(
                minutely(AccessDenied.class, item, who, act + "\n" + refusal.code(), null),
                act,
                refusal.code() + " " + refusal.getMessage()));
        return refusal;
    }

    /** Method and path of a request, as the record says what was denied. */
    static String act(Context context) {
        return context.method() + " " + Reason.of(context.path(), PATH_MAX);
    }

    /** The context of an event whose ID is the same for the same cause within one minute. */
    public static EventContext minutely(
            Class<? extends CustodyEvent> type, EvidenceId item, Actor who, String cause, String purpose) {
        Instant now = Instant.now();
        String id = EventContext.idFor(type, now.getEpochSecond() / 60 + "\n" + who.id() + "\n" + item + "\n" + cause);
        return EventContext.of(id, item, now, who, purpose, "review");
    }

    /** Records an event that may be repeated; returns when the record has acknowledged it. */
    public void record(CustodyEvent event) throws FeedUnavailableException {
        String id = event.context().eventId();
        if (!recent.contains(id)) {
            feed.append(site, event);
            recent.add(id);
        }
    }
}
