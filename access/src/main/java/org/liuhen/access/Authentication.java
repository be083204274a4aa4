package org.liuhen.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Optional;
import org.liuhen.web.Problem;

/**
 * Finds the person who sent a request: by the cookie of a session, by a bearer token (RFC 6750) of a session or of the OpenID provider, by the
 * secret of the console, or, where nothing authenticates persons, by what the request claims.
 */
final class Authentication {
    /** A valid officer's number. */
    static final String NUMBER = "[\\p{L}\\p{N}_.@-]{1,64}";

    private static final String CONSOLE = "Console ";

    /** A request that a page makes without its user has this header. */
    private static final String UNATTENDED = "Liuhen-Unattended";

    private final SignInMode mode;
    private final Sessions sessions;
    private final String console;
    private final OpenId provider;
    private final BearerTokens tokens;

    /**
     * Finds persons in this way.
     *
     * @param console the secret of the console; null where there is none
     * @param provider reads the claims of the provider's tokens; null where there is none
     * @param tokens verifies the provider's tokens; null where programs show none
     */
    Authentication(SignInMode mode, Sessions sessions, String console, OpenId provider, BearerTokens tokens) {
        this.mode = mode;
        this.sessions = sessions;
        this.console = console;
        this.provider = provider;
        this.tokens = tokens;
    }

    /** The person who sent this request; empty where nothing valid says it. IN-156: a page of another origin sent it. */
    Optional<Person> person(Context context) throws Problem {
        if (mode == SignInMode.CLAIMED) {
            return claimed(context);
        }
        String authorization = context.header("Authorization");
        if (authorization != null) {
            return authorized(context, authorization);
        }
        String token = AccessCookies.session(context);
        if (token == null) {
            return Optional.empty();
        }
        RequestOrigin.requireSameOrigin(context);
        return sessions.person(token, isAttended(context));
    }

    private static boolean isAttended(Context context) {
        return context.header(UNATTENDED) == null
                && !String.valueOf(context.header("Accept")).contains("text/event-stream");
    }

    private Optional<Person> authorized(Context context, String authorization) throws Problem {
        if (console != null && authorization.startsWith(CONSOLE)) {
            return console(context, authorization.substring(CONSOLE.length()));
        }
        if (!authorization.startsWith(AccessCookies.BEARER)) {
            return Optional.empty();
        }
        String token = authorization.substring(AccessCookies.BEARER.length());
        Optional<Person> session = sessions.person(token, isAttended(context));
        if (session.isPresent() || tokens == null) {
            return session;
        }
        try {
            return Optional.of(provider.person(tokens.claims(token), "bearer"));
        } catch (Problem wrong) {
            if (wrong.status() == 401) {
                return Optional.empty();
            }
            throw wrong;
        }
    }

    private Optional<Person> console(Context context, String secret) {
        if (!MessageDigest.isEqual(secret.getBytes(UTF_8), console.getBytes(UTF_8))) {
            return Optional.empty();
        }
        String name = Optional.ofNullable(context.header("Liuhen-Officer"))
                .map(Authentication::decoded)
                .filter(given -> given.matches(NUMBER))
                .orElse("administrator");
        return Optional.of(new Person(name, "", EnumSet.of(Role.ADMINISTRATOR), "console"));
    }

    /** Both headers are percent-encoded UTF-8 (RFC 3986), for a header carries no Chinese. The query counts for a GET alone, never for a form. */
    private static Optional<Person> claimed(Context context) throws Problem {
        RequestOrigin.refuseOtherOrigins(context);
        String header = context.header("Liuhen-Officer");
        String officer = null;
        if (header != null) {
            officer = decoded(header);
        } else if (context.method().equals(HandlerType.GET)) {
            officer = context.queryParam("officer");
        }
        String role = context.header("Liuhen-Role");
        return officer == null || officer.isBlank()
                ? Optional.empty()
                : Optional.of(Person.claimed(officer, role == null ? null : decoded(role)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }
}
