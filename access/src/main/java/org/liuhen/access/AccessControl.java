package org.liuhen.access;

import io.javalin.router.JavalinDefaultRoutingApi;
import java.time.InstantSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed;

/** Authentication and authorization of the page and its API, in one of three ways of signing in. */
public final class AccessControl {
    private final SignInMode mode;
    private final Feed feed;
    private final LogName site;
    private final People people;
    private final OpenId provider;
    private final Access access;
    private final Authentication authentication;
    private final Sessions sessions = new Sessions(InstantSource.system());

    private AccessControl(
            SignInMode mode,
            Feed feed,
            LogName site,
            People people,
            OpenId provider,
            BearerTokens tokens,
            String console) {
        this.mode = mode;
        this.feed = feed;
        this.site = site;
        this.people = people;
        this.provider = provider;
        access = new Access(mode, feed, site, list());
        authentication = new Authentication(mode, sessions, console, provider, tokens);
    }

    /** Nothing authenticates persons: each request names one. */
    public static AccessControl claimed(Feed feed, LogName site) {
        return new AccessControl(SignInMode.CLAIMED, feed, site, null, null, null, null);
    }

    /**
     * People sign in with passwords and passkeys of the station's own list.
     *
     * @param notes the store of the list
     * @param console a secret that only the machine's administrator can read; it admits people
     */
    public static AccessControl local(Feed feed, LogName site, LogStore notes, String console) {
        return new AccessControl(SignInMode.LOCAL, feed, site, People.in(notes), null, null, console);
    }

    /**
     * People sign in at an OpenID provider.
     *
     * @param tokens verifies the bearer tokens of programs
     */
    public static AccessControl oidc(Feed feed, LogName site, OpenId provider, BearerTokens tokens, String console) {
        return new AccessControl(SignInMode.OIDC, feed, site, null, provider, tokens, console);
    }

    private PeopleList list() {
        return people == null ? null : people.list();
    }

    /** What routes ask about the person of a request. */
    public Access access() {
        return access;
    }

    /** Adds the authorization before each route, and the routes of signing in and of the list of people. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        UnauthenticatedDenials denials = new UnauthenticatedDenials(feed, site, list());
        PersonJson persons = new PersonJson(list());
        SessionStart start = new SessionStart(access, feed, site, sessions);
        routes.beforeMatched(new AuthorizationFilter(access, authentication, denials)::authorize);
        new SessionApi(mode, authentication, sessions, persons).addTo(routes);
        if (mode == SignInMode.LOCAL) {
            Passkeys passkeys = new Passkeys();
            new LocalSignIn(feed, site, people, sessions, passkeys, denials, start, persons).addTo(routes);
            new PeopleApi(feed, site, people, sessions, access).addTo(routes);
            new AccountApi(feed, site, people, sessions, passkeys).addTo(routes);
            SessionRevocation.start(people.list(), sessions);
        }
        if (mode == SignInMode.OIDC) {
            new OpenIdSignIn(provider, denials, start).addTo(routes);
        }
    }
}
