package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Nobody is told of the same twice, whatever a station goes through, and ten thousand are each told once. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NotifyAgainIT extends Notified {
    private static final int CROWD = 10_000;
    private static final String CROWDED = "140000";

    @Test
    @Order(1)
    void neitherARestartNorTablesThatAreFilledAnewSendAnythingTwice() throws Exception {
        String id = upload();
        ok(act("giver", id, OFFER));
        assertTold("handover.offered", "jcy-1", "jcy-2");
        receiver.forget();
        ok(act("legal", id, "{\"act\":\"openReview\"}"));
        await(() -> item("legal", id).has("reviews"));
        String due = Instant.now().plus(Duration.ofHours(20)).toString();
        ok(act("legal", id, "{\"act\":\"return\",\"reason\":\"no category\",\"due\":\"" + due + "\"}"));
        assertTold("review.returned", "giver");
        await(() -> waiting("webhook") + waiting("mail") == 0);
        receiver.forget();
        int before = mails.getReceivedMessages().length;
        station.kill();
        station.start();
        await(() -> get("giver", "/api/account").statusCode() != 503);
        sql("update model set version = 1"); // of another version: at the next start the tables are filled anew
        station.close();
        station.start();
        signInAgain("giver", "044001");
        await(() -> item("giver", id).has("handover"));
        Thread.sleep(QUIET_MILLIS);
        assertTold("review.due", "giver"); // the review that came back, which is looked for at a start: once
        await(() -> waiting("mail") == 0);
        assertEquals(before + 1, mails.getReceivedMessages().length);
        receiver.forget();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 new\"}"));
        assertTold("note.named", "044001");
    }

    @Test
    @Order(2)
    void aLostDatabaseSendsNothingOld() throws Exception {
        String id = upload();
        ok(act("giver", id, OFFER));
        assertTold("handover.offered", "jcy-1", "jcy-2");
        receiver.forget();
        station.close();
        TestFiles.deleteAll(station.data.resolve("postgres"));
        station.start();
        signInAgain("giver", "044001");
        await(() -> item("giver", id).has("handover"));
        Thread.sleep(QUIET_MILLIS);
        assertEquals(
                List.of(),
                receiver.got().stream()
                        .filter(got -> !got.body().contains("review.due"))
                        .toList());
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 new\"}"));
        await(() -> receiver.got().stream().anyMatch(got -> got.body().contains("note.named")));
    }

    @Test
    @Order(3)
    void tenThousandPeopleOfAnOfficeAreEachToldOnce() throws Exception {
        station.close();
        Path people = people();
        ObjectNode list = (ObjectNode) LiveStation.JSON.readTree(people.toFile());
        ArrayNode all = list.withArray("people");
        JsonNode one = Stream.iterate(0, i -> i + 1)
                .map(all::get)
                .filter(person -> person.get("officerNo").asText().equals("jcy-1"))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < CROWD; i++) {
            ObjectNode copy = one.deepCopy();
            all.add(copy.put("officerNo", "crowd-" + i)
                    .put("unitCode", CROWDED)
                    .put("name", "张\r\nBcc: all@elsewhere.example"));
        }
        Files.writeString(people, list.toString());
        station.start();
        signInAgain("giver", "044001");
        receiver.forget();
        String id = upload();
        ok(act("giver", id, OFFER.replace(OFFICE, CROWDED)));
        await(() -> receiver.got().size() > 100);
        long start = System.nanoTime();
        ok(get("giver", "/api/evidence"));
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 5, "the page answers meanwhile");
        await(() -> receiver.got().size() >= CROWD);
        Thread.sleep(QUIET_MILLIS);
        assertEquals(CROWD, receiver.got().size());
        assertEquals(
                CROWD, receiver.got().stream().map(Receiver.Got::id).distinct().count());
    }
}
