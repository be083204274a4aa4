package org.liuhen.access;

import io.javalin.http.Context;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.SupervisionEvent.AccessDenied;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** Records the denials of callers who did not prove who they are: failed sign-ins and credentials that are not valid. */
final class UnauthenticatedDenials {
    private final Feed feed;
    private final LogName site;
    private final PeopleList people;
    private final RefusalEntries unknown = new RefusalEntries();

    /** Attempts that name a person of the list: those of unknown callers do not use up their entries. */
    private final RefusalEntries attemptsAtPeople = new RefusalEntries();

    private final SecureRandom random = new SecureRandom();

    /**
     * Records into the log of this site.
     *
     * @param people the station's own list; null where there is none
     */
    UnauthenticatedDenials(Feed feed, LogName site, PeopleList people) {
        this.feed = feed;
        this.site = site;
        this.people = people;
    }

    /**
     * Records that a caller was denied, as often as {@link RefusalEntries} allows, and returns the problem to throw.
     *
     * @param claimed the number that the caller gave; null for none
     */
    Problem deny(Context context, String claimed, Problem refusal) throws IOException, FeedUnavailableException {
        AccessMetrics.SIGN_INS_REFUSED.labelValues(refusal.code()).inc();
        String address = context.req().getRemoteAddr();
        Optional<ListedPerson> named = claimed == null || people == null ? Optional.empty() : people.find(claimed);
        boolean listed = named.isPresent();
        Optional<String> end =
                (listed ? attemptsAtPeople : unknown).entry(address, refusal.code() + "\n" + (listed ? claimed : ""));
        if (end.isPresent()) {
            // With the unit that the list says, so that those who look after its people find it among its entries.
            String unit = named.map(ListedPerson::unitCode)
                    .filter(code -> !code.isEmpty())
                    .orElse(null);
            Actor who = new Actor(Actor.Kind.OFFICER, listed ? claimed : address, unit, "none");
            EventContext event = EventContext.of(
                    EventContext.idFor(AccessDenied.class, who.id() + "\n" + random.nextLong()),
                    null,
                    Instant.now(),
                    who,
                    null,
                    "review");
            feed.append(
                    site,
                    new AccessDenied(
                            event, Access.act(context), refusal.code() + " " + refusal.getMessage() + end.get()));
        }
        return refusal;
    }
}
