package org.liuhen.access;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** Signing in at an OpenID provider: the browser goes there and comes back with a code. */
final class OpenIdSignIn {
    private static final int BINDING_BYTES = 24;

    private final OpenId provider;
    private final UnauthenticatedDenials denials;
    private final SessionStart start;
    private final SecureRandom random = new SecureRandom();

    OpenIdSignIn(OpenId provider, UnauthenticatedDenials denials, SessionStart start) {
        this.provider = provider;
        this.denials = denials;
        this.start = start;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/sign-in", this::begin, Act.PUBLIC);
        routes.get("/signed-in", this::end, Act.PUBLIC);
    }

    private void begin(Context context) throws Problem {
        byte[] bytes = new byte[BINDING_BYTES];
        random.nextBytes(bytes);
        String browser = Base64.getUrlEncoder().encodeToString(bytes);
        URI there = provider.begin(browser);
        AccessCookies.setSigningIn(context, browser);
        context.redirect(there.toString());
    }

    private void end(Context context) throws IOException, Problem, FeedUnavailableException {
        Person person;
        try {
            person = provider.end(
                    context.queryParam("state"), context.queryParam("code"), AccessCookies.signingIn(context));
        } catch (Problem refused) {
            throw denials.deny(context, null, refused);
        }
        AccessCookies.clearSigningIn(context);
        start.begin(context, person, true);
        context.redirect("/");
    }
}
