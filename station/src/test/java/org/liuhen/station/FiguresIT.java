package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.event.PeopleEvent.AdmittedByConsole;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.model.Counted;
import org.liuhen.review.model.FigureQueries.Period;
import org.liuhen.review.model.GapQueries;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.review.model.SegmentQueries;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.SearchTerms;

/**
 * The figures of units and officers in PostgreSQL against the same figures counted in Java, and against the lengths of the lists that they
 * lead to; in zones with days of 23, 24 and 25 hours.
 */
class FiguresIT {
    private static final LogName SITE = new LogName("site-1");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = Long.getLong("liuhen.seed", 20261129);
    private static final int ITEMS = 400;
    private static final List<String> UNITS = List.of("110105", "11010501", "110106", "120101");
    private static final List<String> OFFICERS = List.of("110023", "110024", "110025");
    private static final List<String> ZONES =
            List.of("UTC", "Asia/Shanghai", "+08:00", "America/New_York", "Australia/Lord_Howe");

    /** Lord Howe sets its clocks forward on 2026-10-04, by half an hour; New York sets them back on 2026-11-01. */
    private static final Instant BEGUN = Instant.parse("2026-10-01T00:00:00Z");

    private static final int SECONDS = 40 * 86_400;
    private static final List<Person> PEOPLE = List.of(
            new Person("110077", "110100", Set.of(Role.SUPERVISOR), "password"),
            new Person("110079", "110105", Set.of(Role.SUPERVISOR), "password"),
            new Person("110078", "", Set.of(Role.AUDITOR), "password"));

    @TempDir
    private static Path folder;

    private static final Random RANDOM = new Random(SEED);
    private static final SecureRandom FOR_IDS = new SecureRandom();
    private static final List<ObjectNode> MADE = new ArrayList<>();
    private static long entries;
    private static EmbeddedDatabase database;
    private static ReadModel model;

