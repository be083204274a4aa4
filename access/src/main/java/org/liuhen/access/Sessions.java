package org.liuhen.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.liuhen.custody.evidence.Sha256Digest;

/** Who is signed in. A restart signs everybody out; a token itself is kept nowhere, only its digest. */
final class Sessions {
    /** Nobody looks away for longer than this without signing in again. */
    static final Duration IDLE = Duration.ofMinutes(30);

    /** A working day. */
    static final Duration LONGEST = Duration.ofHours(12);

    private static final int TOKEN_BYTES = 32;

    private final Map<Sha256Digest, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock;

    Sessions(InstantSource clock) {
        this.clock = clock;
    }

    private record Session(Person person, Instant begun, Instant seen) {
        boolean over(Instant now) {
            return now.isAfter(seen.plus(IDLE)) || now.isAfter(begun.plus(LONGEST));
        }
    }

    /** A new session's token, with 256 bits that nobody can guess. */
    String begin(Person person) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> session.over(now));
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        sessions.put(digest(token), new Session(person, now, now));
        return token;
    }

    /**
     * Whose session this is, as long as it lasts.
     *
     * @param attended whether a person asks; what a page asks by itself keeps no session awake
     */
    Optional<Person> person(String token, boolean attended) {
        Instant now = clock.instant();
        Session session = sessions.computeIfPresent(
                digest(token),
                (key, before) -> before.over(now)
                        ? null
                        : new Session(before.person(), before.begun(), attended ? now : before.seen()));
        return Optional.ofNullable(session).map(Session::person);
    }

    /** Ends this session. */
    void end(String token) {
        sessions.remove(digest(token));
    }

    /** Ends all sessions of somebody who was changed or dismissed. */
    void endAllOf(String id) {
        sessions.values().removeIf(session -> session.person().id().equals(id));
    }

    /** Ends all sessions of which this does not hold, by whose they are and when they began. */
    void endUnless(BiPredicate<Person, Instant> holds) {
        sessions.values().removeIf(session -> !holds.test(session.person(), session.begun()));
    }

    /** Ends all other sessions of the one whose session this is. */
    void endOthersOf(String id, String token) {
        sessions.entrySet()
                .removeIf(session -> session.getValue().person().id().equals(id)
                        && !session.getKey().equals(digest(token)));
    }

    /** From now on this session is one of somebody who proved more. */
    void proved(String token, Person person) {
        sessions.computeIfPresent(digest(token), (key, before) -> new Session(person, before.begun(), before.seen()));
    }

    private static Sha256Digest digest(String token) {
        return Sha256Digest.of(token.getBytes(StandardCharsets.UTF_8));
    }
}
