package org.liuhen.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.LogName;

/** When a feed counts as shorter than its log (FD-105). */
class FeedLengthCheckTest {
    private static final LogName LOG = new LogName("site-1");
    private static final LogName OTHER = new LogName("site-2");
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private Instant now = Instant.parse("2026-11-26T08:00:00Z");
    private long entries = 10;
    private long events = 10;
    private boolean storeAnswers = true;
    private int logRead;
    private int feedAsked;
    private final Deque<Runnable> background = new ArrayDeque<>();

    private final FeedLengthCheck check = new FeedLengthCheck(
            log -> {
                logRead++;
                if (!storeAnswers) {
                    throw new IOException("the store does not answer");
                }
                return log.equals(LOG) ? entries : 0;
            },
            log -> {
                feedAsked++;
                return events;
            },
            () -> now,
            background::add);

    private boolean isTooShort() throws Exception {
        return check.check(LOG).isTooShort();
    }

    @Test
    void asManyEventsAsEntriesAreEnough() throws Exception {
        assertFalse(isTooShort());
    }

    @Test
    void oneEventFewerIsTooFewAndStaysSo() throws Exception {
        events = 9;
        assertTrue(isTooShort());
        assertEquals(9, check.check(LOG).fed());
        events = 100;
        now = now.plus(FeedLengthCheck.LOG_SIZE_VALID).plus(MOMENT);
        assertTrue(isTooShort(), "what was added since makes it no whole feed");
        assertEquals(1, feedAsked);
        assertFalse(check.check(OTHER).isTooShort(), "each log has its own feed");
    }

    @Test
    void anEmptyLogNeedsNoEvent() throws Exception {
        entries = 0;
        events = 0;
        assertFalse(isTooShort());
        assertEquals(0, feedAsked);
    }

    @Test
    void anOffsetBelowTheEntriesIsTooFewAndStaysSo() throws Exception {
        FeedLengthCheck.Length whole = check.check(LOG);
        assertFalse(check.check(LOG, whole, 10).isTooShort(), "ten events are before it");
        assertEquals(9, check.check(LOG, whole, 9).fed());
        assertTrue(isTooShort());
    }

    @Test
    void theSizeOfTheLogIsReadAgainAfterAMinuteAndNoEventWaitsForIt() throws Exception {
        check.check(LOG);
        entries = 20;
        now = now.plus(FeedLengthCheck.LOG_SIZE_VALID).minus(MOMENT);
        assertEquals(10, check.check(LOG).entries());
        assertTrue(background.isEmpty());
        now = now.plus(MOMENT);
        assertEquals(10, check.check(LOG).entries());
        assertEquals(10, check.check(LOG).entries());
        assertEquals(1, background.size(), "once, however many events come");
        background.remove().run();
        assertEquals(20, check.check(LOG).entries());
        assertTrue(check.check(LOG, check.check(LOG), 15).isTooShort());
        assertEquals(1, feedAsked);
    }

    @Test
    void aStoreThatDoesNotAnswerLaterLeavesWhatWasKnown() throws Exception {
        check.check(LOG);
        storeAnswers = false;
        now = now.plus(FeedLengthCheck.LOG_SIZE_VALID);
        check.check(LOG);
        background.remove().run();
        assertEquals(10, check.check(LOG).entries());
        assertFalse(isTooShort());
    }

    @Test
    void aStoreThatDoesNotAnswerAtFirstRefusesAndIsAskedAgain() throws Exception {
        storeAnswers = false;
        assertThrows(IOException.class, () -> check.check(LOG));
        storeAnswers = true;
        events = 9;
        assertTrue(isTooShort());
        assertEquals(2, logRead);
    }

    @Test
    void aShortFeedThatIsFoundDuringARefreshStaysShort() throws Exception {
        FeedLengthCheck.Length whole = check.check(LOG);
        now = now.plus(FeedLengthCheck.LOG_SIZE_VALID);
        check.check(LOG);
        check.check(LOG, whole, 3);
        background.remove().run();
        assertEquals(3, check.check(LOG).fed());
    }
}
