package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CustodyEvent.Downloaded;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PlayEvent.EndedBy;
import org.liuhen.custody.event.PlayEvent.Played;
import org.liuhen.custody.event.PlayEvent.Served;
import org.liuhen.custody.event.PlayEvent.Shown;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;

class PlayedTextTest {
    private static final EventContext CONTEXT = EventContext.of(
            EventContext.idFor(Played.class, "x"),
            new EvidenceId("01jdb3kz0r0000000000000000"),
            Instant.parse("2026-11-28T08:00:00Z"),
            new Actor(Actor.Kind.OFFICER, "110023", "110105", "password"),
            null,
            "review");

    private static String text(List<Shown> shown, List<Served> served) {
        return text(shown, served, null);
    }

    private static String text(List<Shown> shown, List<Served> served, List<Served> pictures) {
        return PlayedText.of(new Played(CONTEXT, "p", shown, served, pictures, EndedBy.PLAYER));
    }

    @Test
    void saysWhoseWordEachPartIs() {
        assertEquals(
                "播放器报告已显示 shown, as the player says: 00:12–03:40, 1:00:01–1:02:03;"
                        + " 服务器给出字节 bytes given by the server: 0–65536, 900000–1000000",
                text(
                        List.of(new Shown(12_000, 220_500), new Shown(3_601_000, 3_723_999)),
                        List.of(new Served(0, 65_536), new Served(900_000, 1_000_000))));
        assertEquals("播放器未报告 the player did not say what it showed; 给出字节不详 bytes given: not known", text(null, null));
        assertEquals(
                "播放器报告已显示 shown, as the player says: –; 服务器给出字节 bytes given by the server: –",
                text(List.of(), List.of()));
        assertEquals(
                "播放器报告已显示 shown, as the player says: 00:00–00:02;"
                        + " 服务器给出字节 bytes given by the server: 0–500, 700–900;"
                        + " 其中用于缩略图 of these for small pictures: 100–500, 700–900",
                text(
                        List.of(new Shown(0, 2_000)),
                        List.of(new Served(0, 500), new Served(700, 900)),
                        List.of(new Served(100, 500), new Served(700, 900))));
    }

    @Test
    void saysNothingOfOtherEvents() {
        assertEquals("", PlayedText.of(new Downloaded(CONTEXT, 0, 1)));
    }
}
