package org.liuhen.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PeopleEvent.PasswordChanged;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** Signing in with a password, and a code where there is a second factor, or with a passkey. */
final class LocalSignIn {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Feed feed;
    private final LogName site;
    private final People people;
    private final Sessions sessions;
    private final Passkeys passkeys;
    private final UnauthenticatedDenials denials;
    private final SessionStart start;
    private final PersonJson persons;

    LocalSignIn(
            Feed feed,
            LogName site,
            People people,
            Sessions sessions,
            Passkeys passkeys,
            UnauthenticatedDenials denials,
            SessionStart start,
            PersonJson persons) {
        this.feed = feed;
        this.site = site;
        this.people = people;
        this.sessions = sessions;
        this.passkeys = passkeys;
        this.denials = denials;
        this.start = start;
        this.persons = persons;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/session", this::signIn, Act.PUBLIC);
        routes.post("/api/session/passkey", this::requestPasskey, Act.PUBLIC);
    }

    private void signIn(Context context) throws IOException, Problem, FeedUnavailableException {
        RequestOrigin.refuseSignInOfOtherOrigins(context);
        JsonNode body = JsonBodies.read(context);
        Person person = body.has("passkey") ? byPasskey(context, body.get("passkey")) : byPassword(context, body);
        boolean program = body.path("bearer").asBoolean();
        String token = start.begin(context, person, !program);
        ObjectNode answer = JSON.createObjectNode();
        AccessCookies.setBrowser(context, people.passwords().knownBrowser(person.id(), AccessCookies.browser(context)));
        persons.put(person, answer.putObject("person"));
        if (program) { // a page never sees the token
            answer.put("token", token);
        }
        JsonBodies.answer(context, answer);
    }

    private Person byPassword(Context context, JsonNode body) throws IOException, Problem, FeedUnavailableException {
        String number = body.path("officerNo").asText();
        String password = body.path("password").asText();
        Problem wrong = new Problem(401, "IN-150", "Number and password do not belong together");
        if (!number.matches(Authentication.NUMBER) || password.isEmpty() || password.length() > Passwords.LENGTH_MAX) {
            throw wrong;
        }
        String next = body.path("newPassword").asText("");
        if (!next.isEmpty()) {
            Passwords.requireStrong(number, next);
        }
        String address = context.req().getRemoteAddr();
        String browser = AccessCookies.browser(context);
        Passwords passwords = people.passwords();
        Person person;
        try {
            person = passwords
                    .authenticate(number, password, body.path("code").asText(""), !next.isEmpty(), address, browser)
                    .orElse(null);
            if (person == null) {
                throw passwords.withLeft(wrong, number, address, browser);
            }
        } catch (Problem refused) {
            throw refused.code().equals("IN-154") ? refused : denials.deny(context, number, refused);
        }
        if (!next.isEmpty()) {
            feed.append(
                    site,
                    new PasswordChanged(EventContext.of(
                            EventContext.idFor(
                                    PasswordChanged.class, UUID.randomUUID().toString()),
                            null,
                            Instant.now(),
                            person.actor(Act.OWN_ACCOUNT),
                            null,
                            "review")));
            passwords.change(number, next);
            sessions.endAllOf(number);
        }
        return person;
    }

    private Person byPasskey(Context context, JsonNode passkey) throws IOException, Problem, FeedUnavailableException {
        try {
            return people.factors().authenticate(passkeys, RequestOrigin.page(context), passkey);
        } catch (Problem refused) {
            String owner = people.factors()
                    .ownerOf(Passkeys.id(passkey))
                    .map(ListedPerson::officerNo)
                    .orElse(null);
            throw denials.deny(context, owner, refused);
        }
    }

    private void requestPasskey(Context context) throws Problem {
        RequestOrigin.refuseSignInOfOtherOrigins(context);
        if (AccessCookies.session(context) != null) {
            RequestOrigin.requireSameOrigin(context);
        }
        JsonBodies.answer(context, passkeys.request(RequestOrigin.page(context)));
    }
}
