package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.liuhen.station.LiveStation.await;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Sha256Digest;

/** What became of what somebody offered, sent back or asked for is told to this person, on the page and out of it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("slow")
class OutcomesIT extends Notified {
    private static final String ANSWER = "{\"act\":\"answer\",\"outcome\":\"RECTIFIED\",\"reason\":\"done\"}";
    private static final Map<String, OwnKey> KEYS = new HashMap<>();

    @BeforeAll
    static void keys() throws Exception {
        for (String who : List.of("jcy-1", "legal")) {
            OwnKey own = new OwnKey();
            KEYS.put(who, own);
            ok(post(who, "/api/signing-keys", "{\"publicKey\":\"" + own.publicKey() + "\"}"));
        }
    }

    @Test
    @Order(1)
    void whoOfferedIsToldThatItWasAccepted() throws Exception {
        String id = upload();
        ok(act("giver", id, OFFER));
        assertTold("handover.offered", "jcy-1", "jcy-2");
        receiver.forget();
        accept(id);
        assertTold("handover.accepted", "giver");
        await(() -> lines("giver").equals(List.of("handover.accepted jcy-1 1 1")));
        assertEquals(List.of(), lines("044001"));
        ok(get("giver", "/api/evidence/" + id));
        await(() -> lines("giver").equals(List.of("handover.accepted jcy-1 1 0"))); // seen
    }

    @Test
    @Order(2)
    void whoSentBackIsToldOfTheAnswerUntilItIsReviewedAgain() throws Exception {
        String id = upload();
        sendBack(id);
        allIsPosted();
        receiver.forget();
        ok(act("giver", id, ANSWER));
        assertTold("review.answered", "legal");
        await(() -> lines("legal").equals(List.of("review.answered giver 1 1")));
        assertEquals(0, items("giver", "review.answered"));
        ok(get("legal", "/api/evidence/" + id)); // to look at it is not to review it
        ok(act("legal", id, "{\"act\":\"return\",\"reason\":\"still no category\"}"));
        await(() -> open("giver", "review.returned") == 1);
        assertEquals(List.of("review.answered giver 1 0"), lines("legal"));
        ok(act("giver", id, ANSWER));
        await(() -> open("legal", "review.answered") == 1);
        sign(id);
        await(() -> open("legal", "review.answered") == 0 && items("legal", "review.answered") == 1);
    }

    @Test
    @Order(3)
    void whoAskedIsToldThatThePackageWasRefused() throws Exception {
        String one = upload();
        String export = ask(one, upload());
        assertTold("export.requested", "approver");
        receiver.forget();
        end("approver", export, "refusal");
        assertTold("export.refused", "giver");
        assertEquals(List.of("export.refused giver exports"), told());
        await(() -> lines("giver").contains("export.refused approver 2 2"));
        assertEquals(0, items("approver", "export.refused") + items("044001", "export.refused"));
        ok(get("giver", "/api/evidence/" + one));
        receiver.forget();
        String withdrawn = ask(one);
        assertTold("export.requested", "approver");
        receiver.forget();
        end("giver", withdrawn, "withdrawal");
        Thread.sleep(QUIET_MILLIS);
        assertEquals(List.of(), told(), "who withdraws it is told nothing");
        assertEquals("2 2", items("giver", "export.refused") + " " + open("giver", "export.refused"));
    }

    /** What was seen or reviewed again while the receiver was away is not sent. That a package was refused stays true. */
    @Test
    @Order(4)
    void whatIsOverWhenTheReceiverIsBackIsNotSent() throws Exception {
        String taken = upload();
        String signed = upload();
        String waits = upload();
        ok(act("giver", taken, OFFER));
        sendBack(signed);
        sendBack(waits);
        String export = ask(waits);
        await(() -> unsent("export.requested") == 0 && open("approver", "export.requested") == 1);
        allIsPosted();
        receiver.answers(Receiver.status(500));
        accept(taken);
        ok(act("giver", signed, ANSWER));
        ok(act("giver", waits, ANSWER));
        await(() -> open("legal", "review.answered") == 2);
        int before = open("giver", "review.returned"); // the answers ended those that are answered
        ok(act("legal", waits, "{\"act\":\"return\",\"reason\":\"still no category\"}"));
        await(() -> open("giver", "review.returned") == before + 1);
        ok(act("giver", waits, ANSWER)); // of the two answers the last one waits
        end("approver", export, "refusal");
        await(() ->
                unsent("handover.accepted") == 1 && unsent("review.answered") >= 2 && unsent("export.refused") == 1);
        ok(get("giver", "/api/evidence/" + taken));
        sign(signed);
        await(() -> open("giver", "handover.accepted") == 0 && open("legal", "review.answered") == 1);
        receiver.forget();
        receiver.answers(Receiver.status(204));
        await(() -> waiting("webhook") == 0);
        assertEquals(List.of("export.refused giver exports", "review.answered legal " + waits), told());
    }

    /** A review of the item that came back. */
    private static void sendBack(String id) throws Exception {
        int before = open("giver", "review.returned");
        ok(act("legal", id, "{\"act\":\"openReview\"}"));
        await(() -> item("legal", id).has("reviews"));
        ok(act("legal", id, "{\"act\":\"return\",\"reason\":\"no category\"}"));
        await(() -> open("giver", "review.returned") == before + 1);
    }

    private static void end(String who, String export, String how) throws Exception {
        assertEquals(
                202,
                post(who, "/api/exports/" + export + "/" + how, "{\"reason\":\"too early\"}")
                        .statusCode());
    }

    private static void accept(String id) throws Exception {
        String handover = item("jcy-1", id).at("/handover/id").asText();
        signed("jcy-1", id, "{\"act\":\"accept\"}", by -> new HandoverAccepted(by, handover));
    }

    private static void sign(String id) throws Exception {
        String review = item("legal", id).get("reviews").fieldNames().next();
        signed(
                "legal",
                id,
                "{\"act\":\"sign\",\"reason\":\"complete\"}",
                by -> new ReviewSigned(by, review, "complete"));
    }

    private static void signed(String who, String id, String body, OwnKey.Said said) throws Exception {
        var entries = read(get(who, "/api/evidence/" + id + "/custody")).get("entries");
        Sha256Digest newest =
                new Sha256Digest(entries.get(entries.size() - 1).get("leaf").asText());
        HttpResponse<String> answer = act(who, id, KEYS.get(who).signed(body, who, id, newest, said));
        ok(answer);
    }
}
