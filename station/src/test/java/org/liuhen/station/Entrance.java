package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;
import org.liuhen.access.Role;

/** Lets people in at a station with its own list: the console admits them, and they do the rest. */
final class Entrance {
    private static final int NO_CODE = 403;
    private static final int KAFKA_BUSY = 503;

    private static final int STEP_SECONDS = 30;

    private final LiveStation station;

    Entrance(LiveStation station) {
        this.station = station;
    }

    /**
     * Somebody who came in.
     *
     * @param token of the session
     * @param secret of the authenticator app in Base32; empty where there is none
     * @param recovery codes not used yet
     */
    record Entered(String officerNo, String password, String token, String secret, Deque<String> recovery) {
        /** The body of a sign-in, with a recovery code where one is needed. */
        ObjectNode credentials() {
            ObjectNode body = LiveStation.JSON.createObjectNode();
            body.put("officerNo", officerNo).put("password", password);
            return recovery.isEmpty() ? body : body.put("code", recovery.poll());
        }
    }

    /** Admits somebody, who chooses a password, and enrols a second factor where the role requires one. */
    Entered admit(String number, String password, String unit, Role... roles) throws Exception {
        ObjectNode body = LiveStation.JSON.createObjectNode();
        body.put("officerNo", number).put("unitCode", unit);
        boolean decides = false;
        for (Role role : roles) {
            body.withArray("roles").add(role.word());
            decides |= role.decides();
        }
        HttpResponse<String> admitted = post(console(), "/api/people", body);
        assertEquals(201, admitted.statusCode(), admitted.body());
        String token = signIn(number, read(admitted).get("password").asText(), password);
        return decides ? enrol(number, password, token) : new Entered(number, password, token, "", new ArrayDeque<>());
    }

    /** Signs in with a first password, and chooses another. */
    String signIn(String number, String first, String own) throws Exception {
        ObjectNode body = LiveStation.JSON.createObjectNode();
        body.put("officerNo", number).put("password", first).put("newPassword", own);
        HttpResponse<String> session = post(null, "/api/session", body.put("bearer", true));
        assertEquals(200, session.statusCode(), session.body());
        return read(session).get("token").asText();
    }

    /** Enrols an authenticator app. */
    Entered enrol(String number, String password, String token) throws Exception {
        ObjectNode proof = LiveStation.JSON.createObjectNode().put("password", password);
        HttpResponse<String> shown = post("Bearer " + token, "/api/account/totp", proof);
        assertEquals(200, shown.statusCode(), shown.body());
        String secret = read(shown).get("secret").asText();
        HttpResponse<String> enrolled;
        long step;
        do { // the oldest code that is taken leaves the next ones unused, and is none any more where its time ends on
            // the way
            step = step();
            enrolled = post(
                    "Bearer " + token,
                    "/api/account/totp/confirmation",
                    LiveStation.JSON.createObjectNode().put("code", code(secret, step - 1)));
        } while (enrolled.statusCode() == NO_CODE && step() > step);
        assertEquals(200, enrolled.statusCode(), enrolled.body());
        Deque<String> recovery = new ArrayDeque<>();
        read(enrolled).get("recoveryCodes").forEach(code -> recovery.add(code.asText()));
        return new Entered(number, password, token, secret, recovery);
    }

    /** The step of RFC 6238 that it is now. */
    static long step() {
        return Instant.now().getEpochSecond() / STEP_SECONDS;
    }

    /** What an authenticator app shows (RFC 4226, RFC 6238); written from the RFCs once more. */
    static String code(String secret, long step) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(Base32.decode(secret), "HmacSHA1"));
        byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
        int at = hash[19] & 15;
        int number = ByteBuffer.wrap(hash, at, 4).getInt() & 0x7fffffff;
        return String.format(Locale.ROOT, "%06d", number % 1_000_000);
    }

    String console() throws Exception {
        return "Console " + Files.readString(station.data.resolve("keys/console"), StandardCharsets.UTF_8);
    }

    /** Asks, and again as long as a machine with much to do keeps Kafka from acknowledging in time. */
    HttpResponse<String> post(String authorization, String path, JsonNode body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(station.at(path)).POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        HttpResponse<String> answer = station.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        while (answer.statusCode() == KAFKA_BUSY && System.nanoTime() < end) { // what was asked was not done
            Thread.sleep(1_000);
            answer = station.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
        return answer;
    }

    static JsonNode read(HttpResponse<String> answer) throws Exception {
        return LiveStation.JSON.readTree(answer.body());
    }
}
