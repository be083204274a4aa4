package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.ItemOrder;
import org.liuhen.review.model.ItemQueries.Outline;
import org.liuhen.review.model.ItemQueries.Page;
import org.liuhen.review.model.Piles;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.SearchTerms;

/**
 * Random lists in PostgreSQL against the same lists made of Java objects, with rules of access that were written once more here: which items,
 * in which order, how many, and on which page.
 */
class SearchListIT {
    private static final LogName SITE = new LogName("site-1");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = Long.getLong("liuhen.seed", 20261128);
    private static final int ITEMS = 400;
    private static final int ROUNDS = 400;
    private static final List<String> UNITS = List.of("110105", "110106", "110107", "120101");
    private static final List<String> OFFICERS = List.of("110023", "110024", "110025", "110026");

    /** What is typed in one piece, and what a name has that is found by it. */
    private static final Map<String, Pattern> PIECES = Map.of(
            "笔录1", Pattern.compile("笔录1"),
            "询问笔录", Pattern.compile("询问笔录"),
            "笔录询问", Pattern.compile("never, in this order"),
            "录-1", Pattern.compile("录1"),
            "a_b1", Pattern.compile("^a b1"),
            "c-3", Pattern.compile("^C-3$"),
            "mp4.a", Pattern.compile("never, the extension is last"),
            "mp4-1100", Pattern.compile("never, these are two names"),
            "7.m", Pattern.compile("(^|[^\\p{L}\\p{N}]|\\p{IsIdeographic})7\\.mp4$"),
            "询问笔录1 c-", Pattern.compile("询问笔录1"));

    private static final List<String> NAMES = List.of("询问笔录", "Ä片", "z", "Rec", "é", "𠮷", "a b", "REC");

    /** What was decided about a case: its protection, the units whose items that hides, and who is assigned. */
    private record Decided(boolean isProtected, String reach, Set<String> officers) {}

    private static final Map<String, Decided> CASES = Map.of(
            "C-1", new Decided(false, "", Set.of()),
            "C-2", new Decided(false, "", Set.of("110026")),
            "C-3", new Decided(true, "110105", Set.of("110024")),
            "C-4", new Decided(true, "", Set.of()),
            "C-5", new Decided(false, "", Set.of()));

    /** The case that is closed; about the last one nothing was decided, so it has no row. */
    private static final String CLOSED = "C-1";

    private static final String UNDECIDED = "C-5";

    private static final List<Person> PEOPLE = Stream.of(
                    person("110023", "110105", Role.OFFICER),
                    person("110024", "110106", Role.CASE_OFFICER),
                    person("110077", "110100", Role.SUPERVISOR),
                    person("110078", "", Role.AUDITOR),
                    person("110026", "120101", Role.OFFICER),
                    person("jcy-01", "", Role.PROSECUTOR),
                    person("jcy-02", "13010100", Role.PROSECUTOR),
                    person("jcy-03", "130300", Role.PROSECUTOR),
                    person("900001", "", Role.ADMINISTRATOR))
            .toList();

    @TempDir
    private static Path folder;

    private static final Random RANDOM = new Random(SEED);
    private static Instant start;
    private static final SecureRandom FOR_IDS = new SecureRandom();
    private static final List<Made> MADE = new ArrayList<>();
    private static EmbeddedDatabase database;
    private static ReadModel model;

    @BeforeAll
    static void fill() throws Exception {
        System.out.println("liuhen.seed=" + SEED);
        start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        database = new EmbeddedDatabase(folder.resolve("postgres"));
        model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
        try (Connection connection = connection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into casefile"
                                + " (log, case_id, unit, protection, reach, closed, officers) values (?, ?, '110105', ?, ?, ?, ?::jsonb)")) {
            for (Map.Entry<String, Decided> one : CASES.entrySet()) {
                if (one.getKey().equals(UNDECIDED)) {
                    continue;
                }
                insert.setString(1, SITE.value());
                insert.setString(2, one.getKey());
                insert.setString(3, one.getValue().isProtected() ? "SEALED" : null);
                insert.setString(4, one.getValue().reach());
                insert.setBoolean(5, one.getKey().equals(CLOSED));
                insert.setString(6, JSON.writeValueAsString(one.getValue().officers()));
                insert.executeUpdate();
            }
        }
        for (int i = 0; i < ITEMS; i++) {
            MADE.add(insert());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        model.close();
        database.close();
    }

