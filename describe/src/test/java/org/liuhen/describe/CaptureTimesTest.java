package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.describe.Value.Confidence;

/** Recordings whose true time is known, told of in each way that recorders have: the interval holds the true time, whatever is missing. */
class CaptureTimesTest {
    private static final ZoneOffset CHINA = ZoneOffset.ofHours(8);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");
    private static final int EACH = 40;
    private static final long SEED = 19;

    private final Random random = new Random(SEED);
    private final List<Value> values = new ArrayList<>();
    private Instant begun;
    private int seconds;
    private CaptureClaims claims;

    private void recording() {
        values.clear();
        claims = null;
        begun = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(300 * 86_400));
        seconds = 1 + random.nextInt(2 * 3_600);
    }

    private void duration() {
        values.add(value("duration", seconds + ".040000", "seconds", "format.duration"));
    }

    private static Value value(String name, String text, String unit, String source) {
        return new Value(name, text, unit, source, "test", "1", Confidence.STATED);
    }

    private void time(String text, String unit, String source) {
        values.add(value("timeClaim", text, unit, source));
    }

    private static String utc(Instant at) {
        return ISO.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    private static String local(Instant at) {
        return ISO.format(LocalDateTime.ofInstant(at, CHINA));
    }

    private void name(Instant at) {
        time(local(at) + "+08:00", "assumed", "file name, profile time-device-officer");
    }

    private void track(Instant firstFix) {
        values.add(value("trackPoints", "7", "positions", "gpmd"));
        time(utc(firstFix) + "Z", "utc", "gpmd");
    }

    private Optional<CaptureTime> worked() {
        EvidenceId id = EvidenceId.create(begun.plusSeconds(seconds + random.nextInt(86_400)), new SecureRandom());
        Actor officer = new Actor(Actor.Kind.OFFICER, "110023", null, "bearer");
        return CaptureTimes.of(values, "video/mp4", new Item(id, new FileName("a.mp4"), officer, claims));
    }

    /** The interval, after it was found to hold the true beginning. */
    private CaptureTime right() {
        CaptureTime time = worked().orElseThrow();
        assertTrue(!time.earliest().isAfter(begun) && !time.latest().isBefore(begun), time + " is not of " + begun);
        return time;
    }

    @Test
    void aContainerWithTheTimeInUtcAtTheBeginningOrTheEnd() {
        for (int i = 0; i < EACH; i++) {
            recording();
            duration();
            time(
                    utc(random.nextBoolean() ? begun : begun.plusSeconds(seconds)) + ".000000Z",
                    "utc",
                    "format.tags.creation_time");
            CaptureTime time = right();
            assertTrue(
                    !time.isUsable() || time.source().contains("as local time"), "alone it may be local time: " + time);
            name(begun); // of a phone: local time in the name
            assertTrue(right().isUsable() && right().source().contains("agrees with format.tags.creation_time"));
        }
    }

    @Test
    void aLocalTimeThatWasWrittenAsUtc() {
        for (int i = 0; i < EACH; i++) {
            recording();
            duration();
            time(local(begun) + ".000000Z", "utc", "format.tags.creation_time");
            right();
            name(begun);
            CaptureTime time = right();
            assertTrue(time.isUsable() && time.source().contains("as local time"), time.toString());
        }
    }

    /** It would have been recorded after it was declared: so it is a local time. */
    @Test
    void aLocalTimeAsUtcThatLiesInTheFutureIsKnownForOne() {
        recording();
        EvidenceId id = EvidenceId.create(begun.plusSeconds(60), new SecureRandom());
        time(local(begun) + "Z", "utc", "format.tags.creation_time");
        Actor officer = new Actor(Actor.Kind.OFFICER, "110023", null, "bearer");
        CaptureTime time = CaptureTimes.of(values, "video/mp4", new Item(id, new FileName("a.mp4"), officer, null))
                .orElseThrow();
        assertTrue(
                time.isUsable()
                        && !time.earliest().isAfter(begun)
                        && !time.latest().isBefore(begun),
                time.toString());
    }

    @Test
    void aTimeThatWasNeverSet() {
        for (String never :
                new String[] {"1904-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z", "1970-01-01T08:00:00+08:00"}) {
            recording();
            duration();
            time(never, never.endsWith("Z") ? "utc" : "offset", "format.tags.creation_time");
            assertEquals(Optional.empty(), worked(), never);
            time("1970-01-01T02:03:04", "unset", "format.tags.date");
            time("1904-01-01 00:00:07", "unknown", "RIFF ICRD");
            assertEquals(Optional.empty(), worked(), "a clock that nobody set");
            name(begun);
            assertTrue(right().isUsable());
        }
    }

    @Test
    void aNameAlone() {
        for (int i = 0; i < EACH; i++) {
            recording();
            name(begun.plusMillis(random.nextInt(3_000) - 1_500));
            CaptureTime time = right();
            assertTrue(time.isUsable() && time.clock() == Clock.DEVICE && time.lengthMillis() == null, time.toString());
        }
    }

    @Test
    void positionsAlone() {
        for (int i = 0; i < EACH; i++) {
            recording();
            duration();
            track(begun.plusSeconds(random.nextInt(seconds)));
            CaptureTime time = right();
            assertEquals(Clock.SATELLITE, time.clock());
            assertEquals(seconds * 1_000L + 40, time.lengthMillis());
        }
    }

    /** By its own clock it is exact, and a dock's reading corrects that; where the satellites contradict the clock, they count. */
    @Test
    void aWrongClock() {
        for (int i = 0; i < EACH; i++) {
            recording();
            duration();
            Duration wrong = Duration.ofSeconds(random.nextInt(4_000_000) - 2_000_000);
            name(begun.plus(wrong));
            CaptureTime time = worked().orElseThrow();
            Instant corrected = time.earliest().minus(wrong);
            assertTrue(!corrected.isAfter(begun) && !time.latest().minus(wrong).isBefore(begun), time.toString());
            assertEquals(Clock.DEVICE, time.clock());
            if (wrong.abs().toSeconds() > 2L * seconds + 600) {
                track(begun.plusSeconds(random.nextInt(seconds)));
                assertEquals(Clock.SATELLITE, right().clock());
            }
        }
    }

    @Test
    void aTimeWithItsZone() {
        for (int i = 0; i < EACH; i++) {
            recording();
            duration();
            time(utc(begun) + "Z", "utc", "format.tags.creation_time");
            time(local(begun) + "+0800", "offset", "format.tags.com.apple.quicktime.creationdate");
            assertTrue(right().isUsable());
        }
    }

    @Test
    void whatTheSenderSays() {
        for (int i = 0; i < EACH; i++) {
            recording();
            claims = new CaptureClaims(null, null, null, null, begun, begun.plusSeconds(seconds), null);
            CaptureTime time = right();
            assertTrue(time.isUsable());
            assertEquals(seconds * 1_000L, time.lengthMillis());
            name(begun.plusSeconds(3_600));
            assertTrue(!right().isUsable(), "two that contradict each other");
        }
    }

    @Test
    void aPictureHasNoLengthAndADocumentNoCaptureTime() {
        recording();
        time(local(begun), "unknown", "Exif SubIFD/Date/Time Original");
        EvidenceId id = EvidenceId.create(begun.plusSeconds(86_400), new SecureRandom());
        Actor officer = new Actor(Actor.Kind.OFFICER, "110023", null, "bearer");
        Item item = new Item(id, new FileName("a.jpg"), officer, null);
        CaptureTime time = CaptureTimes.of(values, "image/jpeg", item).orElseThrow();
        assertTrue(time.isUsable() && time.lengthMillis() == 0, time.toString());
        assertEquals(Optional.empty(), CaptureTimes.of(values, "application/pdf", item));
        values.clear();
        time("+1000000000-12-31T23:59:59Z", "utc", "format.tags.creation_time");
        time("0000-00-00T00:00:00Z", "utc", "format.tags.date");
        assertEquals(Optional.empty(), CaptureTimes.of(values, "video/mp4", item));
    }
}
