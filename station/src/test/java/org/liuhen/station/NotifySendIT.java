package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.AccessControl;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogKey;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.Notifications;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.notify.Channel;
import org.liuhen.review.notify.Mail;
import org.liuhen.review.notify.Notifier;
import org.liuhen.review.notify.Webhook;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/** How what waits is sent: from a real PostgreSQL to a real receiver and a real mail server, without a station around it. */
@DisabledIf("onS3") // nothing of it is in the store
@Tag("slow")
class NotifySendIT {
    private static final URI PAGE = URI.create("https://liuhen.example/");

    @TempDir
    private static Path folder;

    private static EmbeddedDatabase database;
    private static ReadModel model;
    private static Vault vault;
    private static int sites;

    private Receiver receiver;
    private LogName log; // each test has one of its own

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void open() throws Exception {
        database = new EmbeddedDatabase(folder.resolve("postgres"));
        model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
        model.notifications().create();
        vault = VaultSettings.directory(folder.resolve("vault"), false).open();
    }

    @AfterAll
    static void close() throws Exception {
        vault.close();
        model.close();
        database.close();
    }

    @BeforeEach
    void begin() throws Exception {
        log = new LogName("site-" + ++sites);
        receiver = new Receiver();
    }

    @AfterEach
    void end() {
        receiver.close();
    }

    private Notifier notifier(BooleanSupplier leads, Channel... channels) throws Exception {
        return new Notifier(
                vault.log(log),
                log,
                LogKey.readOrCreate(folder.resolve(log.value() + ".pem"), log).verifier(),
                model,
                AccessControl.claimed(null, log).access(), // no entry asks it
                leads,
                List.of(channels));
    }

    private Webhook webhook() {
        return new Webhook(URI.create(receiver.url()), Notified.SECRET, PAGE);
    }

    private static Notification to(String person, int number) {
        return new Notification(
                "msg_" + person + "_" + number, "note.named", person, "", Instant.now(), "#/item/x", "");
    }

    private void add(List<Notification> all, String channel) throws Exception {
        model.notifications().add(log, 0, all, Map.of(channel, Duration.ZERO));
    }

    private static void sql(String... statements) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    private List<String> people() throws Exception {
        List<String> people = new ArrayList<>();
        for (Receiver.Got got : receiver.got()) {
            people.add(got.text("person"));
        }
        return people;
    }

    @Test
    @SuppressWarnings("try") // it only has to be open
    void whatAReceiverDoesNotTakeIsBeforeNobodyElse() throws Exception {
        receiver.answers(exchange -> {
            List<Receiver.Got> got = receiver.got();
            boolean known = got.get(got.size() - 1).text("person").startsWith("new");
            Receiver.status(known ? 204 : 422).to(exchange);
        });
        add(IntStream.range(0, 300).mapToObj(i -> to("nobody", i)).toList(), "webhook");
        sql("update notification set tries = 5, due = now() - interval '1 hour' where log = '" + log.value() + "'");
        add(List.of(to("new-1", 0), to("new-2", 0), to("new-3", 0), to("new-4", 0)), "webhook");
        try (Notifier sends = notifier(() -> true, webhook())) {
            await(() -> receiver.got().size() >= 4);
            assertEquals(
                    List.of("new-1", "new-2", "new-3", "new-4"),
                    people().subList(0, 4).stream().sorted().toList());
        }
    }

    @Test
    @SuppressWarnings("try") // it only has to be open
    void aReceiverThatAsksForAPauseHasIt() throws Exception {
        AtomicLong asked = new AtomicLong();
        receiver.answers(exchange -> {
            if (asked.compareAndSet(0, System.nanoTime())) {
                exchange.getResponseHeaders().set("Retry-After", "6");
                Receiver.status(429).to(exchange);
            } else {
                Receiver.status(204).to(exchange);
            }
        });
        add(IntStream.range(0, 20).mapToObj(i -> to("044001", i)).toList(), "webhook");
        try (Notifier sends = notifier(() -> true, webhook())) {
            await(() -> receiver.got().size() > 1);
            long millis = (System.nanoTime() - asked.get()) / 1_000_000;
            assertTrue(millis >= 6_000, "asked again after " + millis + " ms");
            await(() -> receiver.got().size() == 21);
        }
    }