    private static Person person(String id, String unit, Role role) {
        return new Person(id, unit, Set.of(role), "password");
    }

    private static Connection connection() throws Exception {
        return DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
    }

    /** An item as the test knows it: its ID and what its row has. */
    private record Made(String id, ObjectNode item, boolean broken) {
        String text(String member) {
            return item.path(member).asText("");
        }

        Set<String> all(String member) {
            Set<String> values = new HashSet<>();
            item.path(member).forEach(value -> values.add(value.asText()));
            return values;
        }

        String begun() {
            return Stream.of(
                            text("recordedFrom"),
                            item.at("/captureTime/corrected/earliest").asText(),
                            item.at("/captureTime/earliest").asText(),
                            text("captureStart"),
                            text("declaredAt"))
                    .filter(text -> !text.isEmpty())
                    .findFirst()
                    .orElse("");
        }

        /** The latest moment at which it may have begun; the same as the earliest where one of them is known exactly enough. */
        String begunLatest() {
            String corrected = item.at("/captureTime/corrected/latest").asText();
            String latest = corrected.isEmpty() ? item.at("/captureTime/latest").asText() : corrected;
            return latest.isEmpty() || item.has("recordedFrom") ? begun() : latest;
        }

        boolean hasUnit(String prefix) {
            return all("units").stream().anyMatch(unit -> unit.startsWith(prefix));
        }
    }

    private static <T> T one(List<T> of) {
        return of.get(RANDOM.nextInt(of.size()));
    }

    private static Made insert() throws Exception {
        Instant at = Instant.parse("2026-11-01T00:00:00Z").plusMillis(RANDOM.nextInt(2_000_000_000));
        ObjectNode item = JSON.createObjectNode();
        item.put("state", one(List.of("verified", "received", "rejected", "declared", "disposed", "verified")));
        item.put("fileName", one(NAMES) + (RANDOM.nextBoolean() ? "x".repeat(58) : "") + RANDOM.nextInt(20) + ".mp4");
        item.put("mediaType", one(List.of("video/mp4", "text/plain")));
        item.put("sizeBytes", one(List.of(0L, 9L, 10L, 4_000_000_000L, (long) RANDOM.nextInt(1_000_000))));
        item.put("declaredAt", at.toString());
        if (RANDOM.nextBoolean()) {
            item.put("captureStart", at.minusMillis(RANDOM.nextInt(9_000_000)).toString());
        }
        if (RANDOM.nextInt(3) == 0) {
            item.put("recordedFrom", at.minusSeconds(RANDOM.nextInt(9_000)).toString());
        }
        if (RANDOM.nextBoolean()) {
            ObjectNode time = item.putObject("captureTime").put("lengthMillis", RANDOM.nextInt(100_000));
            Instant earliest = at.minusSeconds(RANDOM.nextInt(200_000));
            time.put("earliest", earliest.toString());
            time.put("latest", earliest.plusSeconds(RANDOM.nextInt(100_000)).toString());
            if (RANDOM.nextBoolean()) {
                Instant corrected = earliest.plusSeconds(RANDOM.nextInt(400_000) - 200_000);
                time.putObject("corrected")
                        .put("earliest", corrected.toString())
                        .put("latest", corrected.plusSeconds(100_000).toString());
            }
        }
        if (RANDOM.nextBoolean()) {
            item.put("sealedUntil", halfHour(RANDOM.nextInt(400) - 300).toString());
            item.put("category", "GENERAL");
            if (RANDOM.nextInt(3) == 0) {
                item.put("keptDays", one(List.of(1, 100_000)));
            } else if (RANDOM.nextInt(5) == 0) {
                item.put("permanent", true);
            }
        }
        if (RANDOM.nextInt(8) == 0) {
            item.putObject("holds").putObject("h").put("by", "110077");
        }
        if (RANDOM.nextInt(8) == 0) {
            item.putObject("disposal").put("by", "110077");
        }
        if (RANDOM.nextInt(10) == 0) {
            item.put("bytesDiffer", at.toString());
        }
        if (RANDOM.nextInt(6) == 0) {
            item.putObject("failedSteps")
                    .putObject(one(List.of("verify", "seal")))
                    .put("code", "VT-104");
        }
        item.put("sender", one(OFFICERS));
        if (RANDOM.nextBoolean()) {
            item.put("officerNo", one(OFFICERS));
        } else if (RANDOM.nextBoolean()) {
            item.put("onBehalfOf", one(OFFICERS));
        }
        item.putArray("cases");
        if (RANDOM.nextBoolean()) {
            item.withArray("cases").add(one(List.copyOf(CASES.keySet())));
        }
        if (RANDOM.nextInt(8) > 0) {
            item.putArray("units").add(one(UNITS));
            item.putArray("owners").add(one(OFFICERS));
        }
        if (RANDOM.nextInt(10) == 0) {
            item.putArray("handedTo").add("jcy-01");
        }
        if (RANDOM.nextInt(4) == 0) {
            item.putArray("named").add(one(OFFICERS));
        }
        if (RANDOM.nextInt(6) == 0) {
            ObjectNode handover = item.putObject("handover");
            handover.put("id", "h").put("at", halfHour(-RANDOM.nextInt(200)).toString());
            handover.put("by", RANDOM.nextBoolean() ? "jcy-01" : one(OFFICERS));
            if (RANDOM.nextInt(3) == 0) {
                handover.put("to", "jcy-01");
            } else {
                handover.put("toUnit", one(List.of("130000", "13010000", "1301", "1302")));
            }
        }
        if (RANDOM.nextInt(6) == 0) {
            ObjectNode review = item.putObject("lastReview").put("outcome", "returned");
            if (RANDOM.nextBoolean()) {
                review.put("due", halfHour(RANDOM.nextInt(200) - 100).toString());
            }
        }
        String id = EvidenceId.create(at, FOR_IDS).value();
        boolean broken = RANDOM.nextInt(12) == 0;
        try (Connection connection = connection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into evidence (id, log, item, words, fault) values (?, ?, ?::jsonb, ?::tsvector, ?)")) {
            insert.setString(1, id);
            insert.setString(2, SITE.value());
            insert.setString(3, item.toString());
            insert.setString(4, SearchTerms.vector(ItemJson.read(item.toString())));
            insert.setString(5, broken ? "VF-103" : null);
            insert.executeUpdate();
        }
        return new Made(id, item, broken);
    }

