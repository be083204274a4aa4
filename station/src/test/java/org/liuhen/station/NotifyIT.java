package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.liuhen.access.Role;

/** Who is told, outside the page, that something waits, and what receivers can do to it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NotifyIT extends Notified {
    @Test
    @Order(1)
    void aHandoverToAnOfficeTellsEachOfItsPeopleOnce() throws Exception {
        String id = upload();
        ok(act("giver", id, OFFER));
        assertTold("handover.offered", "jcy-1", "jcy-2");
        for (Receiver.Got got : receiver.got()) {
            assertTrue(got.isSignedWith(SECRET), got.toString());
            assertFalse(got.isSignedWith("whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "another secret");
            assertEquals(got.id(), got.text("id"));
            assertEquals("https://liuhen.example/#/item/" + id + "?part=handover", got.text("link"));
            assertEquals(got.text("person").equals("jcy-1") ? OFFICE : "13010100", got.text("unit"));
            assertEquals(
                    Set.of("id", "kind", "person", "unit", "at", "link"),
                    got.json().properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet()));
            assertTrue(
                    Math.abs(Instant.now().getEpochSecond() - Long.parseLong(got.timestamp())) < 60, got.timestamp());
        }
        await(() -> mails.getReceivedMessages().length == 2);
        Set<String> recipients = new TreeSet<>();
        for (MimeMessage mail : mails.getReceivedMessages()) {
            recipients.add(mail.getAllRecipients()[0].toString());
            assertEquals("留痕：有证据移送给您或您的单位，待接收", mail.getSubject());
            assertEquals("auto-generated", mail.getHeader("Auto-Submitted")[0]);
            String text = mail.getContent().toString();
            assertTrue(text.contains("https://liuhen.example/#/item/" + id + "?part=handover"), text);
            assertFalse((mail.getSubject() + text).contains("notify-"), "no file name");
            String messageId = mail.getHeader("Message-ID", null);
            assertTrue(
                    receiver.got().stream().anyMatch(got -> messageId.equals("<" + got.id() + "@mail.example>")),
                    "the same ID on both ways");
        }
        assertEquals(Set.of("jcy-1@mail.example", "jcy-2@mail.example"), recipients);

        receiver.forget();
        ok(act("jcy-1", id, "{\"act\":\"refuse\",\"reason\":\"a page is missing\"}"));
        assertTold("handover.returned", "giver");
    }

    @Test
    @Order(2)
    void whoIsNamedMayHaveToDoAndAskedIsToldAndNobodyElse() throws Exception {
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 @other @giver @nobody 请看\"}"));
        assertTold("note.named", "044001"); // the other one may not see it
        assertEquals(1, read(get("044001", "/api/desk")).at("/piles/named").asInt());
        assertTrue(list("044001", "desk=named").contains(id));
        assertFalse(list("giver", "desk=named").contains(id));
        assertTrue(read(get("giver", "/api/names?like=044")).at("/people").has("044001"));
        assertTrue(
                read(get("jcy-1", "/api/names?like=044")).at("/people").isEmpty(), "no list of the police for others");
        assertTrue(list("giver", "mine=true").contains(id), "who sent it");
        assertFalse(list("044001", "mine=true").contains(id));
        ok(get("044001", "/api/evidence/" + id));
        await(() -> read(get("044001", "/api/desk")).at("/piles/named").asInt() == 0);

        receiver.forget();
        ok(act("legal", id, "{\"act\":\"openReview\"}"));
        await(() -> item("legal", id).has("reviews"));
        String due = Instant.now().plus(Duration.ofHours(20)).toString();
        ok(act("legal", id, "{\"act\":\"return\",\"reason\":\"no category\",\"due\":\"" + due + "\"}"));
        assertTold("review.returned", "giver");

        receiver.forget();
        String export = ask(id);
        assertTold("export.requested", "approver"); // the other approver's unit has not sent it
        receiver.forget();
        await(() ->
                post("approver", "/api/exports/" + export + "/approval", "{}").statusCode() < 300);
        assertTold("export.ready", "giver");

        receiver.forget();
        HttpResponse<String> proposed = post(
                "admin-1",
                "/api/people",
                "{\"officerNo\":\"044009\",\"unitCode\":\"110105\",\"roles\":[\"officer\"],\"reason\":\"new\"}");
        assertTrue(proposed.statusCode() < 300, proposed.body());
        assertTold("person.proposed", "admin-2");
        assertEquals("https://liuhen.example/#/people", receiver.got().get(0).text("link"));
    }

    /** A receiver that was away hears of what waits, and of nothing that was done meanwhile. */
    @Test
    @Order(3)
    void whatIsOverWhenTheReceiverIsBackIsNotSent() throws Exception {
        receiver.answers(Receiver.status(500));
        String offer = "{\"act\":\"offer\",\"to\":\"jcy-1\",\"reason\":\"trial\"}";
        String refused = upload();
        String waits = upload();
        String looked = upload();
        ok(act("giver", refused, offer));
        ok(act("giver", waits, offer));
        ok(act("giver", looked, "{\"act\":\"note\",\"reason\":\"@044001\"}"));
        ok(act("giver", waits, "{\"act\":\"note\",\"reason\":\"@044001\"}"));
        String export = ask(looked);
        HttpResponse<String> proposed = post(
                "admin-1",
                "/api/people",
                "{\"officerNo\":\"044010\",\"unitCode\":\"110105\",\"roles\":[\"officer\"],\"reason\":\"new\"}");
        await(() -> waiting("webhook") == 6);
        ok(act("jcy-1", refused, "{\"act\":\"refuse\",\"reason\":\"a page is missing\"}"));
        await(() -> unsent("handover.returned") == 1);
        await(() -> list("giver", "desk=named").contains(refused));
        ok(get("giver", "/api/evidence/" + refused));
        ok(get("044001", "/api/evidence/" + looked));
        await(() ->
                post("approver", "/api/exports/" + export + "/approval", "{}").statusCode() < 300);
        String change = read(proposed).get("changeId").asText();
        ok(post("admin-2", "/api/people/changes/" + change + "/acts", "{\"act\":\"refuse\",\"reason\":\"no\"}"));
        await(() -> !list("giver", "desk=named").contains(refused)
                && !list("044001", "desk=named").contains(looked));
        await(() -> unsent("export.ready") == 1);
        receiver.forget();
        receiver.answers(Receiver.status(204));
        await(() -> waiting("webhook") == 0);
        assertEquals(
                List.of("export.ready giver exports", "handover.offered jcy-1 " + waits, "note.named 044001 " + waits),
                told());
    }

    @Test
    @Order(3)
    void aReceiverThatFailsThreeTimesGetsItThenWithTheSameId() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        receiver.answers(exchange ->
                Receiver.status(calls.incrementAndGet() <= 3 ? 503 : 204).to(exchange));
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001\"}"));
        await(() -> receiver.got().size() == 4);
        assertEquals(1, receiver.got().stream().map(Receiver.Got::id).distinct().count());
        for (Receiver.Got got : receiver.got()) {
            assertTrue(got.isSignedWith(SECRET), "each time with its own timestamp");
        }
        Thread.sleep(QUIET_MILLIS);
        assertEquals(4, receiver.got().size(), "it was taken");
    }

    @Test
    @Order(4)
    void aRedirectIsNotFollowedAndALongAnswerIsNotRead() throws Exception {
        try (Receiver elsewhere = new Receiver()) {
            AtomicInteger calls = new AtomicInteger();
            receiver.answers(exchange -> {
                if (calls.incrementAndGet() == 1) {
                    exchange.getResponseHeaders().set("Location", elsewhere.url());
                    Receiver.status(307).to(exchange);
                    return;
                }
                exchange.sendResponseHeaders(200, 5 << 20);
                exchange.getResponseBody().write(new byte[5 << 20]);
                exchange.close();
            });
            String id = upload();
            ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001\"}"));
            await(() -> receiver.got().size() >= 2);
            Thread.sleep(QUIET_MILLIS);
            assertEquals(2, receiver.got().size(), "the second answer was taken, however long it is");
            assertEquals(0, elsewhere.got().size());
        }
    }

    @Test
    @Tag("slow")
    @Order(5)
    void aReceiverThatNeverAnswersDelaysNeitherThePageNorMail() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        receiver.answers(exchange -> {
            try {
                end.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            await(() -> waiting("mail") == 0);
            int before = mails.getReceivedMessages().length;
            String id = upload();
            ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 one\"}"));
            await(() -> receiver.got().size() == 1);
            long start = System.nanoTime();
            ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 two\"}"));
            await(() -> list("044001", "desk=named").contains(id));
            assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 10);
            await(() -> waiting("mail") == 0);
            assertEquals(before + 1, mails.getReceivedMessages().length, "what came within half a minute is one mail");
            MimeMessage mail = Stream.of(mails.getReceivedMessages())
                    .filter(one -> text(one).contains("#/item/" + id))
                    .findFirst()
                    .orElseThrow();
            assertEquals("044001@mail.example", mail.getAllRecipients()[0].toString());
            assertEquals("留痕：有 2 件事项待您办理", mail.getSubject());
            assertEquals(2, text(mail).split("#/item/" + id, -1).length - 1);
        } finally {
            receiver.answers(Receiver.status(204));
            end.countDown();
        }
        await(() -> waiting("webhook") == 0); // what was not taken comes again
    }

    @Test
    @Order(6)
    void aBrokenRowStopsNothingElse() throws Exception {
        String noItem = upload();
        String altered = upload();
        String whole = upload();
        for (String id : List.of(noItem, altered, whole)) {
            ok(act("giver", id, OFFER));
        }
        assertTold("handover.offered", "jcy-1", "jcy-1", "jcy-1", "jcy-2", "jcy-2", "jcy-2");
        receiver.forget();
        String row = text("select item from evidence where id = '" + noItem + "'");
        String entry = " where chain = '" + altered + "' and event_type = 'handoverOfferedToUnit'";
        String recorded = text("select recorded_at from entry" + entry);
        sql("update evidence set item = '[]' where id = '" + noItem + "'");
        sql("update entry set recorded_at = 'never'" + entry);
        try {
            tellAgainFrom(
                    Long.parseLong(text("select index from entry where chain = '" + noItem
                            + "' and event_type = 'handoverOfferedToUnit'")),
                    "handover.offered");
            assertTold("handover.offered", "jcy-1", "jcy-2");
            assertTrue(receiver.got().get(0).text("link").contains(whole));
            String log = Files.readString(station.data.resolve("station.log"));
            assertTrue(log.contains("NT-104") && !log.contains("NT-105"), log);
        } finally {
            sql("update evidence set item = '" + row.replace("'", "''") + "' where id = '" + noItem + "'");
            sql("update entry set recorded_at = '" + recorded + "'" + entry);
        }
    }

    @Test
    @Order(7)
    void anExportThatComesInTwoLotsIsToldToWhoSeesAllOfIt() throws Exception {
        admit("approver-3", "110105", Role.APPROVER); // sees one of the two items
        String open = upload();
        String sealed = upload();
        ok(post(
                "giver",
                "/api/evidence/" + sealed + "/links",
                "{\"act\":\"attach\",\"caseId\":\"C-SEALED\",\"reason\":\"x\"}"));
        await(() -> get("legal", "/api/cases/C-SEALED").statusCode() == 200);
        ok(
                post(
                        "legal",
                        "/api/cases/C-SEALED/acts",
                        "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"giver\",\"approver\"],\"protection\":\"SEALED\"}"));
        await(() -> !item("approver-3", sealed).has("id"));
        ask(open, sealed);
        assertTold("export.requested", "approver");
        receiver.forget();
        long first =
                Long.parseLong(text("select min(index) from entry where event_type = 'exportRequested' and chain in ('"
                        + open + "', '" + sealed + "')"));
        tellAgainFrom(first + 1 - 256, "export.requested"); // 256 entries are one lot; before entry 0 there are none
        await(() -> receiver.got().stream().anyMatch(got -> got.body().contains("export.requested")));
        Thread.sleep(2_500);
        List<String> told = new ArrayList<>();
        for (Receiver.Got got :
                receiver.got()) { // among offers of the test before, which were not told while their rows were broken
            told.add(got.text("kind") + " " + got.text("person"));
        }
        told.removeIf(one -> one.startsWith("handover.offered "));
        assertEquals(List.of("export.requested approver"), told);
    }

    private static String text(MimeMessage mail) {
        try {
            return mail.getContent().toString();
        } catch (IOException | MessagingException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Nobody is told by this way afterwards. */
    @Test
    @Order(8)
    void aReceiverThatIsGoneIsLeftAlone() throws Exception {
        receiver.answers(Receiver.status(410));
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 one\"}"));
        await(() -> receiver.got().size() == 1);
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 two\"}"));
        Thread.sleep(QUIET_MILLIS);
        assertEquals(1, receiver.got().size());
        assertTrue(Files.readString(station.data.resolve("station.log")).contains("NT-102"));
    }

    /** Last: the mail server ends. */
    @Test
    @Order(9)
    void anAdministratorSeesHowItGoesOutAndTriesIt() throws Exception {
        JsonNode webhook = way("webhook");
        assertEquals(
                "127.0.0.1 NT-102",
                webhook.get("receiver").asText() + " " + webhook.get("code").asText());
        assertTrue(
                way("mail").get("setUp").asBoolean() && way("mail").has("sentAt"),
                way("mail").toString());
        assertEquals("403 IN-151", refused("giver", "mail"));
        assertEquals("403 IN-151", code(get("giver", "/api/notifications")));
        assertEquals("400 RV-105", refused("admin-1", "pigeon"));

        Instant begun = Instant.now();
        ok(tried("admin-1", "webhook"));
        Receiver.Got got = receiver.got().get(receiver.got().size() - 1);
        assertEquals("test admin-1", got.text("kind") + " " + got.text("person"));
        assertTrue(got.isSignedWith(SECRET), got.toString());
        JsonNode stopped = way("webhook"); // the test arrived, and nothing else will
        assertTrue(stopped.get("stopped").asBoolean());
        assertTrue(!stopped.has("sentAt")
                || Instant.parse(stopped.get("sentAt").asText()).isBefore(begun));
        assertFalse(way("mail").get("stopped").asBoolean());
        assertEquals("429 NT-107", refused("admin-2", "webhook"));

        ok(tried("admin-2", "mail"));
        List<String> tests = new ArrayList<>();
        for (MimeMessage mail : mails.getReceivedMessages()) { // what came of earlier tests may still be on its way
            if (mail.getSubject().equals("留痕：您发送的测试消息")) {
                tests.add(mail.getAllRecipients()[0].toString());
            }
        }
        assertEquals(List.of("admin-2@mail.example"), tests);
        mails.stop();
        await(() -> !refused("admin-2", "mail").equals("429 NT-107"));
        JsonNode over = way("mail");
        assertEquals("NT-108", over.get("code").asText());
        assertTrue(over.get("words").asText().startsWith("the mail server: "), over.toString());
        assertTrue(over.get("refusedAt").asText().compareTo(over.get("sentAt").asText()) > 0, over.toString());
        String whole = get("admin-1", "/api/notifications").body();
        assertFalse(whole.contains("whsec_") || whole.contains(receiver.url()), whole);
        String log = Files.readString(station.data.resolve("station.log"));
        assertTrue(log.contains("admin-2 sends a test message by mail"));
    }

    private static JsonNode way(String name) throws Exception {
        for (JsonNode one : read(get("admin-1", "/api/notifications")).get("channels")) {
            if (one.get("channel").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError(name);
    }

    private static HttpResponse<String> tried(String who, String channel) throws Exception {
        return post(who, "/api/notifications/test", "{\"channel\":\"" + channel + "\"}");
    }

    private static String refused(String who, String channel) throws Exception {
        return code(tried(who, channel));
    }

    private static String code(HttpResponse<String> answer) throws Exception {
        return answer.statusCode() + " " + read(answer).path("code").asText();
    }
}
