package org.liuhen.access;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions of persons whom another process of the site dismissed, changed or reset: every five seconds it reads the list, for that
 * process cannot end sessions of this one.
 */
final class SessionRevocation extends TimerTask {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRevocation.class);
    private static final long EVERY_MILLIS = 5_000;

    private final PeopleList people;
    private final Sessions sessions;

    private SessionRevocation(PeopleList people, Sessions sessions) {
        this.people = people;
        this.sessions = sessions;
    }

    /** Begins, in a daemon thread. */
    static void start(PeopleList people, Sessions sessions) {
        new Timer("sessions", true).schedule(new SessionRevocation(people, sessions), EVERY_MILLIS, EVERY_MILLIS);
    }

    @Override
    public void run() {
        try {
            Instant read = Instant.now();
            Map<String, ListedPerson> list = new LinkedHashMap<>();
            people.all().forEach(one -> list.put(one.officerNo(), one));
            sessions.endUnless((person, begun) -> {
                ListedPerson now = list.get(person.id());
                if (begun.isAfter(read)) {
                    return true; // the list that was read may be older
                }
                return now != null
                        && now.person(person.credential()).equals(person)
                        && (now.reset() == null
                                || !Instant.parse(now.reset().at()).isAfter(begun));
            });
        } catch (IOException | RuntimeException away) { // a task that throws ends the timer
            LOG.debug("the list of people cannot be read now: {}", away.getMessage());
        }
    }
}