    /** So many hours from now and half an hour more: the test lasts less long. */
    private static Instant halfHour(int hours) {
        return start.plusSeconds(hours * 3_600L + 1_800);
    }

    /** Has its retention ended, so that somebody has to decide? Written down once more. */
    private static boolean isExpired(Made item) {
        boolean over =
                !item.text("sealedUntil").isEmpty() && item.text("sealedUntil").compareTo(start.toString()) < 0;
        boolean keptLonger = item.item().has("permanent")
                || (item.item().has("keptDays")
                        && !Instant.parse(item.text("declaredAt"))
                                .plus(item.item().get("keptDays").asInt(), ChronoUnit.DAYS)
                                .isBefore(start));
        boolean settled = item.text("state").equals("disposed")
                || item.item().has("holds")
                || item.item().has("disposal");
        return over && !keptLonger && !settled && Set.of(CLOSED).containsAll(item.all("cases"));
    }

    private static boolean isAnomaly(Made item) {
        return item.broken()
                || item.item().has("bytesDiffer")
                || item.text("state").equals("rejected")
                || item.item().at("/failedSteps").has("verify");
    }

    /** May this person see this item? Written down once more, from the design. */
    private static boolean sees(Person person, Made item) {
        Role role = person.roles().iterator().next();
        if (role == Role.ADMINISTRATOR) {
            return false;
        }
        if (role == Role.PROSECUTOR) {
            String office = item.item().at("/handover/toUnit").asText().replaceFirst("(00)+$", "");
            return item.all("handedTo").contains(person.id())
                    || (!office.isEmpty() && person.unitCode().startsWith(office));
        }
        boolean assigned = item.all("cases").stream()
                .anyMatch(one -> CASES.get(one).officers().contains(person.id()));
        boolean hidden = item.all("cases").stream()
                .map(CASES::get)
                .anyMatch(one -> one.isProtected()
                        && (one.reach().isEmpty() || item.hasUnit(one.reach()))
                        && !one.officers().contains(person.id()));
        String unit = person.unitCode().replaceFirst("(00)+$", "");
        boolean reached =
                role == Role.OFFICER ? item.all("owners").contains(person.id()) : unit.isEmpty() || item.hasUnit(unit);
        return (reached || assigned) && !hidden;
    }

