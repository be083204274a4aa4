package org.liuhen.review.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.TimeZone;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.review.model.Notification;

/** E-mail to a real mail server. */
class MailTest {
    private static final URI PAGE = URI.create("https://liuhen.example/");

    private final TimeZone zone = TimeZone.getDefault();
    private GreenMail server;

    @BeforeEach
    void start() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
    }

    @AfterEach
    void stop() {
        TimeZone.setDefault(zone);
        server.stop();
    }

    private Mail.Settings settings(boolean tls, String user, String password, String language) {
        return new Mail.Settings(
                "127.0.0.1",
                server.getSmtp().getPort(),
                tls,
                user,
                password,
                "liuhen@mail.example",
                "{person}@mail.example",
                language);
    }

    private static Notification to(String person, Kind kind) {
        return new Notification(
                "msg_1", kind.word(), person, "", Instant.EPOCH, "#/item/01jdb3kz0r0000000000000000", "");
    }

    @ParameterizedTest
    @EnumSource
    void eachKindHasWordsInBothLanguages(Kind kind) throws Exception {
        for (String file :
                new String[] {"mail.properties", "mail_zh.properties"}) { // a bundle would take the other language's
            Properties words = new Properties();
            try (InputStream in = Mail.class.getResourceAsStream(file)) {
                words.load(in);
            }
            assertTrue(
                    words.keySet().containsAll(List.of(kind.word(), "subject", "other", "many", "rest", "foot")),
                    file + ": " + kind.word());
        }
        Mail mail = new Mail(settings(false, null, null, "en"), PAGE);
        mail.send(List.of(to("044001", kind)));
        mail.rest();
        MimeMessage got = server.getReceivedMessages()[0];
        assertTrue(got.getSubject().startsWith("Liuhen: "), got.getSubject());
        assertEquals("044001@mail.example", got.getAllRecipients()[0].toString());
        assertTrue(got.getHeader("Date", null) != null && got.getHeader("Auto-Submitted", null) != null);
        assertEquals("<msg_1@mail.example>", got.getHeader("Message-ID", null));
        assertTrue(got.getContent().toString().contains("https://liuhen.example/#/item/01jdb3kz0r0000000000000000"));
    }

    private static List<Notification> many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Notification(
                        "msg_" + i,
                        (i % 2 == 0 ? Kind.NOTE_NAMED : Kind.HANDOVER_OFFERED).word(),
                        "044001",
                        "",
                        Instant.EPOCH,
                        "#/item/" + i,
                        ""))
                .toList();
    }

    @Test
    void whatWaitsForOnePersonIsOneMessageWithEachLink() throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
        Mail mail = new Mail(settings(false, null, null, "en"), PAGE);
        mail.send(many(3));
        mail.send(many(3));
        mail.send(many(4));
        mail.rest();
        MimeMessage[] got = server.getReceivedMessages();
        assertEquals("Liuhen: 3 things wait for you", got[0].getSubject());
        String text = got[0].getContent().toString().replace("\r\n", "\n");
        assertEquals("""
                        Liuhen: 3 things wait for you

                        a note names you
                        TIME  https://liuhen.example/#/item/0
                        TIME  https://liuhen.example/#/item/2

                        an item is offered to you or your unit
                        TIME  https://liuhen.example/#/item/1

                        This message was sent by a program. What it is about is on the page only.
                        """.replace("TIME", "1 Jan 1970, 05:30 UTC+05:30").strip(), text.strip());
        assertEquals(got[0].getHeader("Message-ID", null), got[1].getHeader("Message-ID", null), "sent again");
        assertNotEquals(got[0].getHeader("Message-ID", null), got[2].getHeader("Message-ID", null), "with one more");
    }

    @Test
    void whatIsMoreThanAMailShouldListIsCounted() throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"));
        Mail mail = new Mail(settings(false, null, null, "zh"), PAGE);
        mail.send(many(10_000));
        mail.rest();
        MimeMessage got = server.getReceivedMessages()[0];
        assertEquals("留痕：有 10000 件事项待您办理", got.getSubject());
        assertTrue(got.getContent().toString().contains("1970年1月1日 08:00 UTC+08:00  https://"));
        for (String line : Collections.list(got.getAllHeaderLines())) {
            assertTrue(line.matches("(?s)[\\x20-\\x7e]+(\r\n[ \t][\\x20-\\x7e]+)*"), line);
        }
        String text = got.getContent().toString().replace("\r\n", "\n");
        assertEquals(50, text.split("#/item/", -1).length - 1, text);
        assertTrue(text.contains("另有 9950 件，请在“待办”中查看：\nhttps://liuhen.example/#/\n"), text);
    }

    @Test
    void aKindOrAPlaceThatNobodyKnowsHoldsUpNothing() throws Exception {
        Mail mail = new Mail(settings(false, null, null, "en"), PAGE);
        Notification known = to("044001", Kind.NOTE_NAMED);
        mail.send(List.of(
                known,
                new Notification("msg_2", "of.another.version", "044001", "", Instant.EPOCH, "#/ no place\n", "")));
        mail.rest();
        String text = server.getReceivedMessages()[0].getContent().toString();
        assertTrue(text.contains("something waits for you") && text.contains(known.place()), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\nBcc: all@elsewhere.example",
                "x\nSubject: y",
                "044001\n",
                "044001\u0000",
                "044001\u2028",
                "\u202e044001",
                "０４４００１",
                "a@b",
                "a b",
                "张三",
                "-x",
                "x,y@elsewhere.example",
                "<x>",
                "\"x\""
            })
    void aNumberThatCannotStandInAnAddressGetsNone(String number) {
        Mail mail = new Mail(settings(false, null, null, "zh"), PAGE);
        assertThrows(Channel.RefusedException.class, () -> mail.send(List.of(to(number, Kind.NOTE_NAMED))));
        assertEquals(0, server.getReceivedMessages().length);
    }

    @Test
    void aServerWithoutTlsGetsNothingWhereTlsIsRequired() {
        Mail mail = new Mail(settings(true, null, null, "zh"), PAGE);
        assertThrows(IOException.class, () -> mail.send(List.of(to("044001", Kind.NOTE_NAMED))));
        assertEquals(0, server.getReceivedMessages().length);
    }

    @Test
    void oneConnectionIsOpenedAgainAfterTheServerWasAway() throws Exception {
        int port = server.getSmtp().getPort();
        Mail mail = new Mail(settings(false, null, null, "zh"), PAGE);
        mail.send(List.of(to("044001", Kind.NOTE_NAMED)));
        mail.send(List.of(to("044002", Kind.NOTE_NAMED)));
        assertEquals(2, server.getReceivedMessages().length);
        server.stop();
        assertThrows(IOException.class, () -> mail.send(List.of(to("044003", Kind.NOTE_NAMED))));
        server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        mail.send(List.of(to("044003", Kind.NOTE_NAMED)));
        assertEquals(1, server.getReceivedMessages().length);
    }

    @Test
    void whoHasAUserSignsIn() throws Exception {
        server.setUser("liuhen@mail.example", "liuhen", "secret");
        Mail mail = new Mail(settings(false, "liuhen", "secret", "zh"), PAGE);
        mail.send(List.of(to("044001", Kind.NOTE_NAMED)));
        assertEquals(1, server.getReceivedMessages().length);
        Mail wrong = new Mail(settings(false, "liuhen", "other", "zh"), PAGE);
        IOException refused = assertThrows(IOException.class, () -> wrong.send(List.of(to("044001", Kind.NOTE_NAMED))));
        assertTrue(!refused.getMessage().contains("other"), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "mail.example, false, , , a@b.example, {person}@b.example, --notify-mail-no-tls",
        "mail.example, true, u, , a@b.example, {person}@b.example, LIUHEN_MAIL_PASSWORD",
        "mail.example, true, , , a@b.example, all@b.example, --notify-mail-to",
        "mail.example, true, , , a@b.example, {person}{person}@b.example, --notify-mail-to",
        "mail.example, true, , , a@b.example, , --notify-mail-to",
        "mail.example, true, , , nobody, {person}@b.example, --notify-mail-from",
        "mail.example, true, , , , {person}@b.example, --notify-mail-from"
    })
    void aWrongSettingIsNamed(
            String host, boolean tls, String user, String password, String from, String to, String says) {
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class,
                () -> new Mail(new Mail.Settings(host, 25, tls, user, password, from, to, "zh"), PAGE));
        assertTrue(wrong.getMessage().contains(says), wrong.getMessage());
    }

    /** A mail server that answers so to each recipient. */
    private static Thread answering(ServerSocket server, String reply) {
        Thread thread = new Thread(() -> {
            try (Socket socket = server.accept();
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                OutputStream out = socket.getOutputStream();
                out.write("220 mail\r\n".getBytes(StandardCharsets.US_ASCII));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    String answer = line.startsWith("RCPT") ? reply : "250 OK";
                    out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException closed) {
                // the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static Mail toServer(int port, boolean tls) {
        return new Mail(
                new Mail.Settings(
                        "127.0.0.1", port, tls, null, null, "liuhen@mail.example", "{person}@mail.example", "zh"),
                PAGE,
                Duration.ofSeconds(2));
    }

    private static Stream<Arguments> endless() {
        String upToTls = "220 mail\r\n250-mail\r\n250 STARTTLS\r\n220 go on\r\n";
        String upToTheEnd = "220 mail\r\n250 mail\r\n250 ok\r\n250 ok\r\n354 go on\r\n";
        String record = "\u0016"; // begins a record of TLS, and is its version and a length of some thousand bytes
        return Stream.of(false, true)
                .flatMap(fast -> Stream.of(
                        Arguments.of("", "x", false, fast),
                        Arguments.of("", "220-mail\r\n", false, fast),
                        Arguments.of(upToTheEnd, "2", false, fast),
                        Arguments.of(upToTls, record, true, fast)));
    }

    @ParameterizedTest
    @MethodSource("endless")
    void aServerThatNeverEndsItsAnswerHoldsNothingUp(String begins, String goesOn, boolean tls, boolean fast)
            throws Exception {
        try (Dripping slow = new Dripping(begins, goesOn, fast)) {
            Mail mail = toServer(slow.port(), tls);
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                IOException failed =
                        assertThrows(IOException.class, () -> mail.send(List.of(to("044001", Kind.NOTE_NAMED))));
                mail.rest();
                assertTrue(fast || failed.getMessage().contains("within 2 s"), failed.getMessage());
            });
            assertTrue(slow.sent() < 16 << 20, "it sent " + slow.sent());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "550 5.1.1 no such user, true",
        "553 mailbox name not allowed, true",
        "550 5.7.1 relaying denied, false",
        "554 5.7.1 Relay access denied, false",
        "552 5.2.2 mailbox full, false",
        "451 4.7.1 try again later, false",
        "'550-5.1.1 no\n550 2026-01-01 ERROR NT-101 \u001b[31m not ours', true",
        "'451-4.7.1 no\n451 2026-01-01 ERROR NT-101 \u001b[31m not ours', false",
    })
    void onlyAnAddressThatIsNotThereIsGivenUp(String reply, boolean refused) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answering(other, reply);
            Mail mail = new Mail(
                    new Mail.Settings(
                            "127.0.0.1",
                            other.getLocalPort(),
                            false,
                            null,
                            null,
                            "liuhen@mail.example",
                            "{person}@mail.example",
                            "zh"),
                    PAGE);
            Exception failed = assertThrows(Exception.class, () -> mail.send(List.of(to("044001", Kind.NOTE_NAMED))));
            assertEquals(refused, failed instanceof Channel.RefusedException, failed.toString());
            assertTrue(failed.getMessage().matches("[^\\p{Cntrl}]+"), failed.getMessage());
            mail.rest();
        }
    }
}
