package org.liuhen.review.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.review.model.Notification;

class WebhookTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final URI PAGE = URI.create("https://liuhen.example/");
    private static final Notification ONE = new Notification(
            "msg_1",
            "note.named",
            "044001",
            "",
            Instant.parse("2026-11-29T08:00:00Z"),
            "#/item/01jdb3kz0r0000000000000000",
            "");

    private final List<String> got = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int status = 204;
    private int length;
    private String retryAfter = "garbage";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            got.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
            exchange.getResponseBody().write(new byte[length]);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Webhook webhook() {
        return new Webhook(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook"), SECRET, PAGE);
    }

    /** The values of the tests of the reference implementations of Standard Webhooks. */
    @Test
    void signaturesAreThoseOfTheSpecification() {
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
        String id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        assertEquals(
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", webhook().signatures(id, 1614265330, body));
        String two = new Webhook(URI.create("https://x.example"), SECRET + " whsec_" + "A".repeat(32), PAGE)
                .signatures(id, 1614265330, body);
        assertEquals(2, two.split(" ", -1).length, two);
        assertTrue(two.startsWith("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,"), two);
    }

    @Test
    void whatIsSentSaysWhoAndWhereAndNothingElse() throws Exception {
        webhook().send(List.of(ONE));
        assertEquals(
                List.of(
                        "{\"id\":\"msg_1\",\"kind\":\"note.named\",\"person\":\"044001\",\"at\":\"2026-11-29T08:00:00Z\","
                                + "\"link\":\"https://liuhen.example/#/item/01jdb3kz0r0000000000000000\"}"),
                got);
    }

    @Test
    void aLongAnswerIsAnAnswer() throws Exception {
        status = 200;
        length = 5 << 20;
        webhook().send(List.of(ONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 308, 400, 404, 429, 500, 503})
    void everythingElseIsNoneAndNoRedirectIsFollowed(int other) {
        status = other;
        IOException failed = assertThrows(IOException.class, () -> webhook().send(List.of(ONE)));
        assertTrue(failed.getMessage().contains(Integer.toString(other)), failed.getMessage());
        assertFalse(failed instanceof Channel.BusyException, "what is no pause is passed over");
        assertEquals(1, got.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aReceiverThatIsBusySaysForHowLong(int busy) {
        status = busy;
        retryAfter = "120";
        Channel.BusyException failed =
                assertThrows(Channel.BusyException.class, () -> webhook().send(List.of(ONE)));
        assertEquals(Duration.ofMinutes(2), failed.pause());
        assertTrue(
                failed.getMessage().contains(busy + " ") && failed.getMessage().contains("120 s"));
    }

    @Test
    void noOtherAnswerAsksForAPause() {
        status = 500;
        retryAfter = "120";
        assertFalse(
                assertThrows(IOException.class, () -> webhook().send(List.of(ONE))) instanceof Channel.BusyException);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120|120",
                "' 120 '|120",
                "0|0",
                "3600|3600",
                "3601|3600",
                "99999999999999999999999|3600",
                "Sun, 29 Nov 2026 08:02:00 GMT|120",
                "Sunday, 29-Nov-26 08:02:00 GMT|120",
                "Sun Nov 29 08:02:00 2026|120",
                "Tue Dec  1 08:02:00 2026|3600",
                "Fri, 31 Dec 9999 23:59:59 GMT|3600",
                "Sun, 29 Nov 2026 07:59:00 GMT|0",
                "Sun, 06 Nov 1994 08:49:37 GMT|0",
                "''|",
                "-5|",
                "1.5|",
                "1e3|",
                "0x10|",
                "１２０|",
                "120 s|",
                "soon|",
                "Sun, 29 Nov 2026|",
                "Sun, 31 Feb 2026 08:02:00 GMT|",
                "2026-11-29T08:02:00Z|"
            })
    void aPauseIsSecondsOrADateAndAtMostAnHour(String text, Long seconds) {
        assertEquals(Optional.ofNullable(seconds).map(Duration::ofSeconds), Webhook.pause(text, ONE.at()), text);
    }

    private static Stream<Arguments> endless() {
        return Stream.of(
                Arguments.of("", "x", false),
                Arguments.of("HTTP/1.1 200 OK\r\nx: ", "x", false),
                Arguments.of("HTTP/1.1 200 OK\r\n", "x: y\r\n", false),
                Arguments.of("", "HTTP/1.1 103 Early Hints\r\n\r\n", false),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", "x", false),
                Arguments.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", false),
                Arguments.of("", "x", true),
                Arguments.of("HTTP/1.1 200 OK\r\nx: ", "x", true),
                Arguments.of("HTTP/1.1 200 OK\r\n", "x: y\r\n", true));
    }

    @ParameterizedTest
    @MethodSource("endless")
    void aReceiverThatNeverEndsItsAnswerHoldsNothingUp(String begins, String goesOn, boolean fast) throws Exception {
        try (Dripping slow = new Dripping(begins, goesOn, fast)) {
            Webhook webhook =
                    new Webhook(URI.create("http://127.0.0.1:" + slow.port()), SECRET, PAGE, Duration.ofSeconds(2));
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10), () -> assertThrows(IOException.class, () -> webhook.send(List.of(ONE))));
            assertTrue(slow.sent() < 16 << 20, "it sent " + slow.sent());
        }
    }

    @Test
    void ofAnAnswerOfAGibibyteTheBeginningIsEnough() throws Exception {
        try (Dripping fast = new Dripping("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", "x", true)) {
            new Webhook(URI.create("http://127.0.0.1:" + fast.port()), SECRET, PAGE).send(List.of(ONE));
            Thread.sleep(500);
            assertTrue(fast.sent() < 16 << 20, "it sent " + fast.sent());
        }
    }

    @Test
    void aReceiverThatIsGoneSaysSo() {
        status = 410;
        assertThrows(Channel.GoneException.class, () -> webhook().send(List.of(ONE)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://notify.example/x",
                "https://user:password@notify.example/x",
                "https://notify.example/#x",
                "ftp://notify.example/",
                "http://127.0.0.1.example/",
                "https:///x",
                "notify"
            })
    void anAddressOnWhichOthersCouldReadIsRefused(String address) {
        assertThrows(IllegalArgumentException.class, () -> new Webhook(URI.create(address), SECRET, PAGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa",
                "whsec_no base64!",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw x"
            })
    void aSecretThatIsNoneIsRefusedAndNotSaid(String secret) {
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class, () -> new Webhook(URI.create("https://x.example"), secret, PAGE));
        assertTrue(wrong.getMessage().contains("LIUHEN_WEBHOOK_SECRET"), wrong.getMessage());
        assertFalse(wrong.getMessage().contains("MfKQ9r8GKYqr"), wrong.getMessage());
    }

    @Test
    void pausesGrowFromASecondToTenMinutes() {
        for (int tries = 0; tries < 70; tries++) {
            Duration most = Duration.ofSeconds(Math.min(600, 1L << Math.min(tries, 30)));
            Duration pause = Sender.pause(tries);
            assertTrue(
                    pause.compareTo(most) <= 0
                            && pause.compareTo(most.multipliedBy(9).dividedBy(10)) >= 0,
                    tries + " " + pause);
        }
    }
}
