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

/** The sessions of persons who are signed in. They are in memory, so a restart ends all; of a token the digest alone is kept. */
final class Sessions {
    /** A session ends after so long without a request that a person made. */
    static final Duration IDLE = Duration.ofMinutes(30);

    /** A session ends after so long in any case: a working day. */
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

    /** Begins a session; its token has 256 random bits. */
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
     * The person of a session that is not over.
     *
     * @param attended whether a person made the request; what a page requests by itself does not extend the session
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

    /** Ends all sessions of a person. */
    void endAllOf(String id) {
        sessions.values().removeIf(session -> session.person().id().equals(id));
    }

    /** Ends all sessions for which this does not hold, given the person and the beginning. */
    void endUnless(BiPredicate<Person, Instant> holds) {
        sessions.values().removeIf(session -> !holds.test(session.person(), session.begun()));
    }

    /** Ends all sessions of a person but the one with this token. */
    void endOthersOf(String id, String token) {
        sessions.entrySet()
                .removeIf(session -> session.getValue().person().id().equals(id)
                        && !session.getKey().equals(digest(token)));
    }

    /** Replaces the person of a session, after another credential was proved. */
    void proved(String token, Person person) {
        sessions.computeIfPresent(digest(token), (key, before) -> new Session(person, before.begun(), before.seen()));
    }

    private static Sha256Digest digest(String token) {
        return Sha256Digest.of(token.getBytes(StandardCharsets.UTF_8));
    }
}
