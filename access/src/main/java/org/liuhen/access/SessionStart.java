package org.liuhen.access;

import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import org.liuhen.custody.event.AccessEvent.SignedIn;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** Begins the session of a person who has signed in, after the sign-in is on the record. */
final class SessionStart {
    private final Access access;
    private final Feed feed;
    private final LogName site;
    private final Sessions sessions;

    SessionStart(Access access, Feed feed, LogName site, Sessions sessions) {
        this.access = access;
        this.feed = feed;
        this.site = site;
        this.sessions = sessions;
    }

    /**
     * The token of a new session. IN-151: the person has no role here.
     *
     * @param cookie whether the browser gets the token as a cookie
     */
    String begin(Context context, Person person, boolean cookie) throws FeedUnavailableException, Problem {
        List<String> roles = person.roles().stream().sorted().map(Role::word).toList();
        if (roles.isEmpty()) {
            throw access.deny(
                    context,
                    null,
                    person.actor(Act.PUBLIC),
                    new Problem(403, "IN-151", "You have no role here. Ask the administrator for one"));
        }
        String token = sessions.begin(person);
        EventContext event = EventContext.of(
                EventContext.idFor(SignedIn.class, token),
                null,
                Instant.now(),
                person.actor(Act.PUBLIC),
                null,
                "review");
        try {
            feed.append(site, new SignedIn(event, roles));
        } catch (FeedUnavailableException away) {
            sessions.end(token);
            throw away;
        }
        if (cookie) {
            AccessCookies.setSession(context, token);
        }
        return token;
    }
}
