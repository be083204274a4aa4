package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.liuhen.access.AccessControl;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.notify.PageNotifier;

/** What people are told on the page, who is not, and what is new for whom. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES) // an event that never comes
class NoticesIT extends Notified {
    private static final LogName SITE = new LogName("site-1");
    private static final List<String> HANDED = new ArrayList<>();

    private static int fresh(String who) throws Exception {
        return notices(who, "").get("new").asInt();
    }

    private static void look(String who) throws Exception {
        ok(post(
                who,
                "/api/notices/looked",
                "{\"until\":\"" + notices(who, "").get("until").asText() + "\"}"));
    }

    @Test
    @Order(1)
    void aHandoverOfManyItemsIsOneLineForTheOfficeAndForNobodyElse() throws Exception {
        for (int i = 0; i < 4; i++) {
            HANDED.add(upload());
        }
        for (String id : HANDED) {
            ok(act("giver", id, OFFER));
        }
        await(() -> lines("jcy-1").equals(List.of("handover.offered giver 4 4")));
        assertEquals(lines("jcy-1"), lines("jcy-2"));
        for (String other : List.of("giver", "jcy-3", "other", "044001", "admin-1")) {
            assertEquals(List.of(), lines(other), other);
            assertEquals(0, fresh(other));
        }
        assertFalse(notices("jcy-1", "").get("notices").get(0).has("item"), "it is not one");
        assertEquals(
                401,
                station.http
                        .send(
                                HttpRequest.newBuilder(station.at("/api/notices"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode());
    }

    @Test
    @Order(2)
    void newIsWhatCameSinceThePersonLookedOnAnyComputer() throws Exception {
        assertEquals(1, fresh("jcy-1"));
        assertEquals("data: {\"new\":1}", told("jcy-1"));
        look("jcy-1");
        assertEquals(0, fresh("jcy-1"));
        assertEquals(1, fresh("jcy-2"), "each looks alone");
        assertFalse(notices("jcy-1", "").get("notices").get(0).get("new").asBoolean());
        signInAgain("jcy-1");
        assertEquals(0, fresh("jcy-1"), "in another browser, too");
        for (String wrong : List.of("", "yesterday", "-10000-01-01T00:00:00Z", "+99999-01-01T00:00:00Z")) {
            assertEquals("400 RV-105", code(post("jcy-1", "/api/notices/looked", "{\"until\":\"" + wrong + "\"}")));
        }
        ok(post("jcy-1", "/api/notices/looked", "{\"until\":\"8000-01-01T00:00:00Z\"}"));
        ok(post("jcy-1", "/api/notices/looked", "{\"until\":\"1980-01-01T00:00:00Z\"}"));
        assertEquals(0, fresh("jcy-1"), "what was looked at stays so");
        String later = upload();
        HANDED.add(later);
        ok(act("giver", later, OFFER));
        await(() -> fresh("jcy-1") == 1);
    }

    /** The first number that the live connection tells. */
    private static String told(String who) throws Exception {
        try (Stream<String> live = station.http
                .send(
                        named(who, "/api/live")
                                .header("Accept", "text/event-stream")
                                .build(),
                        HttpResponse.BodyHandlers.ofLines())
                .body()) {
            return live.dropWhile(said -> !said.equals("event: notices"))
                    .skip(1)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String code(HttpResponse<String> answer) throws Exception {
        return answer.statusCode() + " " + read(answer).path("code").asText();
    }

    @Test
    @Order(3)
    void whatIsAnsweredIsDoneAndWhatOneMayNotSeeAnyMoreIsLeftOut() throws Exception {
        ok(act("giver", HANDED.get(0), "{\"act\":\"withdraw\",\"reason\":\"the wrong one\"}"));
        await(() -> items("jcy-2", "handover.offered") == 4);
        ok(act("jcy-1", HANDED.get(2), "{\"act\":\"refuse\",\"reason\":\"a page is missing\"}"));
        await(() -> lines("giver").equals(List.of("handover.returned jcy-1 1 1")));
        await(() -> items("jcy-2", "handover.offered") == 3); // a colleague has answered it
        assertEquals(
                HANDED.get(2),
                notices("giver", "").get("notices").get(0).get("item").asText());
        ok(get("giver", "/api/evidence/" + HANDED.get(2)));
        await(() -> lines("giver").equals(List.of("handover.returned jcy-1 1 0"))); // seen
        assertEquals(0, fresh("giver"), "what was seen elsewhere is not new");
    }

    @Test
    @Order(4)
    void notesReviewsExportsAndPeopleTellWhomTheyConcern() throws Exception {
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 @other @giver @nobody 请看\"}"));
        await(() -> lines("044001").equals(List.of("note.named giver 1 1")));
        assertEquals(List.of(), lines("other"), "may not see it");

        ok(act("legal", id, "{\"act\":\"openReview\"}"));
        await(() -> item("legal", id).has("reviews"));
        ok(act("legal", id, "{\"act\":\"return\",\"reason\":\"no category\"}"));
        await(() -> open("giver", "review.returned") == 1);
        ok(act("giver", id, "{\"act\":\"answer\",\"outcome\":\"RECTIFIED\",\"reason\":\"done\"}"));
        await(() -> open("giver", "review.returned") == 0 && items("giver", "review.returned") == 1);

        String second = upload();
        String export = ask(id, second);
        await(() -> lines("approver").equals(List.of("export.requested giver 2 2")));
        assertEquals(List.of(), lines("approver-2"));
        await(() ->
                post("approver", "/api/exports/" + export + "/approval", "{}").statusCode() < 300);
        await(() -> items("giver", "export.ready") == 2);
        await(() -> lines("approver").equals(List.of("export.requested giver 2 0")));

        HttpResponse<String> proposed = post(
                "admin-1",
                "/api/people",
                "{\"officerNo\":\"044009\",\"unitCode\":\"110105\",\"roles\":[\"officer\"],\"reason\":\"new\"}");
        assertTrue(proposed.statusCode() < 300, proposed.body());
        await(() -> open("admin-2", "person.proposed") == 1);
        assertEquals(0, open("admin-1", "person.proposed"), "who proposed it does not approve it");
        String change = read(proposed).get("changeId").asText();
        ok(post("admin-2", "/api/people/changes/" + change + "/acts", "{\"act\":\"refuse\",\"reason\":\"no\"}"));
        await(() -> open("admin-2", "person.proposed") == 0);
    }

    @Test
    @Order(5)
    void lostTablesAreFilledAgainWithoutWhatIsOldOrAltered() throws Exception {
        look("jcy-2");
        assertEquals(0, fresh("jcy-2"));
        int before = items("jcy-2", "handover.offered");
        String of = " where event_type = 'handoverOfferedToUnit' and chain = '";
        String old = HANDED.get(3);
        String altered = HANDED.get(4);
        String recorded = text("select recorded_at from entry" + of + old + "'");
        String entry = text("select entry from entry" + of + altered + "'");
        try {
            sql("update entry set recorded_at = '" + Instant.now().minus(Duration.ofDays(31)) + "'" + of + old + "'");
            sql("update entry set entry = replace(entry, '" + OFFICE + "', '130200')" + of + altered + "'");
            sql("drop table notice, noticed, notice_looked");
            await(() -> get("jcy-2", "/api/notices").statusCode() == 200 && items("giver", "export.ready") == 2);
            assertEquals(before - 2, items("jcy-2", "handover.offered"));
            assertEquals(0, items("jcy-3", "handover.offered"), "an altered row tells nobody");
            assertTrue(Files.readString(station.data.resolve("station.log")).contains("NT-104"));
        } finally {
            sql("update entry set recorded_at = '" + recorded + "'" + of + old + "'");
            sql("update entry set entry = '" + entry.replace("'", "''") + "'" + of + altered + "'");
        }
        sql("drop table notice, noticed, notice_looked");
        await(() -> get("jcy-2", "/api/notices").statusCode() == 200 && items("jcy-2", "handover.offered") == before);
        await(() -> fresh("jcy-2") > 0); // nothing but the mark was lost
    }

    /** Rows that somebody altered, with times that never come, stop no list and no number. */
    @Test
    @Order(8)
    void rowsOfTimesToComeStopNobodysList() throws Exception {
        look("jcy-2");
        int before = items("jcy-2", "handover.offered");
        for (String time : List.of("infinity", "-infinity", "9999-12-31")) {
            for (String column : List.of("at", "made")) {
                sql(
                        "insert into notice (log, cause, kind, audience, index, act, actor, at, about, subject, whole, units,"
                                + " holder) select log, 'altered', kind, audience, index, act, actor, at, about, subject, whole,"
                                + " units, holder from notice where kind = 'handover.offered' and audience like 'office %' limit 1");
                sql("update notice set " + column + " = '" + time + "' where cause = 'altered'");
                assertEquals(before, items("jcy-2", "handover.offered"), column + " " + time);
                assertEquals(0, fresh("jcy-2"), column + " " + time);
                look("jcy-2");
                sql("delete from notice where cause = 'altered'");
            }
        }
    }

    @Test
    @Order(6)
    @SuppressWarnings("try") // it only has to be open
    void twoProcessesAddNothingTwiceAndEachKnowsWhoLooked() throws Exception {
        Path postgres = station.data.resolve("postgres");
        String port = Files.readAllLines(postgres.resolve("postmaster.pid")).get(3);
        await(() -> Long.parseLong(text("select position from noticed")) > 0);
        List<String> before = lines("jcy-1");
        try (ReadModel model = new ReadModel(
                        "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                        EmbeddedDatabase.USER,
                        Files.readString(EmbeddedDatabase.secret(postgres)).strip());
                PageNotifier other = new PageNotifier(
                        SITE, model, AccessControl.claimed(null, SITE).access(), () -> true)) {
            sql("update noticed set position = 0"); // both go through all of it at the same time
            Thread.sleep(QUIET_MILLIS);
            assertEquals(before, lines("jcy-1"));
            String id = upload();
            ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 both\"}"));
            await(() -> items("044001", "note.named") == 2);
            Thread.sleep(2_000);
            assertEquals("1", text("select count(*) from notice where about = '" + id + "'"));
            assertTrue(fresh("044001") > 0);
            model.notices()
                    .looked(
                            SITE,
                            "044001",
                            Instant.parse(notices("044001", "").get("until").asText()));
            assertEquals(0, fresh("044001"), "another process kept it");
        }
    }

    @Test
    @Order(7)
    void ofTenThousandLinesThereIsAPageAndTheOthersWaitForNobody() throws Exception {
        String item = text("select about from notice where kind = 'note.named' limit 1");
        sql(
                "insert into notice (log, cause, kind, audience, index, act, actor, at, about, subject, whole, units, holder)"
                        + " select 'site-1', 'many ' || i, 'note.named', 'person 044001', i, 'VIEW', 'giver',"
                        + " now() - (10000 - i) * interval '2 minutes', '" + item + "', '', 0, '{}', ''"
                        + " from generate_series(1, 10000) i");
        long start = System.nanoTime();
        JsonNode page = notices("044001", "");
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 5);
        assertEquals(50, page.get("notices").size());
        assertTrue(page.get("more").asBoolean());
        assertEquals(100, page.get("new").asInt());
        assertEquals(500, notices("044001", "?limit=500").get("notices").size());
        assertEquals("400 RV-102", code(get("044001", "/api/notices?limit=501")));
        look("044001");
        assertEquals(0, fresh("044001"));
    }

    /** What PostgreSQL cannot read stops the number of whoever would see it, and is said; the others have theirs. */
    @Test
    @Order(9)
    void aBrokenRowStopsNobodyElsesNumber() throws Exception {
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 请看\"}"));
        await(() ->
                text("select count(*) from notice where about = '" + id + "'").equals("1"));
        String cases = text("select item->>'cases' from evidence where id = '" + id + "'");
        List<InputStream> open = new ArrayList<>();
        try {
            sql("update evidence set item = jsonb_set(item, '{cases}', '\"x\"') where id = '" + id + "'");
            assertTrue(get("044001", "/api/notices").statusCode() >= 500);
            for (int i = 0; i < 9; i++) { // so that one of them is looked at before the other person's
                open.add(station.http
                        .send(
                                named("044001", "/api/live")
                                        .header("Accept", "text/event-stream")
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream())
                        .body());
            }
            assertEquals("data: {\"new\":" + fresh("jcy-2") + "}", told("jcy-2"));
            String said = "the number of notices of 044001 is not sent";
            await(() -> Files.readString(station.data.resolve("station.log")).contains(said));
            assertEquals(
                    2, Files.readString(station.data.resolve("station.log")).split(said, -1).length, "once");
        } finally {
            for (InputStream one : open) {
                one.close();
            }
            sql("update evidence set item = jsonb_set(item, '{cases}', '" + cases + "') where id = '" + id + "'");
        }
        await(() -> get("044001", "/api/notices").statusCode() == 200);
    }
}