    @BeforeAll
    static void fill() throws Exception {
        System.out.println("liuhen.seed=" + SEED);
        database = new EmbeddedDatabase(folder.resolve("postgres"));
        model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                PreparedStatement insert = connection.prepareStatement(
                        "insert into evidence (id, log, item, words) values (?, ?, ?::jsonb, ?::tsvector)")) {
            for (int i = 0; i < ITEMS; i++) {
                MADE.add(insert(insert));
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        model.close();
        database.close();
    }

    private static <T> T one(List<T> of) {
        return of.get(RANDOM.nextInt(of.size()));
    }

    private static ObjectNode insert(PreparedStatement insert) throws Exception {
        Instant at = BEGUN.plusMillis((long) (RANDOM.nextDouble() * SECONDS * 1000));
        if (RANDOM.nextInt(3) == 0) { // the first and the last moment of an hour, which may be those of a day
            at = Instant.ofEpochSecond(at.getEpochSecond() / 3_600 * 3_600).minusMillis(RANDOM.nextInt(2));
        }
        ObjectNode item = JSON.createObjectNode();
        item.put("state", one(List.of("verified", "received", "rejected", "declared", "disposed", "withdrawn")));
        item.put("fileName", "a.mp4");
        item.put("declaredAt", at.plusMillis(RANDOM.nextInt(50)).toString()); // the ID is made a little earlier
        item.put("sender", one(OFFICERS));
        if (RANDOM.nextBoolean()) {
            item.put("officerNo", one(OFFICERS));
        } else if (RANDOM.nextBoolean()) {
            item.put("onBehalfOf", one(OFFICERS));
        }
        item.putArray("cases");
        if (RANDOM.nextBoolean()) {
            item.withArray("cases").add("C-1");
        }
        if (RANDOM.nextBoolean()) {
            item.put("category", "GENERAL");
        }
        item.putArray("units");
        if (RANDOM.nextInt(6) > 0) {
            String unit = one(UNITS);
            item.put("unitCode", unit);
            item.withArray("units").add(unit);
            if (RANDOM.nextInt(5) == 0) {
                item.withArray("units").add(one(UNITS)); // of an officer who got it later
            }
        }
        if (RANDOM.nextInt(3) == 0) {
            ObjectNode gaps = item.putObject("gaps");
            gaps.put(one(List.of("LATE_UPLOAD", "DECLARED_NOT_RECEIVED")), "LT-101");
            if (gaps.has("LATE_UPLOAD") && RANDOM.nextBoolean()) {
                item.putObject("explainedGaps").putObject("LATE_UPLOAD").put("words", "设备送修");
            }
        }
        insert.setString(1, EvidenceId.create(at, FOR_IDS).value());
        insert.setString(2, SITE.value());
        insert.setString(3, item.toString());
        insert.setString(4, SearchTerms.vector(ItemJson.read(item.toString())));
        insert.executeUpdate();
        return item;
    }

    /** What each figure counts. Written down once more. */
    private static final Map<String, Predicate<ObjectNode>> FIGURES = Map.of(
            "items", item -> true,
            "in_time",
                    item -> !item.at("/gaps").has("LATE_UPLOAD")
                            && !item.get("state").asText().equals("declared"),
            "late_explained", item -> item.at("/explainedGaps").has("LATE_UPLOAD"),
            "categorised", item -> item.has("category"),
            "linked", item -> !item.get("cases").isEmpty());

    private static String officer(ObjectNode item) {
        return Stream.of("officerNo", "onBehalfOf", "sender")
                .filter(item::has)
                .map(member -> item.get(member).asText())
                .findFirst()
                .orElseThrow();
    }

    private static boolean sees(Person person, ObjectNode item) {
        String prefix = person.unitCode().replaceFirst("(00)+$", "");
        boolean any = prefix.isEmpty();
        for (var unit : item.get("units")) {
            any |= unit.asText().startsWith(prefix);
        }
        return any;
    }

    private record Question(Person person, Period period, String unit) {
        static Question any() {
            ZoneId zone = ZoneId.of(one(ZONES));
            boolean days = RANDOM.nextBoolean();
            Instant from = BEGUN.plusSeconds(RANDOM.nextInt(SECONDS));
            Instant to = from.plusSeconds(1 + RANDOM.nextInt(SECONDS));
            Period period = days
                    ? new Period(midnight(from, zone), midnight(to.plus(Duration.ofDays(1)), zone), zone)
                    : new Period(from, to, zone);
            String unit = one(List.of("", "1101", "110105", "12", Counted.NO_UNIT));
            return new Question(one(PEOPLE), period, unit.isEmpty() ? null : unit);
        }

        private static Instant midnight(Instant time, ZoneId zone) {
            return time.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
        }

        Search items() {
            Search search = new Search(SITE, Scope.of(person, Set.of(Act.SEE_GAPS)));
            return Counted.ofUnit(Counted.declared(search, period.from(), period.to()), unit);
        }

        List<ObjectNode> expected() {
            return MADE.stream()
                    .filter(item -> {
                        Instant at = Instant.parse(item.get("declaredAt").asText());
                        String of = item.path("unitCode").asText("");
                        return !at.isBefore(period.from())
                                && at.isBefore(period.to())
                                && (unit == null || (unit.equals("none") ? of.isEmpty() : of.startsWith(unit)))
                                && !item.get("state").asText().equals("withdrawn")
                                && sees(person, item);
                    })
                    .toList();
        }

        LocalDate day(ObjectNode item) {
            return Instant.parse(item.get("declaredAt").asText())
                    .atZone(period.zone())
                    .toLocalDate();
        }
    }

    private static Map<String, Long> counted(List<ObjectNode> items) {
        Map<String, Long> figures = new TreeMap<>();
        FIGURES.forEach((name, counts) ->
                figures.put(name, items.stream().filter(counts).count()));
        return figures;
    }

    private static Map<String, Long> figures(ObjectNode row) {
        Map<String, Long> figures = new TreeMap<>();
        FIGURES.keySet().forEach(name -> figures.put(name, row.get(name).asLong()));
        return figures;
    }

    @Test
    void theFiguresOfEachUnitAndDayAreThoseOfItsItems() throws Exception {
        long found = 0;
        for (int round = 0; round < 200; round++) {
            Question question = Question.any();
            List<ObjectNode> expected = question.expected();
            Map<String, Map<String, Long>> wanted = new TreeMap<>();
            Set<String> keys = new TreeSet<>();
            for (ObjectNode item : expected) {
                keys.add(item.path("unitCode").asText("") + " " + question.day(item));
            }
            for (String key : keys) {
                wanted.put(
                        key,
                        counted(expected.stream()
                                .filter(item -> key.equals(item.path("unitCode").asText("") + " " + question.day(item)))
                                .toList()));
            }
            Map<String, Map<String, Long>> got = new TreeMap<>();
            for (ObjectNode row : model.figures()
                    .units(SITE, question.items(), Optional.of(""), question.unit(), question.period())) {
                String key = row.get("unitCode").asText() + " " + row.get("day").asText();
                assertTrue(got.put(key, figures(row)) == null, key + " twice: " + question);
            }
            assertEquals(wanted, got, question.toString());
            found += expected.size();
        }
        assertTrue(found > 1_000, found + " items in all figures");
    }

    @Test
    void theFiguresOfEachOfficerAreThoseOfTheItems() throws Exception {
        for (int round = 0; round < 100; round++) {
            Question question = Question.any();
            Map<String, Map<String, Long>> wanted = new TreeMap<>();
            for (String officer : OFFICERS) {
                List<ObjectNode> own = question.expected().stream()
                        .filter(item -> officer(item).equals(officer))
                        .toList();
                if (!own.isEmpty()) {
                    wanted.put(officer, counted(own));
                }
            }
            Map<String, Map<String, Long>> got = new TreeMap<>();
            for (ObjectNode row : model.figures().officers(question.items())) {
                got.put(row.get("officerNo").asText(), figures(row));
            }
            assertEquals(wanted, got, question.toString());
        }
    }

    @Test
    void eachFigureLeadsToAListOfTheItemsThatItCounts() throws Exception {
        for (int round = 0; round < 60; round++) {
            Question question = Question.any();
            for (ObjectNode row : model.figures().officers(question.items())) {
                Map<String, Long> figures = figures(row);
                String officer = row.get("officerNo").asText();
                for (String figure : FIGURES.keySet()) {
                    assertEquals(figures.get(figure), listed(question, officer, figure), question + figure);
                    if (!figure.equals("items")) {
                        assertEquals(
                                figures.get("items") - figures.get(figure),
                                listed(question, officer, "not_" + figure),
                                question + " not " + figure);
                    }
                }
            }
        }
        assertTrue(Counted.items("not_items").isEmpty());
        assertTrue(Counted.items("1=1").isEmpty());
    }

    private static long listed(Question question, String officer, String figure) throws Exception {
        Search search = new Search(SITE, Scope.of(question.person(), Set.of(Act.SEARCH)));
        Counted.declared(search, question.period().from(), question.period().to());
        Counted.ofUnit(search, question.unit());
        Counted.ofOfficer(search, officer);
        return model.items()
                .outline(search.where(Counted.items(figure).orElseThrow()), 50)
                .found();
    }

    /**
     * The gap of a dispatch is listed in the unit that the record names, else in those of its officers; it is counted once, in the unit of the first
     * of them who has one. What is not looked at yet is said for the same units as the gap.
     */
    @Test
    void aDispatchIsListedInTheUnitsOfItsOfficersAndCountedOnce() throws Exception {
        Instant begun = Instant.parse("2026-12-10T08:00:00Z"); // behind the items of the other tests;
        Instant admitted = Instant.parse("2026-12-01T08:00:00Z");
        Instant moved = Instant.parse("2026-12-20T08:00:00Z");
        List<CustodyEvent> events = new ArrayList<>();
        List<Instant> came = new ArrayList<>();
        admit(events, "D1", "110105");
        admit(events, "D2", "11010501");
        admit(events, "D3", "120101");
        admit(events, "D4", ""); // of the whole site
        admit(events, "B4", "");
        events.forEach(event -> came.add(admitted));
        Map<String, Set<String>> wanted = new TreeMap<>(); // the units of each incident
        dispatch(events, wanted, "J-NAMED", 0, "110106", List.of("D1"), begun, "110106");
        dispatch(events, wanted, "J-OFFICER", 0, null, List.of("D1"), begun, "110105");
        dispatch(events, wanted, "J-BELOW", 0, null, List.of("D2"), begun, "11010501");
        dispatch(events, wanted, "J-TWO", 0, null, List.of("D1", "D3"), begun, "110105", "120101");
        dispatch(events, wanted, "J-SAME", 0, null, List.of("D1", "D2", "D1"), begun, "110105", "11010501");
        dispatch(events, wanted, "J-TURNED", 0, null, List.of("D3", "D1"), begun, "110105", "120101"); // it sorts them
        dispatch(events, wanted, "J-FIRST", 0, null, List.of("A9", "B4", "D3"), begun, "120101");
        dispatch(events, wanted, "J-SITE", 0, null, List.of("D4"), begun);
        dispatch(events, wanted, "J-NOBODY", 0, null, List.of("D9"), begun);
        dispatch(events, wanted, "J-LATER", 0, null, List.of("D5"), begun, "110106");
        dispatch(events, wanted, "J-REVISED", 2, "120101", List.of("D1"), begun, "120101");
        dispatch(events, wanted, "J-REVISED", 1, "110105", List.of("D1"), begun, "120101");
        for (String incident : wanted.keySet()) {
            events.add(new GapFound(
                    EventContext.of(
                            EventContext.idFor(GapFound.class, incident),
                            null,
                            begun,
                            Actor.component("gaps"),
                            null,
                            "ingest-job"),
                    GapKind.DISPATCH_WITHOUT_RECORDING + " " + incident,
                    GapKind.DISPATCH_WITHOUT_RECORDING,
                    begun,
                    "no recording is linked to the incident or proposed for it"));
        }
        while (came.size() < events.size()) {
            came.add(begun.plusSeconds(60));
        }
        admit(events, "D1", "120101"); // the past stays with the unit of then
        admit(events, "D5", "110106");
        came.addAll(List.of(moved, moved));
        insert(events, came);
        Period period = new Period(begun.minusSeconds(3_600), begun.plusSeconds(3_600), ZoneId.of("UTC"));
        Scope nothing = new Scope("false", List.of());
        for (String reach : List.of("", "11", "1101", "110105", "11010501", "110106", "12", "120101", "13")) {
            Map<String, Integer> counted = new TreeMap<>();
            Map<String, Integer> each = new TreeMap<>();
            Set<String> listed = new TreeSet<>();
            wanted.forEach((incident, units) -> {
                String first = units.isEmpty() ? "" : units.iterator().next();
                if (first.startsWith(reach)) {
                    each.merge(first, 1, Integer::sum);
                }
                if (units.stream().anyMatch(unit -> unit.startsWith(reach)) || reach.isEmpty()) {
                    listed.add(GapKind.DISPATCH_WITHOUT_RECORDING + " " + incident);
                }
            });
            for (ObjectNode row :
                    model.figures().units(SITE, new Search(SITE, nothing), Optional.of(reach), null, period)) {
                counted.put(row.get("unitCode").asText(), row.get("dispatches").asInt());
                assertEquals(0, row.get("altered").asInt(), row.toString());
            }
            assertEquals(each, counted, "in figures of " + reach);
            GapQueries.Asked asked = GapQueries.Asked.all(nothing, Optional.of(reach));
            assertEquals(listed, pagesOfGaps(asked), "among the gaps of " + reach);
            for (String unit : List.of("11", "110105", "12", "13", "none")) {
                Set<String> ofUnit = new TreeSet<>();
                wanted.forEach((incident, units) -> {
                    if (unit.equals("none")
                            ? units.isEmpty() && reach.isEmpty()
                            : units.stream().anyMatch(one -> one.startsWith(unit) && one.startsWith(reach))) {
                        ofUnit.add(GapKind.DISPATCH_WITHOUT_RECORDING + " " + incident);
                    }
                });
                GapQueries.Asked both = new GapQueries.Asked(nothing, Optional.of(reach), unit, null, null);
                assertEquals(ofUnit, pagesOfGaps(both), "of " + unit + " among the gaps of " + reach);
            }
            Optional<String> in = Optional.of(reach);
            Instant after = begun.plusSeconds(1);
            assertEquals(listed, pagesOfGaps(new GapQueries.Asked(nothing, in, null, begun, after)), "of its second");
            assertEquals(Set.of(), pagesOfGaps(new GapQueries.Asked(nothing, in, null, after, null)), "of later");
            assertEquals(Set.of(), pagesOfGaps(new GapQueries.Asked(nothing, in, null, null, begun)), "of before");
            Set<String> sent = new TreeSet<>();
            List<String> numbers = new ArrayList<>(wanted.keySet());
            numbers.add("J-UNKNOWN");
            for (EntryRow dispatch : model.cases().dispatches(SITE, numbers, Optional.of(reach))) {
                sent.add(GapKind.DISPATCH_WITHOUT_RECORDING + " "
                        + JSON.readTree(dispatch.entry())
                                .at("/event/dispatch/incidentNo")
                                .asText());
            }
            assertEquals(listed, sent, "on the pages of cases, of " + reach);
            GapQueries.Waiting early = model.gaps().waiting(SITE, Optional.of(reach), begun.plusSeconds(600));
            assertEquals(listed.size(), early.records(), "not looked at yet, of " + reach);
            if (!listed.isEmpty()) { // cleared half an hour after, a day, and the end of that minute and the next one
                assertEquals(begun.plusSeconds(1_800 + 86_400 + 120), early.next());
                assertEquals(early.next(), early.last());
                assertEquals(
                        listed.size(),
                        model.gaps()
                                .waiting(SITE, Optional.of(reach), early.last().minusSeconds(1))
                                .records());
                assertEquals(
                        new GapQueries.Waiting(0, null, null, 0),
                        model.gaps().waiting(SITE, Optional.of(reach), early.last()));
            }
        }
        assertEquals(0, model.gaps().waiting(SITE, Optional.empty(), begun).records());
        altered(GapQueries.Asked.all(nothing, Optional.of("")));
        late(begun);
        malformed(begun);
    }

    /** The names of the open gaps of a unit, three on a page; their number is what is counted. */
    private static Set<String> pagesOfGaps(GapQueries.Asked asked) throws Exception {
        Set<String> found = new TreeSet<>();
        long before = Long.MAX_VALUE;
        for (List<GapQueries.Gap> page = null; page == null || !page.isEmpty(); ) {
            page = model.gaps().gaps(SITE, asked, false, before, 3);
            for (GapQueries.Gap gap : page) {
                assertTrue(found.add(gap.found().event().key()), gap + " is on two pages");
                before = gap.found().index();
            }
        }
        assertEquals(found.size(), model.gaps().count(SITE, asked, false));
        assertEquals(0, model.gaps().count(SITE, asked, true));
        return found;
    }

    /** The other tests have no dispatches. */
    @AfterEach
    void forgetEntries() throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                PreparedStatement delete = connection.prepareStatement("delete from entry")) {
            delete.executeUpdate();
        }
        entries = 0;
    }

    private static void segment(
            LogName log, String state, Instant declared, String officer, int segment, String... units)
            throws Exception {
        ObjectNode item = JSON.createObjectNode().put("state", state).put("fileName", "a.mp4");
        item.put("declaredAt", declared.toString()).put("sender", "DOCK-1").put("officerNo", officer);
        item.put("unitCode", units[0]).put("recordingId", "DSJ-7/42").put("segment", segment);
        item.put("segmentCount", 9).putArray("cases");
        List.of(units).forEach(item.putArray("units")::add);
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                PreparedStatement insert = connection.prepareStatement(
                        "insert into evidence (id, log, item, words) values (?, ?, ?::jsonb, ?::tsvector)")) {
            insert.setString(1, EvidenceId.create(BEGUN, FOR_IDS).value());
            insert.setString(2, log.value());
            insert.setString(3, item.toString());
            insert.setString(4, SearchTerms.vector(ItemJson.read(item.toString())));
            insert.executeUpdate();
        }
    }

    private static GapQueries.Asked segmentsOf(Person person, String unit) {
        Scope scope = person == null ? Scope.EVERYTHING : Scope.of(person, Set.of(Act.SEE_GAPS));
        return new GapQueries.Asked(scope, Optional.empty(), unit, null, null);
    }

    /**
     * A recording of which two units have files lacks the same segments for both, by the same name, and for every filter; of the files of the other
     * unit a person is told the numbers only.
     */
    @Test
    void missingSegmentsAreTheSameForAllWhoSeeTheRecording() throws Exception {
        LogName other = new LogName("site-2");
        Instant last = BEGUN.plusSeconds(9);
        Instant now = last.plus(Duration.ofDays(1)).plusSeconds(1);
        segment(other, "verified", BEGUN, "110023", 1, "110105");
        segment(other, "verified", last, "110024", 3, "110106", "120101");
        segment(other, "verified", BEGUN, "110023", 4, "110105");
        segment(other, "received", BEGUN.plusSeconds(1), "110023", 8, "110105");
        segment(other, "declared", BEGUN, "110023", 9, "110105");
        segment(other, "withdrawn", now, "110025", 5, "110105", "130101");
        String name = "MISSING_SEGMENTS DSJ-7/42 2,5-7,9";
        Person one = PEOPLE.get(1);
        Person another = new Person("110080", "110106", Set.of(Role.SUPERVISOR), "password");
        for (GapQueries.Asked asked : List.of(
                segmentsOf(null, null),
                segmentsOf(null, "1101"),
                segmentsOf(null, "110105"),
                segmentsOf(null, "110106"),
                segmentsOf(null, "120101"),
                segmentsOf(one, null),
                segmentsOf(one, "110105"),
                segmentsOf(another, null))) {
            List<SegmentQueries.Missing> found = model.segments().missingSegments(other, asked, now);
            assertEquals(
                    List.of(name),
                    found.stream().map(SegmentQueries.Missing::gapId).toList(),
                    asked.toString());
            assertEquals(List.of(2, 5, 6, 7, 9), found.get(0).segments().boxed().toList());
        }
        for (GapQueries.Asked asked : List.of(
                segmentsOf(null, "13"), // of a file that was withdrawn
                segmentsOf(null, Counted.NO_UNIT),
                segmentsOf(one, "110106"),
                segmentsOf(new Person("110081", "140101", Set.of(Role.SUPERVISOR), "password"), null))) {
            assertEquals(List.of(), model.segments().missingSegments(other, asked, now), asked.toString());
        }
        SegmentQueries.Missing all = model.segments()
                .missingSegments(other, segmentsOf(null, null), now)
                .get(0);
        assertEquals(last.toString(), all.since());
        assertEquals(
                new GapQueries.Whose(List.of("110023", "110024"), List.of("110105", "110106", "120101")), all.whose());
        SegmentQueries.Missing own = model.segments()
                .missingSegments(other, segmentsOf(one, null), now)
                .get(0);
        assertEquals(BEGUN.plusSeconds(1).toString(), own.since());
        assertEquals(new GapQueries.Whose(List.of("110023"), List.of("110105")), own.whose());
        for (Scope scope : List.of(Scope.EVERYTHING, segmentsOf(another, null).scope())) {
            assertTrue(model.segments().missing(other, scope, name, now).isPresent());
            assertTrue(model.segments().missing(SITE, scope, name, now).isEmpty());
            for (String wrong :
                    List.of("MISSING_SEGMENTS ", "MISSING_SEGMENTS DSJ-7/42", "MISSING_SEGMENTS DSJ-7/42 2")) {
                assertTrue(model.segments().missing(other, scope, wrong, now).isEmpty(), wrong);
            }
        }
        Instant yet = now.minusSeconds(2); // a day after the last file was declared, and not before
        assertEquals(List.of(), model.segments().missingSegments(other, segmentsOf(one, null), yet));
        assertTrue(model.segments().missing(other, Scope.EVERYTHING, name, yet).isEmpty());
        for (Instant from : List.of(last, last.plusSeconds(1))) {
            GapQueries.Asked since = new GapQueries.Asked(Scope.EVERYTHING, Optional.empty(), null, from, null);
            GapQueries.Asked until = new GapQueries.Asked(Scope.EVERYTHING, Optional.empty(), null, null, from);
            assertEquals(
                    from.equals(last) ? 1 : 0,
                    model.segments().missingSegments(other, since, now).size());
            assertEquals(
                    from.equals(last) ? 0 : 1,
                    model.segments().missingSegments(other, until, now).size());
        }
    }

    /** A row that somebody altered is shown as such, and stops no list. */
    private static void altered(GapQueries.Asked asked) throws Exception {
        int all = pagesOfGaps(asked).size();
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                PreparedStatement alter = connection.prepareStatement(
                        "update entry set entry = replace(entry, 'no recording is linked', 'nothing is missing')"
                                + " where entry like '%gapFound%J-NAMED%'")) {
            assertEquals(1, alter.executeUpdate());
        }
        List<GapQueries.Gap> gaps = model.gaps().gaps(SITE, asked, false, Long.MAX_VALUE, 100);
        assertEquals(all, gaps.size());
        assertEquals(1, gaps.stream().filter(gap -> !gap.found().isWhole()).count());
    }

    /** A record of long ago that came just now is looked at ten minutes after it came. */
    private static void late(Instant begun) throws Exception {
        Instant now = begun.plus(Duration.ofDays(100));
        List<CustodyEvent> events = new ArrayList<>();
        dispatch(events, new TreeMap<>(), "J-LATE", 0, "110105", List.of("D1"), begun);
        insert(events, List.of(now.minusSeconds(30)));
        GapQueries.Waiting waiting = model.gaps().waiting(SITE, Optional.of("1101"), now);
        assertEquals(new GapQueries.Waiting(1, now.plusSeconds(660), now.plusSeconds(660), 0), waiting);
        assertEquals(
                0,
                model.gaps().waiting(SITE, Optional.of("1101"), waiting.last()).records());
    }

    private static void alter(String incident, String from, String to) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                PreparedStatement alter = connection.prepareStatement(
                        "update entry set entry = regexp_replace(entry, ?, ?) where entry like ? and entry like '%dispatchRecorded%'")) {
            alter.setString(1, from);
            alter.setString(2, to);
            alter.setString(3, "%\"" + incident + "\"%");
            assertEquals(1, alter.executeUpdate(), incident);
        }
        assertTrue(model.gaps().dispatched(SITE, List.of(incident)).values().stream()
                .noneMatch(GapQueries.Dispatched::whole));
    }

    /** Members of a dispatch record that somebody gave another form stop no list; whose the incident is, nobody knows then. */
    private static void malformed(Instant begun) throws Exception {
        GapQueries.Asked all = GapQueries.Asked.all(new Scope("false", List.of()), Optional.of(""));
        Set<String> before = pagesOfGaps(all);
        GapQueries.Waiting waited = model.gaps().waiting(SITE, Optional.of(""), begun.plusSeconds(600));
        Map<String, GapQueries.Dispatched> whole = model.gaps().dispatched(SITE, List.of("J-FIRST", "J-LATER"));
        assertTrue(whole.get("J-FIRST").whole() && whole.get("J-LATER").whole());
        assertEquals(List.of("A9", "B4", "D3"), whole.get("J-FIRST").whose().officers());
        alter("J-FIRST", "\"officerNos\":\\[[^]]*\\]", "\"officerNos\":7");
        alter("J-LATER", "\"officerNos\":\\[[^]]*\\]", "\"officerNos\":[null,{}]");
        alter("J-SITE", "\"revision\":[0-9]+", "\"revision\":\"new\"");
        alter("J-SAME", "\"clearedAt\":\"[^\"]*\"", "\"clearedAt\":\"2026-02-29T08:00:00Z\"");
        alter("J-TURNED", "\"clearedAt\":\"[^\"]*\"", "\"clearedAt\":\"tomorrow\"");
        alter("J-NOBODY", "\"revision\":[0-9]+", "\"revision\":99999999999999999999");
        for (String reach : List.of("", "11", "12")) {
            GapQueries.Asked asked = GapQueries.Asked.all(new Scope("false", List.of()), Optional.of(reach));
            pagesOfGaps(asked);
            pagesOfGaps(new GapQueries.Asked(asked.scope(), asked.reach(), "1101", null, null));
            model.cases().dispatches(SITE, List.of("J-FIRST", "J-SITE", "J-SAME"), Optional.of(reach));
        }
        assertEquals(before, pagesOfGaps(all));
        GapQueries.Waiting waits = model.gaps().waiting(SITE, Optional.of(""), begun.plusSeconds(600));
        assertEquals(List.of(waited.records() - 2, 2L), List.of(waits.records(), waits.altered()));
        Search nothing = new Search(SITE, new Scope("false", List.of()));
        Period period = new Period(begun.minusSeconds(3_600), begun.plusSeconds(3_600), ZoneId.of("UTC"));
        long counted = 0;
        long altered = 0;
        for (ObjectNode row : model.figures().units(SITE, nothing, Optional.of(""), null, period)) {
            counted += row.get("dispatches").asLong();
            altered += row.get("altered").asLong();
        }
        assertEquals(6, altered, "those of them that somebody altered are told");
        assertEquals(before.size() + 1, counted, "each is counted once still, and J-LATE, which has no gap");
    }

    private static void admit(List<CustodyEvent> events, String officerNo, String unitCode) {
        events.add(new AdmittedByConsole(
                EventContext.of(
                        EventContext.idFor(AdmittedByConsole.class, officerNo + unitCode),
                        null,
                        BEGUN,
                        new Actor(Actor.Kind.OFFICER, "console", null, "console"),
                        null,
                        "review"),
                officerNo,
                unitCode,
                List.of("officer")));
    }

    private static void dispatch(
            List<CustodyEvent> events,
            Map<String, Set<String>> wanted,
            String incidentNo,
            long revision,
            String unitCode,
            List<String> officers,
            Instant at,
            String... units) {
        wanted.put(incidentNo, new LinkedHashSet<>(List.of(units)));
        events.add(DispatchRecords.event(
                new DispatchRecord(
                        new CaseId(incidentNo), revision, unitCode, officers, List.of(), at, at.plusSeconds(1_800)),
                new Actor(Actor.Kind.OFFICER, "110001", null, "claimed"),
                "review"));
    }

    /** Puts entries behind those that are there. */
    private static void insert(List<CustodyEvent> events, List<Instant> came) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                PreparedStatement insert = connection.prepareStatement(EntryRow.INSERT)) {
            for (int i = 0; i < events.size(); i++) {
                Sha256Digest before = entries == 0 ? null : Sha256Digest.of(new byte[0]);
                Entry entry = new Entry(events.get(i), entries, before, came.get(i));
                byte[] bytes = Entry.encode(CanonicalJson.encode(events.get(i)), entries, before, came.get(i));
                EntryRow.of(SITE, entries++, bytes, entry).set(insert);
                insert.executeUpdate();
            }
        }
    }
}
