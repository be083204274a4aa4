package org.liuhen.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bucket4j.Bucket;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.SameSite;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.stream.Collectors;
import org.liuhen.custody.event.AccessEvent.SignedIn;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PeopleEvent.PasswordChanged;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.event.SupervisionEvent.AccessDenied;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate in front of the page and its API. It finds out who asks, lets him through only to what one of his roles may do, and puts on
 * the record whoever it turns away before it does. An address that names no {@link Act} is shut for all.
 */
public final class Access {
    /** What the gate takes as proof. */
    public enum SignIn {
        /** Nothing: everybody is who he says he is, and the record says {@code claimed}. For an address on loopback alone. */
        CLAIMED,
        /** Passwords of the station's own list. */
        LOCAL,
        /** An OpenID provider. */
        OIDC
    }

    private static final Logger LOG = LoggerFactory.getLogger(Access.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIST_EVERY_MILLIS = 5_000;
    private static final String PERSON = "liuhen.person";
    private static final String COOKIE = "liuhen";
    private static final String SIGNING_IN = "liuhen-signing-in";
    private static final String BROWSER = "liuhen-browser";
    private static final int BROWSER_SECONDS = 90 * 24 * 3_600;
    private static final String BEARER = "Bearer ";
    private static final String CONSOLE = "Console ";

    /** A request that a page makes by itself says so with this header. */
    private static final String UNATTENDED = "Liuhen-Unattended";

    static final String NUMBER = "[\\p{L}\\p{N}_.@-]{1,64}";
    /** So long after a reset each session tells the person of it. */
    private static final Duration TOLD_FOR = Duration.ofDays(14);

    private static final int BODY_MAX = 16 << 10;
    private static final int PATH_MAX = 200;
    private static final int RECENT_MAX = 10_000;
    private static final int AT_ONCE = 500;
    private static final int A_SECOND = 100;

    private final SignIn signIn;
    private final Feed feed;
    private final LogName site;
    private final People people;
    private final OpenId provider;
    private final BearerTokens officers;
    private final String console;
    private final Sessions sessions = new Sessions(InstantSource.system());
    private final SecureRandom random = new SecureRandom();
    private final Passkeys passkeys = new Passkeys();
    private final RefusalEntries strangers = new RefusalEntries();

    /** SignInAttempts at somebody of the list: no noise of others keeps them from the record. */
    private final RefusalEntries triesAtPeople = new RefusalEntries();

    /** Events that the record has acknowledged lately: said again within the minute, they are the same event. */
    private final Set<String> recent = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > RECENT_MAX;
        }
    }));

    /** How fast each of those who asked lately goes on asking. */
    private final Map<String, Bucket> paces = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > RECENT_MAX;
        }
    };

    private Access(
            SignIn signIn,
            Feed feed,
            LogName site,
            People people,
            OpenId provider,
            BearerTokens officers,
            String console) {
        this.signIn = signIn;
        this.feed = feed;
        this.site = site;
        this.people = people;
        this.provider = provider;
        this.officers = officers;
        this.console = console;
    }

    /** Everybody is who he says he is. */
    public static Access claimed(Feed feed, LogName site) {
        return new Access(SignIn.CLAIMED, feed, site, null, null, null, null);
    }

    /**
     * People sign in with passwords of the station's own list.
     *
     * @param notes where the list lies
     * @param console a secret that only the machine's administrator can read; it admits people
     */
    public static Access local(Feed feed, LogName site, LogStore notes, String console) {
        return new Access(SignIn.LOCAL, feed, site, new People(notes), null, null, console);
    }

    /**
     * People sign in with an OpenID provider.
     *
     * @param officers whose bearer tokens programs may show
     */
    public static Access oidc(Feed feed, LogName site, OpenId provider, BearerTokens officers, String console) {
        return new Access(SignIn.OIDC, feed, site, null, provider, officers, console);
    }

    /** Adds the gate, and the addresses for signing in and for the list of people. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.beforeMatched(this::gate);
        routes.get("/api/session", this::whoAmI, Act.PUBLIC);
        routes.delete("/api/session", this::signOut, Act.PUBLIC);
        if (signIn == SignIn.LOCAL) {
            routes.post("/api/session", this::signIn, Act.PUBLIC);
            new PeopleApi(feed, site, people, sessions, this).addTo(routes);
            new AccountApi(feed, site, people, sessions, passkeys).addTo(routes);
            routes.post("/api/session/passkey", this::askForPasskey, Act.PUBLIC);
            TimerTask look = new TimerTask() {
                @Override
                public void run() {
                    endSessionsOfTheChanged();
                }
            };
            new Timer("sessions", true).schedule(look, LIST_EVERY_MILLIS, LIST_EVERY_MILLIS);
        }
        if (signIn == SignIn.OIDC) {
            routes.get("/sign-in", this::toProvider, Act.PUBLIC);
            routes.get("/signed-in", this::fromProvider, Act.PUBLIC);
        }
    }

    /** Another process of the site may have dismissed or changed somebody, or reset him; it cannot end the sessions that are here. */
    private void endSessionsOfTheChanged() {
        try {
            Instant looked = Instant.now();
            Map<String, People.Listed> list = new LinkedHashMap<>();
            people.all().forEach(one -> list.put(one.officerNo(), one));
            sessions.endUnless((person, begun) -> {
                People.Listed now = list.get(person.id());
                if (begun.isAfter(looked)) {
                    return true; // the list that was read may be older
                }
                return now != null
                        && now.person(person.credential()).equals(person)
                        && (now.reset() == null
                                || !Instant.parse(now.reset().at()).isAfter(begun));
            });
        } catch (IOException | RuntimeException away) { // the store comes back; one that throws would be the last look
            LOG.debug("looking who is still on the list: {}", away.getMessage());
        }
    }

    /** Whether nothing proves who asks. */
    public boolean isClaimed() {
        return signIn == SignIn.CLAIMED;
    }

    /** Whether somebody of this number may do this here, signed in or not; nothing where the station has no list of its people. */
    public Optional<Boolean> may(String number, Act act) throws IOException {
        return people == null
                ? Optional.empty()
                : Optional.of(people.find(number)
                        .filter(listed -> listed.knownRoles().stream().anyMatch(role -> role.may(act)))
                        .isPresent());
    }

    /** Who asks; the gate has let him through. */
    public static Person person(Context context) {
        return context.attribute(PERSON);
    }

    /** The acts of the address that was asked for. */
    public static Set<Act> acts(Context context) {
        return context.routeRoles().stream().map(Act.class::cast).collect(Collectors.toSet());
    }

    /** Who the record says asked for this. */
    public static Actor actor(Context context) {
        Person person = person(context);
        Set<Act> acts = acts(context);
        return person.actor(
                acts.stream().filter(person::may).sorted().findFirst().orElse(Act.PUBLIC));
    }

    private void gate(Context context) throws IOException, Problem, FeedUnavailableException {
        if (signIn == SignIn.CLAIMED) {
            requireLoopback(context);
        }
        Set<Act> acts = acts(context);
        if (acts.contains(Act.PUBLIC)) {
            return;
        }
        Optional<Person> found = recognise(context);
        if (found.isEmpty() && signIn == SignIn.CLAIMED && acts.contains(Act.UPLOAD)) {
            return; // the upload itself says who sends
        }
        if (found.isEmpty()) {
            Problem nobody = signIn == SignIn.CLAIMED
                    ? new Problem(
                            401,
                            "RV-103",
                            "Say who asks: the header Liuhen-Officer, or ?officer=, with an officer number")
                    : new Problem(401, "IN-150", "Sign in first: your session is over, or you have none");
            if (context.header("Authorization") != null) { // who knocks without anything is no event
                turnAwayStranger(context, null, nobody);
            }
            throw nobody;
        }
        context.attribute(PERSON, found.get());
        if (context.path().startsWith("/api/")) { // uploads come as fast as they can be stored
            pace(found.get().id());
        }
        if (found.get().mustEnrol() && !acts.contains(Act.OWN_ACCOUNT)) {
            throw new Problem(
                    403,
                    "IN-158",
                    "Your role decides about others: enrol a second factor first, on the page under your own account");
        }
        if (acts.isEmpty() || acts.stream().noneMatch(found.get()::may)) {
            throw turnAway(
                    context,
                    found.get().actor(Act.PUBLIC),
                    new Problem(403, "IN-151", "None of your roles may do this; the attempt is on the record"));
        }
    }

    /** So many requests a person may make in a moment, and so many in each second after them. Who asks for more waits. */
    private void pace(String who) throws Problem {
        Bucket bucket;
        synchronized (paces) {
            bucket = paces.computeIfAbsent(who, key -> Bucket.builder()
                    .addLimit(limit -> limit.capacity(AT_ONCE).refillGreedy(A_SECOND, Duration.ofSeconds(1)))
                    .build());
        }
        if (!bucket.tryConsume(1)) {
            throw new Problem(
                    429,
                    "IN-157",
                    "More than " + A_SECOND + " requests a second in your name; wait a second and go on");
        }
    }

    /** Refuses unless one of the person's roles may do this. */
    public void require(Context context, Act act) throws Problem, FeedUnavailableException {
        if (!person(context).may(act)) {
            throw turnAway(
                    context,
                    person(context).actor(act),
                    new Problem(403, "IN-151", "None of your roles may do this; the attempt is on the record"));
        }
    }

    /** Puts on the record that somebody was refused, and gives the refusal back. The same one again within a minute is one event. */
    public Problem refuse(Context context, EvidenceId item, Problem refusal) throws FeedUnavailableException {
        return turnAway(context, item, actor(context), refusal);
    }

    private Problem turnAway(Context context, Actor who, Problem refusal) throws FeedUnavailableException {
        return turnAway(context, null, who, refusal);
    }

    /** Turns away somebody who did not prove who he is. */
    private Problem turnAwayStranger(Context context, String claimed, Problem refusal)
            throws IOException, FeedUnavailableException {
        AccessMetrics.SIGN_INS_REFUSED.labelValues(refusal.code()).inc();
        String address = context.req().getRemoteAddr();
        boolean listed =
                claimed != null && people != null && people.find(claimed).isPresent();
        Optional<String> end =
                (listed ? triesAtPeople : strangers).entry(address, refusal.code() + "\n" + (listed ? claimed : ""));
        if (end.isPresent()) {
            Actor who = new Actor(Actor.Kind.OFFICER, listed ? claimed : address, null, "none");
            Instant now = Instant.now();
            EventContext event = EventContext.of(
                    EventContext.idFor(AccessDenied.class, who.id() + "\n" + random.nextLong()),
                    null,
                    now,
                    who,
                    null,
                    "review");
            String act = context.method() + " " + Reason.of(context.path(), PATH_MAX);
            feed.append(site, new AccessDenied(event, act, refusal.code() + " " + refusal.getMessage() + end.get()));
        }
        return refusal;
    }

    private Problem turnAway(Context context, EvidenceId item, Actor who, Problem refusal)
            throws FeedUnavailableException {
        String act = context.method() + " " + Reason.of(context.path(), PATH_MAX);
        record(new AccessDenied(
                minutely(AccessDenied.class, item, who, act + "\n" + refusal.code(), null),
                act,
                refusal.code() + " " + refusal.getMessage()));
        return refusal;
    }

    /** What an act of this kind says of itself, where the same one again within a minute is the same event. */
    public static EventContext minutely(
            Class<? extends CustodyEvent> type, EvidenceId item, Actor who, String cause, String purpose) {
        Instant now = Instant.now();
        String id = EventContext.idFor(type, now.getEpochSecond() / 60 + "\n" + who.id() + "\n" + item + "\n" + cause);
        return EventContext.of(id, item, now, who, purpose, "review");
    }

    /** Records an event that may be said again; returns when the record has acknowledged it. */
    public void record(CustodyEvent event) throws FeedUnavailableException {
        String id = event.context().eventId();
        if (!recent.contains(id)) {
            feed.append(site, event);
            recent.add(id);
        }
    }

    private Optional<Person> recognise(Context context) throws Problem {
        if (signIn == SignIn.CLAIMED) {
            return claimant(context);
        }
        String authorization = context.header("Authorization");
        if (authorization != null) {
            return bearer(context, authorization);
        }
        String token = context.cookie(COOKIE);
        if (token == null) {
            return Optional.empty();
        }
        requireOwnPage(context);
        return sessions.person(token, isAttended(context));
    }

    private static boolean isAttended(Context context) {
        return context.header(UNATTENDED) == null
                && !String.valueOf(context.header("Accept")).contains("text/event-stream");
    }

    private Optional<Person> bearer(Context context, String authorization) throws Problem {
        if (console != null && authorization.startsWith(CONSOLE)) {
            boolean same = MessageDigest.isEqual(
                    authorization.substring(CONSOLE.length()).getBytes(UTF_8), console.getBytes(UTF_8));
            String who = Optional.ofNullable(context.header("Liuhen-Officer"))
                    .map(Access::decoded)
                    .filter(name -> name.matches(NUMBER))
                    .orElse("administrator");
            return same
                    ? Optional.of(new Person(who, "", EnumSet.of(Role.ADMINISTRATOR), "console"))
                    : Optional.empty();
        }
        if (!authorization.startsWith(BEARER)) {
            return Optional.empty();
        }
        String token = authorization.substring(BEARER.length());
        Optional<Person> session = sessions.person(token, isAttended(context));
        if (session.isPresent() || officers == null) {
            return session;
        }
        try {
            return Optional.of(provider.person(officers.claims(token), "bearer"));
        } catch (Problem wrong) {
            if (wrong.status() == 401) {
                return Optional.empty();
            }
            throw wrong;
        }
    }

    /** A browser sends its cookie for other people's pages, too; only our own page may act with it (Fetch Metadata, RFC 6454). */
    private static void requireOwnPage(Context context) throws Problem {
        String from = context.header("Sec-Fetch-Site");
        String origin = context.header("Origin");
        boolean reads =
                context.method().equals(HandlerType.GET) || context.method().equals(HandlerType.HEAD);
        boolean own = from != null
                ? from.equals("same-origin") || (reads && from.equals("none"))
                : origin == null ? reads : origin.equals(context.scheme() + "://" + context.host());
        if (!own) {
            throw new Problem(403, "IN-156", "Another site's page asked for this in your name; it was not done");
        }
    }

    /** A program on this machine says nothing of a page; a browser says whose page asks. */
    private static void refuseOtherSites(Context context) throws Problem {
        String from = context.header("Sec-Fetch-Site");
        String origin = context.header("Origin");
        boolean own = from != null
                ? from.equals("same-origin") || from.equals("none")
                : origin == null || origin.equals(context.scheme() + "://" + context.host());
        if (!own) {
            throw new Problem(403, "IN-156", "Another site's page asked for this; it was not done");
        }
    }

    /** Who asks where nothing proves it. Only this machine's own pages and programs may. */
    private static Optional<Person> claimant(Context context) throws Problem {
        refuseOtherSites(context);
        String officer = context.header("Liuhen-Officer");
        officer = officer == null // a header carries no Chinese, so it is percent-encoded UTF-8 (RFC 3986)
                ? context.method().equals(HandlerType.GET)
                        ? context.queryParam("officer")
                        : null // a link, never a foreign form
                : decoded(officer);
        String role = context.header("Liuhen-Role"); // percent-encoded, too
        return officer == null || officer.isBlank()
                ? Optional.empty()
                : Optional.of(Person.claimed(officer, role == null ? null : decoded(role)));
    }

    /** Another site's name that leads to this machine would make its page one of ours. */
    private static void requireLoopback(Context context) throws Problem {
        String host = String.valueOf(context.host()).replaceFirst(":[0-9]+$", "");
        try {
            if (!host.equals("localhost")
                    && !(host.matches("[0-9.]+|\\[[0-9a-f:]+\\]")
                            && InetAddress.getByName(host).isLoopbackAddress())) {
                throw new Problem(
                        403,
                        "IN-156",
                        "Without sign-in the station answers at its loopback address only, not as " + host);
            }
        } catch (IOException wrong) {
            throw new Problem(403, "IN-156", "Not an address of this station: " + host);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }

    private void whoAmI(Context context) throws IOException, Problem {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("signIn", signIn.name().toLowerCase(Locale.ROOT));
        Optional<Person> found;
        try {
            found = recognise(context);
        } catch (Problem another) {
            found = Optional.empty();
        }
        if (found.isPresent()) {
            tell(found.get(), answer.putObject("person"));
        }
        answer(context, answer);
    }

    private void tell(Person person, ObjectNode node) throws IOException {
        node.put("id", person.id()).put("unitCode", person.unitCode());
        ArrayNode roles = node.putArray("roles");
        person.roles().stream().sorted().forEach(role -> roles.add(role.word()));
        ArrayNode acts = node.putArray("acts");
        node.put("mustEnrol", person.mustEnrol());
        for (Act act : Act.values()) {
            if (person.may(act) && (!person.mustEnrol() || act == Act.OWN_ACCOUNT)) {
                acts.add(act.name());
            }
        }
        if (people != null) {
            Optional<People.Reset> reset = people.find(person.id()).map(People.Listed::reset);
            if (reset.isPresent()
                    && Instant.parse(reset.get().at()).plus(TOLD_FOR).isAfter(Instant.now())) {
                tell(reset.get(), node);
            }
        }
    }

    /** Who reset somebody's credentials and when; nothing where nobody did. */
    static void tell(People.Reset reset, ObjectNode node) {
        if (reset != null) {
            node.putObject("reset")
                    .put("proposedBy", reset.proposedBy())
                    .put("approvedBy", reset.approvedBy())
                    .put("at", reset.at());
        }
    }

    private void signIn(Context context) throws IOException, Problem, FeedUnavailableException {
        refuseOtherSignIn(context);
        JsonNode body = body(context);
        if (body.has("passkey")) {
            signInWithPasskey(context, body);
            return;
        }
        String number = body.path("officerNo").asText();
        String password = body.path("password").asText();
        Problem wrong = new Problem(401, "IN-150", "Number and password do not belong together");
        if (!number.matches(NUMBER) || password.isEmpty() || password.length() > 256) {
            throw wrong;
        }
        String own = body.path("newPassword").asText("");
        if (!own.isEmpty()) {
            People.requireStrong(number, own);
        }
        People.Proved proved;
        try {
            proved = people.prove(
                            number,
                            password,
                            body.path("code").asText(""),
                            !own.isEmpty(),
                            context.req().getRemoteAddr(),
                            browser(context))
                    .orElseThrow(() -> wrong);
        } catch (Problem refused) {
            throw refused.code().equals("IN-154") ? refused : turnAwayStranger(context, number, refused);
        }
        Person person = proved.person();
        if (!own.isEmpty()) {
            EventContext changed = EventContext.of(
                    EventContext.idFor(PasswordChanged.class, Long.toString(random.nextLong())),
                    null,
                    Instant.now(),
                    person.actor(Act.OWN_ACCOUNT),
                    null,
                    "review");
            feed.append(site, new PasswordChanged(changed));
            people.change(number, own);
            sessions.endAllOf(number);
        }
        welcome(context, person, body);
    }

    private void signInWithPasskey(Context context, JsonNode body)
            throws IOException, Problem, FeedUnavailableException {
        Person person;
        try {
            person = people.prove(passkeys, page(context), body.get("passkey")).person();
        } catch (Problem refused) {
            throw turnAwayStranger(context, owner(body.get("passkey")), refused);
        }
        welcome(context, person, body);
    }

    /** Whose passkey this would be, for the record; null where it is nobody's. */
    private String owner(JsonNode passkey) throws IOException {
        return people.ownerOf(Passkeys.id(passkey))
                .map(People.Listed::officerNo)
                .orElse(null);
    }

    private static void refuseOtherSignIn(Context context) throws Problem {
        String from = context.header("Sec-Fetch-Site");
        if (from != null && !from.equals("same-origin")) {
            throw new Problem(403, "IN-156", "Another site's page wants to sign you in; it was not done");
        }
    }

    private void askForPasskey(Context context) throws Problem {
        refuseOtherSignIn(context);
        if (context.cookie(COOKIE) != null) {
            requireOwnPage(context);
        }
        answer(context, passkeys.request(page(context)));
    }

    /** Where the browser sees this page: its origin, and with its host the relying party of passkeys. */
    static URI page(Context context) {
        return URI.create((isSecure(context) ? "https://" : "http://") + context.host());
    }

    private void welcome(Context context, Person person, JsonNode body)
            throws IOException, Problem, FeedUnavailableException {
        String token = welcome(context, person, !body.path("bearer").asBoolean());
        ObjectNode answer = JSON.createObjectNode();
        context.cookie(cookie(context, BROWSER, people.knownBrowser(person.id()), BROWSER_SECONDS));
        tell(person, answer.putObject("person"));
        if (body.path("bearer").asBoolean()) { // a program; a page never sees the token
            answer.put("token", token);
        }
        answer(context, answer);
    }

    /** Begins a session; it is on the record first. */
    private String welcome(Context context, Person person, boolean cookie) throws FeedUnavailableException, Problem {
        List<String> roles = person.roles().stream().sorted().map(Role::word).toList();
        if (roles.isEmpty()) {
            throw turnAway(
                    context,
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
            context.cookie(cookie(context, COOKIE, token, -1));
        }
        return token;
    }

    private static Cookie cookie(Context context, String name, String value, int maxAge) {
        return new Cookie(name, value, "/", maxAge, isSecure(context), true, null, SameSite.LAX);
    }

    /** Whether the browser came over TLS, to us or to a proxy before us. Whoever lies about it has a cookie that is sent less often. */
    private static boolean isSecure(Context context) {
        return context.scheme().equals("https") || "https".equals(context.header("X-Forwarded-Proto"));
    }

    private void signOut(Context context) throws Problem {
        String token = context.cookie(COOKIE);
        if (token != null) {
            requireOwnPage(context);
            sessions.end(token);
        }
        String authorization = context.header("Authorization");
        if (authorization != null && authorization.startsWith(BEARER)) { // a program has no cookie
            sessions.end(authorization.substring(BEARER.length()));
        }
        context.cookie(cookie(context, COOKIE, "", 0));
        context.status(204);
    }

    private void toProvider(Context context) throws Problem {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        String browser = Base64.getUrlEncoder().encodeToString(bytes);
        URI there = provider.begin(browser);
        context.cookie(cookie(context, SIGNING_IN, browser, 600));
        context.redirect(there.toString());
    }

    private void fromProvider(Context context) throws IOException, Problem, FeedUnavailableException {
        Person person;
        try {
            person = provider.end(context.queryParam("state"), context.queryParam("code"), context.cookie(SIGNING_IN));
        } catch (Problem refused) {
            throw turnAwayStranger(context, null, refused);
        }
        context.cookie(cookie(context, SIGNING_IN, "", 0));
        welcome(context, person, true);
        context.redirect("/");
    }

    /** The token of the session that a request belongs to; an empty text where it is of none. */
    static String token(Context context) {
        String authorization = context.header("Authorization");
        String token = authorization == null
                ? context.cookie(COOKIE)
                : authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : null;
        return token == null ? "" : token;
    }

    /** What {@link People#knownBrowser} gave to the browser that asks, or null. */
    static String browser(Context context) {
        return context.cookie(BROWSER);
    }

    static JsonNode body(Context context) throws IOException, Problem {
        return body(context, BODY_MAX);
    }

    /** The JSON object that was sent with a request, of at most so many bytes. */
    public static JsonNode body(Context context, int bytesMax) throws IOException, Problem {
        try {
            JsonNode body = JSON.readTree(context.bodyInputStream().readNBytes(bytesMax));
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException notJson) {
            // said below
        }
        throw new Problem(400, "IN-105", "The body is a JSON object");
    }

    static void answer(Context context, ObjectNode answer) {
        context.header("Cache-Control", "no-store");
        context.contentType("application/json").result(answer.toString());
    }
}
