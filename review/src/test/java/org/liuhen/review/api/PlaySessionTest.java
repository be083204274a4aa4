package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PlayEvent.EndedBy;
import org.liuhen.custody.event.PlayEvent.PlayOpened;
import org.liuhen.custody.event.PlayEvent.Played;
import org.liuhen.custody.event.PlayEvent.Served;
import org.liuhen.custody.event.PlayEvent.Shown;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.web.Problem;

class PlaySessionTest {
    private static final EvidenceId ITEM = new EvidenceId("01jdb3kz0r0000000000000000");

    private static PlaySession opened(Instant when, boolean recalled) {
        String id = EventContext.idFor(PlayOpened.class, "p");
        EventContext by = EventContext.of(
                id, ITEM, when, new Actor(Actor.Kind.OFFICER, "110023", "110105", "password"), null, "review");
        return new PlaySession(new PlayOpened(by, id), recalled, when);
    }

    @Test
    void theEndSaysWhatWasGivenAndWhatThePlayerSays() throws Exception {
        Instant now = Instant.now();
        PlaySession session = opened(now, false);
        byte[] file = new byte[1_000];
        file[7] = -1;
        try (InputStream first = session.noting(new ByteArrayInputStream(file), 0, false)) {
            assertEquals(100, first.readNBytes(100).length);
        }
        try (InputStream seek = session.noting(new ByteArrayInputStream(file), 500, false)) {
            seek.skipNBytes(7);
            assertEquals(255, seek.read());
            assertEquals(992, seek.readAllBytes().length);
            assertEquals(-1, seek.read());
        }
        session.report(List.of(new Shown(0, 3_000), new Shown(12_000, 15_000)), now);
        session.report(List.of(new Shown(0, 4_000)), now);
        Played end = session.end(EndedBy.PLAYER, now);
        assertEquals(List.of(new Served(0, 100), new Served(500, 1_500)), end.served());
        assertEquals(List.of(new Shown(0, 4_000), new Shown(12_000, 15_000)), end.claimedShown());
        assertEquals(EndedBy.PLAYER, end.endedBy());
        assertEquals("110023", end.context().actor().id());
        assertNull(end.servedForPictures(), "none were made");
    }

    /** All bytes that were given are told together, however they were asked for: a name in an address hides none of them. */
    @Test
    void whatWasGivenForSmallPicturesIsToldByItselfAsWell() throws Exception {
        Instant now = Instant.now();
        PlaySession session = opened(now, false);
        byte[] file = new byte[100];
        session.noting(new ByteArrayInputStream(file), 0, false).readAllBytes();
        session.noting(new ByteArrayInputStream(file), 50, true).readAllBytes();
        session.noting(new ByteArrayInputStream(file), 900, true).readAllBytes();
        session.report(List.of(new Shown(0, 3_000)), now);
        Played end = session.end(EndedBy.PLAYER, now);
        assertEquals(List.of(new Served(0, 150), new Served(900, 1_000)), end.served());
        assertEquals(List.of(new Served(50, 150), new Served(900, 1_000)), end.servedForPictures());
        assertEquals(List.of(new Shown(0, 3_000)), end.claimedShown());
        PlaySession recalled = opened(now, true);
        recalled.noting(new ByteArrayInputStream(file), 0, true).readAllBytes();
        assertNull(recalled.end(EndedBy.STOP, now).servedForPictures(), "what was given before is not known");
    }

    @Test
    void nothingIsGivenAfterTheEndAndTheEndStaysTheSameEvent() throws Exception {
        Instant now = Instant.now();
        PlaySession session = opened(now, false);
        try (InputStream bytes = session.noting(new ByteArrayInputStream(new byte[10]), 0, false)) {
            assertEquals(0, bytes.read());
            Played end = session.end(EndedBy.SILENCE, now);
            assertThrows(IOException.class, bytes::read);
            assertEquals(List.of(new Served(0, 1)), end.served());
            assertNull(end.claimedShown(), "the player said nothing");
            Played again = session.end(EndedBy.STOP, now.plusSeconds(1));
            assertEquals(end.context().eventId(), again.context().eventId());
            assertEquals(EndedBy.SILENCE, again.endedBy());
        }
    }

