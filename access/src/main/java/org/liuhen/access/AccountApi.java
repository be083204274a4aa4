package org.liuhen.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PeopleEvent.Factor;
import org.liuhen.custody.event.PeopleEvent.PasswordChanged;
import org.liuhen.custody.event.PeopleEvent.SecondFactorEnrolled;
import org.liuhen.custody.event.PeopleEvent.SecondFactorRemoved;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** The routes by which a person changes the own password and second factors. Each change asks for a credential once more. */
final class AccountApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NAME_MAX = 64;

    private final Feed feed;
    private final LogName site;
    private final People people;
    private final Sessions sessions;
    private final Passkeys passkeys;
    private final SecureRandom random = new SecureRandom();

    /** Secrets that were shown and are not confirmed by a code: one for each person, in memory. */
    private final Map<String, byte[]> shown = new ConcurrentHashMap<>();

    AccountApi(Feed feed, LogName site, People people, Sessions sessions, Passkeys passkeys) {
        this.feed = feed;
        this.site = site;
        this.people = people;
        this.sessions = sessions;
        this.passkeys = passkeys;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/account", this::show, Act.OWN_ACCOUNT);
        routes.post("/api/account/password", this::changePassword, Act.OWN_ACCOUNT);
        routes.post("/api/account/totp", this::beginTotp, Act.OWN_ACCOUNT);
        routes.post("/api/account/totp/confirmation", this::confirmTotp, Act.OWN_ACCOUNT);
        routes.post("/api/account/totp/removal", this::removeTotp, Act.OWN_ACCOUNT);
        routes.post("/api/account/passkeys", this::beginPasskey, Act.OWN_ACCOUNT);
        routes.post("/api/account/passkeys/confirmation", this::confirmPasskey, Act.OWN_ACCOUNT);
        routes.post("/api/account/passkeys/{passkeyId}/removal", this::removePasskey, Act.OWN_ACCOUNT);
    }

    private ListedPerson self(Context context) throws IOException, Problem {
        return people.list()
                .find(Access.person(context).id())
                .orElseThrow(() -> new Problem(404, "IN-112", "The console has no account: sign in as a person"));
    }

    private void show(Context context) throws IOException, Problem {
        ListedPerson self = self(context);
        ObjectNode answer = JSON.createObjectNode().put("officerNo", self.officerNo());
        ListedPerson.Factors factors = self.knownFactors();
        answer.put("totp", factors.totp() != null);
        answer.put("recoveryCodes", factors.recovery().size());
        ArrayNode passkeys = answer.putArray("passkeys");
        factors.passkeys()
                .forEach(one -> passkeys.addObject().put("id", one.id()).put("name", one.name()));
        answer.put("needed", self.knownRoles().stream().anyMatch(Role::decides));
        PersonJson.putReset(self.reset(), answer);
        JsonBodies.answer(context, answer);
    }

    /** With the old password, or, where it is forgotten, with a code of the second factor. All other sessions of the person end. */
    private void changePassword(Context context) throws IOException, Problem, FeedUnavailableException {
        JsonNode body = JsonBodies.read(context);
        ListedPerson self = self(context);
        String own = body.path("newPassword").asText("");
        Passwords.requireStrong(self.officerNo(), own);
        String code = body.path("code").asText("");
        String credential = "password";
        if (code.isEmpty()) {
            requirePassword(context, self, body);
        } else {
            credential = people.factors().use(self.officerNo(), code);
        }
        append(new PasswordChanged(event(PasswordChanged.class, context, credential)));
        people.passwords().change(self.officerNo(), own);
        sessions.endOthersOf(self.officerNo(), AccessCookies.token(context));
        AccessCookies.setBrowser(
                context, people.passwords().knownBrowser(self.officerNo(), AccessCookies.browser(context)));
        context.status(204);
    }

    /** Shows a new secret; it counts after {@link #confirmTotp}. */
    private void beginTotp(Context context) throws IOException, Problem {
        JsonNode body = JsonBodies.read(context);
        ListedPerson self = self(context);
        requirePassword(context, self, body);
        requireCode(context, self, body);
        byte[] secret = new byte[Totp.SECRET_BYTES];
        random.nextBytes(secret);
        shown.put(self.officerNo(), secret);
        JsonBodies.answer(
                context,
                JSON.createObjectNode()
                        .put("secret", Totp.text(secret))
                        .put("uri", Totp.uri(secret, "Liuhen " + site.value(), self.officerNo())));
    }

    private void confirmTotp(Context context) throws IOException, Problem, FeedUnavailableException {
        String code = JsonBodies.read(context).path("code").asText("");
        ListedPerson self = self(context);
        byte[] secret = shown.get(self.officerNo());
        if (secret == null) {
            throw new Problem(409, "IN-159", "No new secret was shown to you: begin again");
        }
        long step = SecondFactors.requireCode(secret, code);
        append(new SecondFactorEnrolled(event(SecondFactorEnrolled.class, context, "password+totp"), Factor.TOTP));
        List<String> codes = people.factors().enrol(self.officerNo(), secret, step);
        shown.remove(self.officerNo());
        enrolled(context, self, "password+totp", codes);
    }

    private void enrolled(Context context, ListedPerson self, String credential, List<String> codes) {
        String token = AccessCookies.token(context);
        sessions.endOthersOf(self.officerNo(), token);
        sessions.proved(token, self.person(credential));
        ObjectNode answer = JSON.createObjectNode();
        codes.forEach(answer.putArray("recoveryCodes")::add);
        JsonBodies.answer(context, answer);
    }

    private void beginPasskey(Context context) throws IOException, Problem {
        JsonNode body = JsonBodies.read(context);
        ListedPerson self = self(context);
        requirePassword(context, self, body);
        requireCode(context, self, body);
        JsonBodies.answer(
                context,
                passkeys.creation(
                        self.officerNo(),
                        RequestOrigin.page(context),
                        self.knownFactors().passkeys()));
    }

    private void confirmPasskey(Context context) throws IOException, Problem, FeedUnavailableException {
        JsonNode body = JsonBodies.read(context);
        ListedPerson self = self(context);
        String name = body.path("name").asText("").strip();
        if (name.isEmpty() || name.length() > NAME_MAX) {
            throw new Problem(
                    400, "IN-105", "name is what you call the passkey, in at most " + NAME_MAX + " characters");
        }
        Passkeys.Passkey made =
                passkeys.created(self.officerNo(), RequestOrigin.page(context), name, body.path("credential"));
        if (people.factors().ownerOf(made.id()).isPresent()) {
            throw new Problem(409, "IN-159", "This passkey is registered already");
        }
        append(new SecondFactorEnrolled(event(SecondFactorEnrolled.class, context, "passkey"), Factor.PASSKEY));
        enrolled(context, self, "passkey", people.factors().enrol(self.officerNo(), made));
    }

    private void removePasskey(Context context) throws IOException, Problem, FeedUnavailableException {
        JsonNode body = JsonBodies.read(context);
        ListedPerson self = self(context);
        String id = context.pathParam("passkeyId");
        if (self.knownFactors().passkeys().stream().noneMatch(one -> one.id().equals(id))) {
            throw new Problem(404, "IN-112", "You have no such passkey");
        }
        requirePassword(context, self, body);
        requireCode(context, self, body);
        append(new SecondFactorRemoved(
                event(SecondFactorRemoved.class, context, Access.person(context).credential()), Factor.PASSKEY));
        people.factors().removePasskey(self.officerNo(), id);
        sessions.endAllOf(self.officerNo());
        context.status(204);
    }

    private void removeTotp(Context context) throws IOException, Problem, FeedUnavailableException {
        JsonNode body = JsonBodies.read(context);
        ListedPerson self = self(context);
        if (self.knownFactors().totp() == null) {
            throw new Problem(409, "IN-159", "You have no authenticator app here");
        }
        requirePassword(context, self, body);
        requireCode(context, self, body);
        append(new SecondFactorRemoved(
                event(SecondFactorRemoved.class, context, Access.person(context).credential()), Factor.TOTP));
        people.factors().removeTotp(self.officerNo());
        sessions.endAllOf(self.officerNo());
        context.status(204);
    }

    private void requirePassword(Context context, ListedPerson self, JsonNode body) throws IOException, Problem {
        String password = body.path("password").asText("");
        if (password.isEmpty() || password.length() > Passwords.LENGTH_MAX) {
            throw new Problem(400, "IN-105", "password is your present one");
        }
        String address = context.req().getRemoteAddr();
        String browser = AccessCookies.browser(context);
        if (!people.passwords().isPassword(self.officerNo(), password, address, browser)) {
            Problem wrong = new Problem(403, "IN-164", "This is not your password; nothing was changed");
            throw people.passwords().withLeft(wrong, self.officerNo(), address, browser);
        }
    }

    /** A session that began with a passkey has proved the second factor. */
    private void requireCode(Context context, ListedPerson self, JsonNode body) throws IOException, Problem {
        if (self.hasSecondFactor() && !Access.person(context).credential().equals("passkey")) {
            people.factors().use(self.officerNo(), body.path("code").asText(""));
        }
    }

    private void append(CustodyEvent event) throws FeedUnavailableException {
        feed.append(site, event);
    }

    private static EventContext event(Class<? extends PeopleEvent> type, Context context, String credential) {
        Person person = Access.person(context);
        return EventContext.of(
                EventContext.idFor(type, UUID.randomUUID().toString()),
                null,
                Instant.now(),
                new Person(person.id(), person.unitCode(), person.roles(), credential).actor(Act.OWN_ACCOUNT),
                null,
                "review");
    }
}
