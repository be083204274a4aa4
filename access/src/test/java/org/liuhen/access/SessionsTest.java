package org.liuhen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final Person WHO = new Person("110023", "110105", EnumSet.of(Role.SUPERVISOR), "password");
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private Instant now = Instant.parse("2026-11-26T08:00:00Z");
    private final Sessions sessions = new Sessions(() -> now);
    private final String token = sessions.begin(WHO);

    @Test
    void aSessionEndsAfterHalfAnHourWithoutARequest() {
        pass(Sessions.IDLE);
        assertEquals(WHO, sessions.person(token, true).orElseThrow());
        pass(Sessions.IDLE.plus(MOMENT));
        assertTrue(sessions.person(token, true).isEmpty());
        pass(MOMENT.negated().minus(Sessions.IDLE));
        assertTrue(sessions.person(token, true).isEmpty(), "what is over does not come back");
    }

    @Test
    void requestsOfThePageItselfDoNotExtendASession() {
        for (Duration passed = Duration.ZERO;
                passed.compareTo(Sessions.IDLE) <= 0;
                passed = passed.plus(Duration.ofMinutes(1))) {
            assertTrue(sessions.person(token, false).isPresent(), passed.toString());
            pass(Duration.ofMinutes(1));
        }
        assertFalse(sessions.person(token, false).isPresent());
    }

    @Test
    void aSessionIsNoLongerThanAWorkingDay() {
        for (int minutes = 0; minutes < Sessions.LONGEST.toMinutes(); minutes += 20) {
            pass(Duration.ofMinutes(20));
            assertTrue(sessions.person(token, true).isPresent(), minutes + " minutes");
        }
        pass(MOMENT);
        assertTrue(sessions.person(token, true).isEmpty());
    }

    @Test
    void sessionsOfADismissedPersonEndAtOnce() {
        String other = sessions.begin(WHO);
        sessions.endAllOf("110023");
        assertTrue(sessions.person(token, true).isEmpty()
                && sessions.person(other, true).isEmpty());
    }

    @Test
    void sessionsOfAPersonWhoLeftTheListEndInEachProcess() {
        pass(MOMENT);
        String later = sessions.begin(WHO);
        sessions.endUnless((person, begun) -> person.equals(WHO) && begun.equals(now)); // a reset between the two
        assertTrue(sessions.person(token, true).isEmpty());
        assertTrue(sessions.person(later, true).isPresent());
    }

    private void pass(Duration duration) {
        now = now.plus(duration);
    }
}
