package org.liuhen.access;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/**
 * Runs before each route: authenticates the caller and authorizes the request by the acts of the address. Denied by default, so an address
 * that names no {@link Act} is for nobody; every denial of a person, and of a credential that is not valid, is recorded.
 */
final class AuthorizationFilter {
    private final Access access;
    private final Authentication authentication;
    private final UnauthenticatedDenials denials;
    private final RequestPace pace = new RequestPace();

    AuthorizationFilter(Access access, Authentication authentication, UnauthenticatedDenials denials) {
        this.access = access;
        this.authentication = authentication;
        this.denials = denials;
    }

    /** Sets {@link Access#person} of the request, or denies it: IN-150, IN-151, IN-156, IN-157, IN-158, RV-103. */
    void authorize(Context context) throws IOException, Problem, FeedUnavailableException {
        if (access.isClaimed()) {
            RequestOrigin.requireLoopback(context);
        }
        Set<Act> acts = Access.acts(context);
        if (acts.contains(Act.PUBLIC)) {
            return;
        }
        Optional<Person> found = authentication.person(context);
        if (found.isEmpty() && access.isClaimed() && acts.contains(Act.UPLOAD)) {
            return; // the upload itself says who sends
        }
        if (found.isEmpty()) {
            throw unauthenticated(context);
        }
        Person person = found.get();
        Access.setPerson(context, person);
        if (context.path().startsWith("/api/")) { // uploads come as fast as they can be stored
            pace.count(person.id());
        }
        if (person.mustEnrol() && !acts.contains(Act.OWN_ACCOUNT)) {
            throw new Problem(
                    403,
                    "IN-158",
                    "Your role decides about others: enrol a second factor first, on the page under your own account");
        }
        if (acts.stream().noneMatch(person::may)) {
            throw access.denyRole(context, person.actor(Act.PUBLIC));
        }
    }

    /** A request without any credential is no attempt, and is not recorded. */
    private Problem unauthenticated(Context context) throws IOException, FeedUnavailableException {
        Problem refusal = access.isClaimed()
                ? new Problem(
                        401, "RV-103", "Say who asks: the header Liuhen-Officer, or ?officer=, with an officer number")
                : new Problem(401, "IN-150", "Sign in first: your session is over, or you have none");
        return context.header("Authorization") == null ? refusal : denials.deny(context, null, refusal);
    }
}