    @Test
    @SuppressWarnings("try") // it only has to be open
    void aDatabaseThatCannotBeWrittenSendsNothingAndThenEachOnce() throws Exception {
        sql(
                "create function full_disk() returns trigger language plpgsql as"
                        + " $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$",
                "create trigger full_disk before update on notification for each row execute function full_disk()");
        add(List.of(to("044001", 0), to("044002", 0)), "webhook");
        try (Notifier sends = notifier(() -> true, webhook())) {
            Thread.sleep(5_000);
            assertEquals(List.of(), people(), "nothing, instead of the same each second");
            sql("drop trigger full_disk on notification");
            await(() -> receiver.got().size() > 1);
            Thread.sleep(3_000);
            assertEquals(List.of("044001", "044002"), people().stream().sorted().toList());
        }
    }

    @Test
    @SuppressWarnings("try") // it only has to be open
    void tenThousandForOnePersonAreOneMailAndBesideTwoThousandPeopleOneEach() throws Exception {
        GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mails.start();
        List<Notification> all = new ArrayList<>();
        IntStream.range(0, 10_000).forEach(i -> all.add(to("044001", i)));
        IntStream.range(0, 2_000).forEach(i -> all.add(to("crowd-" + i, 0)));
        add(all, "mail");
        sql("update notification set at = 'never' where id in ('msg_044001_7', 'msg_crowd-7_0')"); // altered rows
        try (Notifier sends = notifier(() -> true, mail(mails))) {
            await(() -> model.notifications().waiting(log, "mail", 1) == 0);
            Set<String> recipients = new HashSet<>();
            for (MimeMessage got : mails.getReceivedMessages()) {
                String to = got.getAllRecipients()[0].toString();
                assertTrue(recipients.add(to), "twice to " + to);
                assertEquals(to.startsWith("044001") ? "留痕：有 10000 件事项待您办理" : "留痕：有备注提到您", got.getSubject());
            }
            assertEquals(2_001, recipients.size());
        } finally {
            mails.stop();
        }
    }

    @Test
    @SuppressWarnings("try") // they only have to be open
    void ofTwoThatLeadForAMomentEachIsSentOnceOrTwiceWithOneId() throws Exception {
        add(IntStream.range(0, 500).mapToObj(i -> to("p-" + i, 0)).toList(), "webhook");
        try (Notifier one = notifier(() -> true, webhook());
                Notifier other = notifier(() -> true, webhook())) {
            await(() -> model.notifications().waiting(log, "webhook", 1) == 0);
            Thread.sleep(3_000);
            Map<String, Long> times =
                    receiver.got().stream().collect(Collectors.groupingBy(Receiver.Got::id, Collectors.counting()));
            assertEquals(500, times.size());
            assertTrue(times.values().stream().allMatch(often -> often <= 2), times.toString());
        }
    }

    @Test
    @SuppressWarnings("try") // it only has to be open
    void whatCameOfTheLastMessagesIsKept() throws Exception {
        assertEquals(new Notifications.Outcome(null, null, null, null), outcome());
        receiver.answers(Receiver.status(503));
        add(List.of(to("044001", 0)), "webhook");
        Instant begun = Instant.now().minusSeconds(60); // two clocks
        try (Notifier sends = notifier(() -> true, webhook())) {
            await(() -> outcome().refused() != null);
            Notifications.Outcome refused = outcome();
            assertEquals("NT-103 127.0.0.1 answers 503", refused.code() + " " + refused.words());
            assertTrue(refused.refused().isAfter(begun), refused.toString());
            assertNull(refused.sent());
            receiver.answers(Receiver.status(204));
            await(() -> outcome().sent() != null);
            assertTrue(outcome().sent().isAfter(refused.refused()), outcome().toString());
            assertEquals(refused.words(), outcome().words(), "what was wrong stays, with its time");
            receiver.answers(Receiver.status(410));
            add(List.of(to("044002", 0)), "webhook");
            await(() -> "NT-102".equals(outcome().code()));
        }
    }

    private Notifications.Outcome outcome() throws Exception {
        return model.notifications().outcome(log, "webhook");
    }

    private static Mail mail(GreenMail mails) {
        return new Mail(
                new Mail.Settings(
                        "127.0.0.1",
                        mails.getSmtp().getPort(),
                        false,
                        null,
                        null,
                        "liuhen@mail.example",
                        "{person}@mail.example",
                        "zh"),
                PAGE);
    }
}