    private static byte[] key(Made item, ItemOrder.Key key) {
        String text =
                switch (key) {
                    case UPLOADED -> item.id();
                    case RECORDED -> left(item.begun(), 19);
                    case NAME -> left(item.text("fileName").toLowerCase(Locale.ROOT), 60);
                    case LENGTH ->
                        item.item().has("captureTime")
                                ? digits(item.item()
                                        .at("/captureTime/lengthMillis")
                                        .asLong())
                                : "";
                    case SIZE -> digits(item.item().get("sizeBytes").asLong());
                    case OFFICER ->
                        Stream.of("officerNo", "onBehalfOf", "sender")
                                .map(item::text)
                                .filter(one -> !one.isEmpty())
                                .findFirst()
                                .orElse("");
                    case STATE -> item.text("state");
                    case CASE -> item.item().at("/cases/0").asText("");
                    case SEALED -> left(item.text("sealedUntil"), 19);
                    case DUE -> left(item.item().at("/lastReview/due").asText("9999"), 19);
                    case OFFERED -> left(item.item().at("/handover/at").asText(), 19);
                };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String digits(long number) {
        return String.format("%020d", number);
    }

    private static String left(String text, int codePoints) {
        return text.codePointCount(0, text.length()) <= codePoints
                ? text
                : text.substring(0, text.offsetByCodePoints(0, codePoints));
    }

    private static Comparator<Made> comparator(ItemOrder order) {
        Comparator<Made> ascending = Comparator.<Made, byte[]>comparing(
                        item -> key(item, order.key()), Arrays::compareUnsigned)
                .thenComparing(Made::id);
        return order.descending() ? ascending.reversed() : ascending;
    }

    /** A question in both forms. */
    private static final class Question {
        final Person person = one(PEOPLE);
        final ItemOrder order = new ItemOrder(one(List.of(ItemOrder.Key.values())), RANDOM.nextBoolean());
        private final List<Predicate<Made>> java = new ArrayList<>();
        private final List<Predicate<Search>> sql = new ArrayList<>(); // each adds a condition
        private String said = "";

        Question() {
            add("state", one(List.of("verified", "rejected")), SearchTerms.STATE, (item, v) -> item.text("state")
                    .equals(v));
            addPrefix("unit", one(List.of("1101", "110105", "12")), SearchTerms.UNIT, Made::hasUnit);
            addPrefix("type", one(List.of("video", "text/p")), SearchTerms.TYPE, (item, v) -> item.text("mediaType")
                    .startsWith(v));
            if (RANDOM.nextInt(4) == 0) {
                String word = one(List.of("rec", "询问", "z", "110024"));
                said += " q=" + word;
                sql.add(search -> search.text(word) != null);
                java.add(item -> SearchTerms.of(readable(item)).stream().anyMatch(term -> isWord(word, term)));
            }
            if (RANDOM.nextInt(4) == 0) {
                String piece = one(PIECES.keySet().stream().sorted().toList());
                said += " q=" + piece;
                sql.add(search -> search.text(piece) != null);
                java.add(item -> names(item)
                        .anyMatch(name -> PIECES.get(piece).matcher(name).find()));
                if (piece.contains(" ")) {
                    java.add(item -> !item.all("cases").isEmpty());
                }
            }
            if (RANDOM.nextInt(4) == 0) {
                String caseId = one(List.copyOf(CASES.keySet()));
                said += " case=" + caseId;
                sql.add(search -> search.linkedTo(caseId) != null);
                java.add(item -> item.all("cases").contains(caseId));
            }
            if (RANDOM.nextInt(4) == 0) {
                Instant first = Instant.parse("2026-11-01T00:00:00Z").plusSeconds(RANDOM.nextInt(2_000_000));
                String from = RANDOM.nextInt(4) == 0 ? null : first.toString();
                String to = RANDOM.nextInt(4) == 0
                        ? null
                        : first.plusSeconds(RANDOM.nextInt(300_000)).toString();
                said += " from=" + from + " to=" + to;
                sql.add(search -> search.begun(from, to) != null);
                java.add(item -> (from == null || item.begunLatest().compareTo(from) >= 0)
                        && (to == null || item.begun().compareTo(to) < 0));
            }
            if (RANDOM.nextInt(6) == 0) {
                said += " desk=unlinked";
                sql.add(search -> search.where(Piles.PILES.get("unlinked")) != null);
                java.add(item -> item.all("cases").isEmpty()
                        && Set.of("verified", "rejected").contains(item.text("state")));
            }
            if (RANDOM.nextInt(6) == 0) {
                said += " mine";
                sql.add(search -> search.mine(person.id()) != null);
                java.add(item -> item.all("owners").contains(person.id())
                        || item.all("handedTo").contains(person.id()));
            }
            if (RANDOM.nextInt(6) == 0) {
                Map<String, Predicate<Made>> own = Map.of(
                        Piles.NAMED, item -> item.all("named").contains(person.id()),
                        Piles.OFFERED,
                                item -> item.item().at("/handover/by").asText().equals(person.id()),
                        Piles.TO_ANSWER, this::answers);
                String name = one(Piles.PERSONAL);
                said += " desk=" + name;
                Piles.Pile pile = Piles.of(name, person).orElseThrow();
                sql.add(search -> search.where(pile.sql(), pile.values().toArray()) != null);
                java.add(own.get(name));
            }
            pile("expired", SearchListIT::isExpired);
            pile("anomalies", SearchListIT::isAnomaly);
        }

        private void pile(String name, Predicate<Made> holds) {
            if (RANDOM.nextInt(6) == 0) {
                said += " desk=" + name;
                sql.add(search -> search.where(Piles.PILES.get(name)) != null);
                java.add(holds);
            }
        }

        private boolean answers(Made item) {
            JsonNode handover = item.item().path("handover");
            String office = handover.path("toUnit").asText().replaceFirst("(00)+$", "");
            return handover.path("to").asText().equals(person.id())
                    || (!office.isEmpty()
                            && person.may(Act.ANSWER_HANDOVER)
                            && person.unitCode().startsWith(office)
                            && !handover.path("by").asText().equals(person.id()));
        }

        private interface Holds {
            boolean test(Made item, String value);
        }

        private void add(String name, String value, String mark, Holds holds) {
            if (RANDOM.nextInt(4) == 0) {
                said += " " + name + "=" + value;
                sql.add(search -> search.marked(mark, value) != null);
                java.add(item -> holds.test(item, value));
            }
        }

        private void addPrefix(String name, String value, String mark, Holds holds) {
            if (RANDOM.nextInt(4) == 0) {
                said += " " + name + "=" + value;
                sql.add(search -> search.beginning(mark, value) != null);
                java.add(item -> holds.test(item, value));
            }
        }

        private static Stream<String> names(Made item) {
            return Stream.concat(
                    Stream.of("fileName", "sender", "officerNo", "onBehalfOf").map(item::text),
                    item.all("cases").stream());
        }

        private static ItemView readable(Made item) {
            try {
                return ItemJson.read(item.item().toString());
            } catch (JsonProcessingException impossible) {
                throw new AssertionError(impossible);
            }
        }

        /** A word of Latin letters is found by its beginning, two Chinese characters as they are. */
        private static boolean isWord(String word, String term) {
            return Character.isIdeographic(word.codePointAt(0)) ? term.equals(word) : term.startsWith(word);
        }

        List<String> expected() {
            return MADE.stream()
                    .filter(item -> sees(person, item) && java.stream().allMatch(one -> one.test(item)))
                    .sorted(comparator(order))
                    .map(Made::id)
                    .toList();
        }

        Search search(ItemOrder.Position behind, int limit) {
            Search search = new Search(SITE, Scope.of(person, Set.of(Act.SEARCH)))
                    .ordered(order, behind)
                    .limit(limit);
            sql.forEach(one -> assertTrue(one.test(search)));
            return search;
        }

        @Override
        public String toString() {
            return person.id() + " " + order + said;
        }
    }

    @Test
    void eachListIsWhatTheRulesSayInItsOrderAndOfItsLength() throws Exception {
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Question question = new Question();
            List<String> expected = question.expected();
            int size = 1 + RANDOM.nextInt(40);
            List<String> listed = new ArrayList<>();
            ItemOrder.Position behind = null;
            do {
                Page page = model.items().page(question.search(behind, size));
                assertTrue(page.items().size() <= size, question.toString());
                listed.addAll(page.items().keySet());
                behind = page.next().map(SearchListIT::cursor).orElse(null);
            } while (behind != null);
            assertEquals(expected, listed, question.toString());
            Outline outline = model.items().outline(question.search(null, 1), size);
            assertEquals(expected.size(), outline.found(), question.toString());
            assertTrue(outline.complete());
            assertEquals(
                    Math.max(0, (expected.size() - 1) / size), outline.pages().size(), question.toString());
            for (int i = 0; i < outline.pages().size(); i++) {
                int from = (i + 1) * size;
                assertEquals(
                        expected.subList(from, Math.min(expected.size(), from + size)),
                        List.copyOf(model.items()
                                .page(question.search(cursor(outline.pages().get(i)), size))
                                .items()
                                .keySet()),
                        question.toString());
            }
            found += expected.size();
        }
        assertTrue(found > ROUNDS * 10, found + " items in all lists");
    }

