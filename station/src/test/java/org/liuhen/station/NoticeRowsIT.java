package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.AccessControl;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.event.AccessEvent.PersonDismissed;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRefused;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.ExportWithdrawn;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PeopleEvent.RoleChangeProposed;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.notify.Channel;
import org.liuhen.review.notify.Notifier;
import org.liuhen.review.notify.PageNotifier;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.SearchTerms;

/** What people are told on the page of entries that no station has in a short time: large packages, long pauses, altered rows. Each test has a log. */
@SuppressWarnings("try") // a notifier only has to be open
class NoticeRowsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom FOR_IDS = new SecureRandom();
    private static final Person ASKER = new Person("giver", "110105", Set.of(Role.CASE_OFFICER), "password");
    private static final Person APPROVER = new Person("approver", "110105", Set.of(Role.APPROVER), "password");
    private static final Person OTHER_APPROVER = new Person("approver-2", "110106", Set.of(Role.APPROVER), "password");
    private static final Person PROSECUTOR = new Person("jcy-1", "130100", Set.of(Role.PROSECUTOR), "password");
    private static final Person ADMINISTRATOR = new Person("admin-2", "", Set.of(Role.ADMINISTRATOR), "password");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);

    @TempDir
    private static Path folder;

    private static EmbeddedDatabase database;
    private static ReadModel model;
    private static int logs;

    private final LogName log = new LogName("log-" + ++logs);
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Map<String, Long> lengths = new HashMap<>();
    private final List<EntryRow> rows = new ArrayList<>();
    private long size;

    @BeforeAll
    static void start() throws Exception {
        database = new EmbeddedDatabase(folder.resolve("postgres"));
        model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
    }

    @AfterAll
    static void stop() throws Exception {
        model.close();
        database.close();
    }

    private static Connection connection() throws Exception {
        return DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
    }

    private static void sql(String statement) throws Exception {
        try (Connection connection = connection();
                Statement update = connection.createStatement()) {
            update.execute(statement);
        }
    }

    /** Items of this unit, sent by {@link #ASKER}. */
    private List<EvidenceId> items(int count, String unit) throws Exception {
        List<EvidenceId> ids = new ArrayList<>();
        try (Connection connection = connection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into evidence (id, log, item, words) values (?, ?, ?::jsonb, ?::tsvector)")) {
            ObjectNode item = JSON.createObjectNode();
            item.put("state", "verified").put("fileName", "a.mp4").put("sender", ASKER.id());
            item.put("declaredAt", now.toString()).put("unitCode", unit);
            item.putArray("units").add(unit);
            item.putArray("cases");
            item.putArray("owners").add(ASKER.id());
            String words = SearchTerms.vector(ItemJson.read(item.toString()));
            for (int i = 0; i < count; i++) {
                ids.add(EvidenceId.create(now, FOR_IDS));
                insert.setString(1, ids.get(i).value());
                insert.setString(2, log.value());
                insert.setString(3, item.toString());
                insert.setString(4, words);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        return ids;
    }

    private void say(Instant at, String actor, EvidenceId item, Function<EventContext, CustodyEvent> event) {
        EventContext context = new EventContext(
                UUID.randomUUID().toString().replace("-", ""),
                item,
                at,
                new EventContext.Clock("system", null),
                new Actor(Actor.Kind.OFFICER, actor, null, "password", null),
                null,
                null,
                null,
                new EventContext.Instrument("test", "1"));
        CustodyEvent said = event.apply(context);
        long number = lengths.merge(item == null ? Entry.LOG_CHAIN : item.value(), 1L, Long::sum) - 1;
        Sha256Digest before = number == 0 ? null : DIGEST;
        byte[] bytes = Entry.encode(CanonicalJson.encode(said), number, before, at);
        rows.add(EntryRow.of(log, size++, bytes, new Entry(said, number, before, at)));
    }

    /** Puts what was said into the read model, as the follower does. */
    private void publish() throws Exception {
        try (Connection connection = connection();
                PreparedStatement insert = connection.prepareStatement(EntryRow.INSERT)) {
            for (EntryRow row : rows) {
                row.set(insert);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        rows.clear();
        sql("insert into followed (log, size) values ('" + log.value() + "', " + size
                + ") on conflict (log) do update set size = excluded.size");
        sql("notify liuhen_followed");
    }

    private PageNotifier notifier() {
        return new PageNotifier(log, model, AccessControl.claimed(null, log).access(), () -> true);
    }

    private List<String> lines(Person person) throws Exception {
        return model.notices().told(log, person, 500).lines().stream()
                .map(line -> line.kind() + " " + line.items() + " " + line.open())
                .toList();
    }

    private void ask(String export, List<EvidenceId> items, Instant from, Duration pause) {
        for (int i = 0; i < items.size(); i++) {
            Instant at = from.plus(pause.multipliedBy(i));
            say(
                    at,
                    ASKER.id(),
                    items.get(i),
                    context -> new ExportRequested(context, export, "检察院", items.size(), DIGEST));
        }
    }

    @Test
    void anExportIsToldHoweverSlowlyItWasRecorded() throws Exception {
        List<EvidenceId> items = items(3, "110105");
        ask("slow", items, now.minus(Duration.ofHours(1)), Duration.ofSeconds(61));
        publish();
        try (PageNotifier notifier = notifier()) {
            await(() -> lines(APPROVER).equals(List.of("export.requested 3 3")));
            assertEquals(1, model.notices().fresh(log, APPROVER));
            for (EvidenceId item : items) {
                say(now, APPROVER.id(), item, context -> new ExportApproved(context, "slow"));
            }
            for (int i = 0; i < items.size(); i++) {
                say(
                        now.plusSeconds(61L * i),
                        "exporter",
                        items.get(i),
                        context -> new Exported(context, "slow", "检察院", 3, DIGEST, DIGEST));
            }
            publish();
            await(() -> lines(ASKER).equals(List.of("export.ready 3 3")));
            assertEquals(List.of("export.requested 3 0"), lines(APPROVER));
        }
    }

    /** Nobody can refuse the other items then: the whole export is refused. */
    @Test
    void oneRefusedItemTellsThatThePackageWasRefused() throws Exception {
        List<EvidenceId> items = items(3, "110105");
        ask("partly", items, now, Duration.ZERO);
        say(now, APPROVER.id(), items.get(0), context -> new ExportApproved(context, "partly"));
        say(now, "approver-3", items.get(1), context -> new ExportRefused(context, "partly", "too early"));
        publish();
        for (EvidenceId item : items) {
            String stage = item.equals(items.get(1)) ? "refused" : "approved";
            sql("update evidence set item = item || '{\"exports\":{\"partly\":\"" + stage + "\"}}' where id = '"
                    + item.value() + "'");
        }
        List<String> posted = new CopyOnWriteArrayList<>();
        try (PageNotifier notifier = notifier();
                Notifier out = notifier(posted)) {
            await(() -> lines(ASKER).equals(List.of("export.refused 3 3")));
            assertEquals(1, model.notices().fresh(log, ASKER));
            await(() -> posted.contains("export.refused giver"));
            say(now, "approver-3", items.get(2), context -> new ExportRefused(context, "partly", "too early"));
            publish();
            await(() -> text("select cardinality(parts) from notice where kind = 'export.refused' and log = '"
                            + log.value() + "'")
                    .equals("2"));
            assertEquals(List.of("export.refused 3 3"), lines(ASKER));
            await(() -> text("select position from notified where log = '" + log.value() + "'")
                    .equals(Long.toString(size)));
            assertEquals(
                    1, posted.stream().filter("export.refused giver"::equals).count());
        }
    }

    /** Tells out of the page, from the first entry on, into this list. */
    private Notifier notifier(List<String> posted) throws Exception {
        model.notifications().create();
        sql("insert into notified (log, position) values ('" + log.value() + "', 0)");
        Channel channel = new Channel() {
            @Override
            public String name() {
                return "list";
            }

            @Override
            public String receiver() {
                return "127.0.0.1";
            }

            @Override
            public void send(List<Notification> all) {
                all.forEach(one -> posted.add(one.kind() + " " + one.person()));
            }
        };
        return new Notifier(
                null, log, null, model, AccessControl.claimed(null, log).access(), () -> true, List.of(channel));
    }

    /** The first value of the first row; empty where there is none. */
    private static String text(String query) throws Exception {
        try (Connection connection = connection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @Test
    void aPackageIsToldOnceItIsWholeAndIsNewThen() throws Exception {
        List<EvidenceId> items = items(300, "110105");
        ask("large", items, now.minus(Duration.ofMinutes(10)), Duration.ofMillis(10));
        rows.remove(rows.size() - 1); // the last one comes later
        size--;
        lengths.remove(items.get(299).value());
        say(now, ASKER.id(), items.get(0), context -> new NoteAdded(context, "@approver 请看", null));
        publish();
        try (PageNotifier notifier = notifier()) {
            await(() -> lines(APPROVER).equals(List.of("note.named 1 1")));
            model.notices().looked(log, APPROVER.id(), Instant.now());
            assertEquals(0, model.notices().fresh(log, APPROVER));
            say(now, ASKER.id(), items.get(299), context -> new ExportRequested(context, "large", "检察院", 300, DIGEST));
            publish();
            await(() -> lines(APPROVER).size() == 2);
            assertEquals(1, model.notices().fresh(log, APPROVER), "it was shown to nobody before");
        }
    }

    @Test
    void largePackagesPushNothingElseOut() throws Exception {
        EvidenceId small = items(1, "110106").get(0);
        say(now, ASKER.id(), small, context -> new ExportRequested(context, "small", "检察院", 1, DIGEST));
        ask("big", items(2_500, "110105"), now, Duration.ZERO);
        List<EvidenceId> mixed = new ArrayList<>(items(2, "110105"));
        mixed.addAll(items(1, "110106"));
        ask("mixed", mixed, now, Duration.ZERO);
        publish();
        try (PageNotifier notifier = notifier()) {
            await(() -> lines(APPROVER).equals(List.of("export.requested 2500 2500")));
            assertEquals(1, model.notices().fresh(log, APPROVER));
            await(() -> lines(OTHER_APPROVER).equals(List.of("export.requested 1 1")));
            assertEquals(1, model.notices().fresh(log, OTHER_APPROVER));
            assertEquals(
                    List.of(small.value() + " a.mp4"),
                    model.notices().told(log, OTHER_APPROVER, 10).lines().stream()
                            .map(line -> line.item() + " " + line.fileName())
                            .toList());
            say(now, ASKER.id(), small, context -> new ExportWithdrawn(context, "small", "a mistake"));
            publish();
            await(() -> lines(OTHER_APPROVER).isEmpty()); // nobody did anything about it
        }
    }

    @Test
    void aDismissalEndsTheChangesOfAndByTheDismissed() throws Exception {
        say(now, "admin-1", null, context -> change(context, "one", "044009"));
        say(now, "admin-3", null, context -> change(context, "two", "044010"));
        say(now, "admin-1", null, context -> change(context, "three", "044011"));
        publish();
        try (PageNotifier notifier = notifier()) {
            await(() -> lines(ADMINISTRATOR).equals(List.of("person.proposed 2 2", "person.proposed 1 1")));
            say(now, "console", null, context -> new PersonDismissed(context, "044009"));
            say(now, "console", null, context -> new PersonDismissed(context, "admin-3"));
            publish();
            await(() -> lines(ADMINISTRATOR).equals(List.of("person.proposed 1 1")));
        }
    }

    private static CustodyEvent change(EventContext context, String id, String of) {
        return new RoleChangeProposed(context, id, of, "110105", List.of("officer"));
    }

    @Test
    void aNoteThatWasSeenStaysSoWhenTheNextOneComes() throws Exception {
        EvidenceId item = items(1, "110105").get(0);
        say(now.minusSeconds(600), ASKER.id(), item, context -> new NoteAdded(context, "@approver 请看", null));
        say(now.minusSeconds(500), APPROVER.id(), item, Viewed::new);
        say(now.minusSeconds(400), ASKER.id(), item, context -> new NoteAdded(context, "@approver 再看", null));
        sql("update evidence set item = item || '{\"named\":[\"approver\"]}' where id = '" + item.value() + "'");
        publish();
        try (PageNotifier notifier = notifier()) {
            await(() -> lines(APPROVER).equals(List.of("note.named 1 1", "note.named 1 0")));
        }
    }

    @Test
    void anOfferThatWasTakenBackIsNotDone() throws Exception {
        EvidenceId item = items(1, "110105").get(0);
        sql("update evidence set item = item || '{\"handedTo\":[\"jcy-1\"]}' where id = '" + item.value() + "'");
        say(now.minusSeconds(600), ASKER.id(), item, context -> new HandoverOffered(context, "h-1", "jcy-1"));
        say(now.minusSeconds(500), ASKER.id(), item, context -> new HandoverWithdrawn(context, "h-1", "a mistake"));
        say(now.minusSeconds(400), ASKER.id(), item, context -> new HandoverOffered(context, "h-2", "jcy-1"));
        publish();
        try (PageNotifier notifier = notifier()) {
            await(() -> lines(PROSECUTOR).equals(List.of("handover.offered 1 1")));
        }
    }

    /** An altered row of the search database is a fault of that row, not of PostgreSQL. */
    @Test
    void anAlteredRowStopsNoEntryBehindItAndNoDueReview() throws Exception {
        List<EvidenceId> items = items(3, "110105");
        String due = now.plus(Duration.ofHours(20)).toString();
        for (EvidenceId item : items) {
            String last = "{\"lastReview\":{\"by\":\"legal\",\"at\":\"" + now
                    + "\",\"outcome\":\"returned\",\"words\":\"x\",\"due\":\"" + (item.equals(items.get(0)) ? "x" : due)
                    + "\",\"id\":\"r-" + item.value() + "\"}}";
            sql("update evidence set item = item || '" + last + "' where id = '" + item.value() + "'");
            say(now, "legal", item, context -> new ReviewReturned(context, "r-" + item.value(), "no category"));
        }
        publish();
        try (PageNotifier notifier = notifier()) {
            await(() -> lines(ASKER).stream().anyMatch(line -> line.startsWith("review.due 2 2")));
            assertTrue(
                    lines(ASKER).stream().anyMatch(line -> line.startsWith("review.returned ")),
                    lines(ASKER).toString());
        }
    }
}
