package org.liuhen.custody.evidence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.liuhen.custody.evidence.CaptureClaims.OtherClaim;

/** The last value that each word accepts, and the first that it refuses. */
class BoundsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

    private static void refused(String said, Executable act) {
        String message = assertThrows(IllegalArgumentException.class, act).getMessage();
        assertTrue(message.contains(said), message);
    }

    private static Actor actor(String id) {
        return new Actor(Actor.Kind.OFFICER, id, null, "mtls");
    }

    @Test
    void anActorHasAKindAnIdAndACredential() {
        assertEquals(128, actor("😀".repeat(128)).id().codePointCount(0, 256));
        for (String id : new String[] {null, "", " ", "x".repeat(129), "a\u202eb"}) {
            refused("ID has 1 to 128", () -> actor(id));
        }
        refused("a kind", () -> new Actor(null, "1", null, "mtls"));
        refused("a kind", () -> new Actor(Actor.Kind.DEVICE, "1", null, null));
        refused("a kind", () -> new Actor(Actor.Kind.DEVICE, "1", null, " "));
        assertEquals(new Actor(Actor.Kind.COMPONENT, "intake", null, "process", null), Actor.component("intake"));
    }

    private static CaptureClaims claims(int at, String text) {
        String[] texts = new String[5];
        texts[at] = text;
        Integer segment = texts[4] == null ? null : 1;
        return new CaptureClaims(
                texts[0], texts[1], texts[2], texts[3], null, null, null, texts[4], segment, null, null, null);
    }

    @Test
    void aClaimHas1To128VisibleCharacters() {
        String[] names = {"incidentNo", "officerNo", "unitCode", "deviceSerial", "recordingId"};
        for (int i = 0; i < names.length; i++) {
            int at = i;
            assertEquals(claims(at, "京".repeat(128)), claims(at, "京".repeat(128)));
            for (String bad : new String[] {"", " ", "x".repeat(129), "a\u0000"}) {
                refused(names[at] + " has 1 to 128 characters", () -> claims(at, bad));
            }
        }
    }

    private static CaptureClaims span(Instant start, Instant end, Long sequence) {
        return new CaptureClaims(null, null, null, null, start, end, sequence);
    }

    @Test
    void aRecordingEndsNotBeforeItsStartAndHasAnExactNumber() {
        assertEquals(NOW, span(NOW, NOW, null).captureEnd());
        assertNull(span(NOW, null, null).captureEnd());
        assertNull(span(null, NOW, null).captureStart());
        refused("captureEnd is before", () -> span(NOW, NOW.minusNanos(1), null));
        refused("captureStart is a time", () -> span(RecordTime.MIN.minusNanos(1), null, null));
        refused("captureEnd is a time", () -> span(null, RecordTime.MAX.plusNanos(1), null));
        assertEquals(0L, span(null, null, 0L).sequence());
        assertEquals(
                (1L << 53) - 1, span(null, null, CaptureClaims.SEQUENCE_MAX).sequence());
        refused("seq is", () -> span(null, null, -1L));
        refused("seq is", () -> span(null, null, 1L << 53));
    }

    private static CaptureClaims segment(String recording, Integer segment, Integer count) {
        return new CaptureClaims(null, null, null, null, null, null, null, recording, segment, count, null, null);
    }

    @Test
    void aSegmentIsOneOfTheSegmentsOfItsRecording() {
        assertEquals(1, segment("r", 1, 1).segment());
        assertEquals(10_000, segment("r", 10_000, 10_000).segment());
        assertEquals(10_000, segment("r", 10_000, null).segment());
        refused("segment is a number", () -> segment("r", 0, null));
        refused("segment is a number", () -> segment("r", 3, 2));
        refused("segment is a number", () -> segment("r", 10_001, null));
        refused("segment is a number", () -> segment("r", 1, 10_001));
        refused("both recordingId and segment", () -> segment("r", null, null));
        refused("both recordingId and segment", () -> segment(null, 1, null));
        refused("both recordingId and segment", () -> segment(null, null, 1));
    }

    @Test
    void anOtherClaimHasANameAndAValueOfAtMost256Characters() {
        assertNull(new OtherClaim("n", null).value());
        assertEquals("", new OtherClaim("n", "").value());
        assertEquals(256, new OtherClaim("n", "京".repeat(256)).value().length());
        refused("n has at most 256", () -> new OtherClaim("n", "x".repeat(257)));
        refused("n has at most 256", () -> new OtherClaim("n", "a\u200bb"));
        refused("the name of a claim", () -> new OtherClaim(" ", "v"));
        CaptureClaims with = new CaptureClaims(
                null, null, null, null, null, null, null, null, null, null, null, List.of(new OtherClaim("n", "v")));
        assertEquals(List.of(new OtherClaim("n", "v")), with.others());
        assertNull(segment(null, null, null).others());
    }

    private static CaptureTime time(Instant from, Instant to, Long length, String source, String rule) {
        return new CaptureTime(from, to, length, CaptureTime.Clock.DEVICE, source, rule);
    }

    @Test
    void aCaptureTimeIsAnInterval() {
        CaptureTime ten = time(NOW, NOW.plusSeconds(600), null, "s".repeat(400), "r".repeat(64));
        assertTrue(ten.isUsable(), "ten minutes");
        assertFalse(time(NOW, NOW.plusSeconds(600).plusNanos(1), null, "s", "r").isUsable());
        assertEquals(NOW.toEpochMilli() + 300_000, ten.middleMillis());
        assertEquals(0, time(NOW, NOW, 0L, "s", "r").lengthMillis());
        long most = Duration.ofDays(366).toMillis();
        assertEquals(most, time(NOW, NOW, most, "s", "r").lengthMillis());
        refused("lengthMillis", () -> time(NOW, NOW, -1L, "s", "r"));
        refused("lengthMillis", () -> time(NOW, NOW, most + 1, "s", "r"));
        refused("earliest is after", () -> time(NOW.plusNanos(1), NOW, null, "s", "r"));
        refused("earliest is a time", () -> time(RecordTime.MIN.minusNanos(1), NOW, null, "s", "r"));
        refused("latest is a time", () -> time(NOW, RecordTime.MAX.plusNanos(1), null, "s", "r"));
        for (String bad : new String[] {" ", "x".repeat(401), "a\u0007"}) {
            refused("source has 1 to 400", () -> time(NOW, NOW, null, bad, "r"));
        }
        for (String bad : new String[] {" ", "x".repeat(65), "a\u0007"}) {
            refused("rule has 1 to 64", () -> time(NOW, NOW, null, "s", bad));
        }
    }

    @Test
    void aCaseIdHas1To128Characters() {
        assertEquals(128, new CaseId("京".repeat(128)).value().length());
        assertEquals("1", new CaseId("1").value());
        assertThrows(IllegalArgumentException.class, () -> new CaseId("京".repeat(129)));
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + (100 + i)).toList();
    }

    private static DispatchRecord dispatch(
            long revision, String unit, List<String> officers, List<String> devices, Instant at, Instant cleared) {
        return new DispatchRecord(new CaseId("JQ1"), revision, unit, officers, devices, at, cleared);
    }

    private static DispatchRecord dispatch(Instant at, Instant cleared) {
        return dispatch(0, null, List.of("1"), null, at, cleared);
    }

    @Test
    void aDispatchNamesWhoWasSentAndWhen() {
        DispatchRecord both = dispatch(1L << 53, "u", List.of("2", "1", "2"), List.of("d"), NOW, null);
        assertEquals(List.of("1", "2"), both.officerNos());
        assertEquals(List.of("d"), both.deviceSerials());
        assertEquals(List.of(), dispatch(0, null, names(64), null, NOW, null).deviceSerials());
        assertEquals(
                64,
                dispatch(0, null, null, names(64), NOW, null).deviceSerials().size());
        refused("officerNos has at most 64", () -> dispatch(0, null, names(65), null, NOW, null));
        refused("at least one of", () -> dispatch(0, null, List.of(), null, NOW, null));
        refused("revision", () -> dispatch(-1, null, List.of("1"), null, NOW, null));
        refused("revision", () -> dispatch((1L << 53) + 1, null, List.of("1"), null, NOW, null));
        refused("incidentNo is missing", () -> new DispatchRecord(null, 0, null, List.of("1"), null, NOW, null));
        refused("dispatchedAt is missing", () -> dispatch(null, null));
        refused("dispatchedAt is a time", () -> dispatch(RecordTime.MIN.minusNanos(1), null));
        refused("the end of the call", () -> dispatch(RecordTime.MAX, null));
        for (String bad : new String[] {" ", "x".repeat(129), "a\u200eb"}) {
            refused("officerNos has 1 to 128", () -> dispatch(0, null, List.of(bad), null, NOW, null));
            refused("unitCode has 1 to 128", () -> dispatch(0, bad, List.of("1"), null, NOW, null));
        }
        assertEquals(
                "京".repeat(128),
                dispatch(0, "京".repeat(128), names(1), null, NOW, null).unitCode());
    }

    @Test
    void aCallLastsAtMostSevenDaysAndAnOpenOneCountsForADay() {
        assertEquals(NOW.plus(Duration.ofHours(24)), dispatch(NOW, null).until());
        assertEquals(NOW, dispatch(NOW, NOW).until());
        assertEquals(
                NOW.plus(Duration.ofDays(7)),
                dispatch(NOW, NOW.plus(Duration.ofDays(7))).until());
        refused("clearedAt", () -> dispatch(NOW, NOW.minusNanos(1)));
        refused("clearedAt", () -> dispatch(NOW, NOW.plus(Duration.ofDays(7)).plusNanos(1)));
    }

    @Test
    void wordsThatAreNothingAreRefused() {
        refused("got nothing", () -> new EvidenceId(null));
        refused("got nothing", () -> new Sha256Digest(null));
        refused("got 3 characters", () -> new Sha256Digest("abc"));
        refused("An SM3 digest", () -> new Sm3Digest("abc"));
        refused("A log name", () -> new LogName(null));
        EvidenceId id = new EvidenceId("01jdb3kz0r0000000000000000");
        assertEquals("01jdb3kz0r0000000000000000", id.toString());
        assertEquals("liuhen.org/log/site-1", new LogName("site-1").origin());
        assertEquals("x", new FileName("x").value());
        refused("got 25 characters", () -> new EvidenceId("01jdb3kz0r000000000000000"));
    }

    /** The examples of FIPS 180-4 and GB/T 32905 for the text {@code abc}. */
    @Test
    void digestsAreThoseOfTheStandards() {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        Sha256Digest sha256 = new Sha256Digest("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertEquals(sha256, Sha256Digest.of(abc));
        assertArrayEquals(sha256.bytes(), Sha256Digest.raw(new byte[] {'a'}, new byte[] {'b', 'c'}));
        assertEquals(sha256, Sha256Digest.ofRaw(Sha256Digest.algorithm().digest(abc)));
        MessageDigest sm3 = Sm3Digest.algorithm();
        assertEquals(
                "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
                Sm3Digest.ofRaw(sm3.digest(abc)).hex());
        assertThrows(IllegalArgumentException.class, () -> Sha256Digest.ofRaw(new byte[31]));
    }

    @Test
    void hexadecimalDigitsAreLowerCaseAndAscii() {
        assertTrue(Text.isLowerHex("09af", 4));
        assertFalse(Text.isLowerHex(null, 4));
        assertFalse(Text.isLowerHex("09a", 4));
        for (String bad : new String[] {"A", "g", "/", ":", "`", "\u007f", "\u0080", "京"}) {
            assertFalse(Text.isLowerHex(bad + "000", 4), bad);
            assertFalse(Text.isLowerHex("000" + bad, 4), bad);
        }
    }

    /** First and last of each range of hidden characters, and what stands beside them. */
    @Test
    void hiddenCharactersAreThoseOfTheList() {
        int[] hidden = {
            0, 0x1f, 0x7f, 0x9f, 0xad, 0x600, 0x605, 0x61c, 0x180e, 0x200b, 0x200f, 0x2028, 0x202e, 0xfeff, 0x110bd,
            0x1d173, 0x1d17a, 0xe0001, 0xe0020, 0xe007f
        };
        int[] shown = {
            0x20, 0x7e, 0xa0, 0xac, 0xae, 0x5ff, 0x606, 0x180d, 0x200a, 0x2010, 0x2027, 0x202f, 0x110bc, 0x110be,
            0x1d172, 0x1d17b, 0xe0080, 0x1f600, '-'
        };
        for (int point : hidden) {
            assertTrue(Text.isHidden(point), Integer.toHexString(point));
            assertTrue(Text.hasHidden("a" + Character.toString(point)), Integer.toHexString(point));
            assertTrue(Text.hasHidden("😀" + Character.toString(point) + "b"), Integer.toHexString(point));
        }
        for (int point : shown) {
            assertFalse(Text.isHidden(point), Integer.toHexString(point));
            assertFalse(Text.hasHidden(Character.toString(point)), Integer.toHexString(point));
        }
        for (int joiner : new int[] {0x180e, 0x200c, 0x200d}) {
            assertTrue(Text.isJoiner(joiner));
        }
        assertFalse(Text.isJoiner('a'));
        assertEquals(2, Text.length("a😀"));
    }

    @Test
    void theRecordHoldsTheYears1970To9999() {
        assertTrue(RecordTime.holds(RecordTime.MIN) && RecordTime.holds(RecordTime.MAX));
        assertFalse(RecordTime.holds(RecordTime.MIN.minusNanos(1)));
        assertFalse(RecordTime.holds(RecordTime.MAX.plusNanos(1)));
        assertTrue(RecordTime.holds(0) && RecordTime.holds(RecordTime.MAX.toEpochMilli()));
        assertFalse(RecordTime.holds(-1) || RecordTime.holds(RecordTime.MAX.toEpochMilli() + 1));
        assertEquals(NOW, RecordTime.require("it", NOW));
        assertNull(RecordTime.require("it", null));
        refused("it is a time", () -> RecordTime.require("it", RecordTime.MAX.plusNanos(1)));
    }

    @Test
    void aPlaceMayTouchTheEdgesOfTheMap() {
        assertEquals(new Place(-18_000, -9_000, 18_000, 9_000), Place.around(-180, -90, 180, 90));
        assertEquals(new Place(5, 5, 5, 5), new Place(5, 5, 5, 5));
        assertThrows(
                IllegalArgumentException.class,
                () -> Place.around(Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY, 0));
        assertThrows(IllegalArgumentException.class, () -> new Place(-18_001, 0, 0, 0));
    }
}