    /** A position as it comes back from an address. */
    private static ItemOrder.Position cursor(ItemOrder.Position position) {
        return ItemOrder.Position.of(position.cursor()).orElseThrow();
    }

    @Test
    void aPieceIsLookedUpInTheIndexOfWords() throws Exception {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("insert into evidence (id, log, item, words) select 'p' || i, 'site-2', '{}',"
                    + " ('附件:1 ' || i || ':3 mp4:4')::tsvector from generate_series(1, 20000) i");
            statement.execute("set local enable_seqscan = off"); // in a table of short rows it is cheap
            statement.execute("analyze evidence");
            StringBuilder plan = new StringBuilder();
            try (PreparedStatement explain =
                    connection.prepareStatement("explain (analyze) select id from evidence where words @@ ?::tsquery"
                            + " and " + Search.IN_ORDER)) {
                explain.setString(1, SearchTerms.query("附件-12345.m"));
                explain.setString(2, SearchTerms.inOrder("附件-12345.m"));
                try (ResultSet lines = explain.executeQuery()) {
                    while (lines.next()) {
                        plan.append(lines.getString(1)).append('\n');
                    }
                }
            }
            connection.rollback();
            assertTrue(plan.toString().contains("Bitmap Index Scan on evidence_words"), plan.toString());
        }
    }

    /** What an earlier version has written is found by its words alone, until the tables of this version are there. */
    @Test
    void anItemWithoutPlacesIsFoundByItsWords() throws Exception {
        LogName earlier = new LogName("site-3");
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into evidence (id, log, item, words) values"
                    + " ('earlier', 'site-3', '{}', '01 附件'), ('apart', 'site-3', '{}', '01:7 附件:3'),"
                    + " ('beside', 'site-3', '{}', '01:5 附件:3')");
        }
        Search search = new Search(earlier, Scope.EVERYTHING).text("附件-01");
        assertEquals(Set.of("earlier", "beside"), model.items().search(search).keySet());
    }

    @Test
    void whatComesInBetweenNeitherLosesNorDoublesAnItem() throws Exception {
        for (int round = 0; round < 30; round++) {
            Question question = new Question();
            List<String> before = question.expected();
            List<String> listed = new ArrayList<>();
            ItemOrder.Position behind = null;
            do {
                Page page = model.items().page(question.search(behind, 7));
                listed.addAll(page.items().keySet());
                MADE.add(insert());
                behind = page.next().map(SearchListIT::cursor).orElse(null);
            } while (behind != null);
            assertEquals(listed.size(), new HashSet<>(listed).size(), question.toString());
            listed.retainAll(before);
            assertEquals(before, listed, question.toString());
        }
    }
}