    @Test
    void aSessionThatAnotherProcessBeganDoesNotClaimToKnowWhatWasGiven() {
        assertNull(opened(Instant.now(), true).end(EndedBy.STOP, Instant.now()).served());
    }

    @Test
    void endsAfterSilenceAndInAnyCaseAfterItsLongestTime() {
        Instant begun = Instant.parse("2026-11-28T08:00:00Z");
        PlaySession session = opened(begun, false);
        assertNull(session.due(begun.plus(PlaySession.SILENCE).minusMillis(1)));
        assertEquals(EndedBy.SILENCE, session.due(begun.plus(PlaySession.SILENCE)));
        session.report(List.of(), begun.plus(PlaySession.SILENCE));
        assertNull(session.due(begun.plus(PlaySession.SILENCE)));
        Instant late = begun.plus(PlaySession.LONGEST);
        session.report(List.of(), late.minusSeconds(1));
        assertNull(session.due(late.minusSeconds(1)));
        assertEquals(EndedBy.LIMIT, session.due(late));
        assertTrue(session.isOf(ITEM, "110023"));
        assertFalse(session.isOf(ITEM, "110024"));
        assertFalse(session.isOf(new EvidenceId("01jdb3kz0r0000000000000001"), "110023"));
    }

    /** However often somebody seeks, and wherever: the event has to fit into 16 KiB. */
    @Test
    void theLongestEndIsAnEvent() {
        Instant now = Instant.now();
        PlaySession session = opened(now.minus(Duration.ofHours(1)), false);
        for (int i = 0; i < 400; i++) {
            int at = 2_000_000_000 + i * 3_000;
            session.report(List.of(new Shown(at, at + 1_000)), now);
            assertThrowsNothing(
                    session.noting(new ByteArrayInputStream(new byte[5]), 900_000_000_000_000L + i * 100L, i % 2 == 0));
        }
        Played end = session.end(EndedBy.PLAYER, now);
        assertEquals(Played.RANGES_MAX, end.served().size());
        assertEquals(Played.RANGES_MAX, end.claimedShown().size());
        assertEquals(Played.PICTURE_RANGES_MAX, end.servedForPictures().size());
        assertTrue(CanonicalJson.encode(end).length < 15_500);
    }

    private static void assertThrowsNothing(InputStream bytes) {
        try (bytes) {
            assertEquals(5, bytes.readAllBytes().length);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void whatAPlayerSaysIsRangesOfMilliseconds() throws Exception {
        ObjectMapper json = new ObjectMapper();
        assertEquals(
                List.of(new Shown(0, 1), new Shown(5, 5)),
                PlaysApi.shown(json.readTree(
                        "{\"shown\":[{\"fromMillis\":0,\"toMillis\":1},{\"fromMillis\":5,\"toMillis\":5}]}")));
        assertEquals(List.of(), PlaysApi.shown(json.readTree("{}")));
        for (String wrong : List.of(
                "{\"fromMillis\":0}",
                "{\"fromMillis\":-1,\"toMillis\":1}",
                "{\"fromMillis\":2,\"toMillis\":1}",
                "{\"fromMillis\":0.5,\"toMillis\":1}",
                "{\"fromMillis\":\"0\",\"toMillis\":1}",
                "{\"fromMillis\":0,\"toMillis\":4000000000}",
                "[0,1]",
                "7")) {
            Problem problem = assertThrows(
                    Problem.class, () -> PlaysApi.shown(json.readTree("{\"shown\":[" + wrong + "]}")), wrong);
            assertEquals("RV-105", problem.code());
        }
    }
}
