package org.liuhen.custody.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.EventKinds;
import org.liuhen.custody.event.HostileEvents;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;

/** Every kind of event, from every part and from nobody: it counts only from a part that may make it. */
class PartsTest {
    private static final String LOG = "site-1";
    private static final int EACH = 3;
    private static final Path PAGE = Path.of("../docs/formats/feed.md");

    @TempDir
    Path folder;

    private final Map<Part, PartKey> keys = new HashMap<>();

    private Parts list(String more) throws Exception {
        String list = Parts.listAll(folder, "# the parts of the test\n");
        for (Part part : Part.values()) {
            keys.put(part, PartKey.read(folder, part));
        }
        assertEquals(list, Parts.listAll(folder, "nothing is added twice"));
        return Parts.parse(list + more);
    }

    @Test
    void aListThatIsLostIsNotMadeAnew() throws Exception {
        String list = Parts.listAll(folder, "");
        Path file = folder.resolve("parts/list");
        Files.delete(file);
        for (Part part : Part.values()) { // and with ever fewer keys beside it
            assertLost(() -> Parts.listAll(folder, ""));
            assertLost(() -> Parts.read(folder));
            assertFalse(Files.exists(file));
            Files.move(folder.resolve("parts/" + part.id() + ".pem"), folder.resolve(part.id() + ".pem"));
        }
        for (Part part : Part.values()) {
            Files.move(folder.resolve(part.id() + ".pem"), folder.resolve("parts/" + part.id() + ".pem"));
        }
        Files.writeString(file, list);
        assertEquals(list, Parts.listAll(folder, ""));
        assertEquals(list, Parts.read(folder));
    }

    private static void assertLost(Executable act) {
        String message = assertThrows(IOException.class, act).getMessage();
        assertTrue(message.startsWith("FD-104 ") && message.contains("backup"), message);
    }

    /** A first start that fell when the list was begun, and keys that are made by hand before it: neither is a list that is lost. */
    @Test
    void aListThatWasBegunIsFinished() throws Exception {
        Files.createDirectories(folder.resolve("parts"));
        Files.writeString(folder.resolve("parts/list"), "unsigned site-1 7\n");
        PartKey.readOrCreate(folder, Part.INTAKE);
        String list = Parts.listAll(folder, "unsigned site-1 9\n");
        assertTrue(list.startsWith("unsigned site-1 7\npart intake+"), list);
        assertEquals(1 + Part.values().length, list.lines().count());
    }

    @Test
    void aListFitsAFeedThatWasWrittenAgain() throws Exception {
        Parts.listAll(folder, "# as it was\nunsigned site-1 100\nunsigned site-2 3\n");
        Path file = folder.resolve("parts/list");
        PartKey gone = PartKey.readOrCreate(folder.resolve("gone"), Part.REVIEW);
        String key = gone.line().substring("part ".length());
        Files.writeString(
                file, Files.readString(file) + gone.line() + "\n  ended " + key + " site-1 90 # it was stolen\n");
        String before = Files.readString(file);
        Parts.restored(folder, Map.of(LOG, 250L));
        Parts parts = Parts.parse(Parts.read(folder));
        byte[] event = {1};
        assertEquals(Parts.UNSIGNED, parts.whoFed(LOG, event, null, 249));
        assertEquals(Parts.NOBODY, parts.whoFed(LOG, event, null, 250));
        assertEquals(Parts.NOBODY, parts.whoFed("site-2", event, null, 0));
        assertEquals(Parts.NOBODY, parts.whoFed(LOG, event, gone.sign(LOG, event), 250));
        assertEquals(
                "review",
                parts.whoFed(LOG, event, PartKey.read(folder, Part.REVIEW).sign(LOG, event), 250));
        assertEquals(
                "review", parts.whoFed("site-2", event, gone.sign("site-2", event), 0), "it ended in one log only");
        assertTrue(Parts.read(folder).startsWith("# as it was\n"));
        try (Stream<Path> kept = Files.list(folder.resolve("parts"))) {
            Path old = kept.filter(one -> one.getFileName().toString().startsWith("list.before-"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(before, Files.readString(old));
        }
        Parts.restored(folder, Map.of(LOG, 300L)); // a restored feed can be lost as well
        assertEquals(Parts.UNSIGNED, Parts.parse(Parts.read(folder)).whoFed(LOG, event, null, 299));
    }

    /** Some well-formed events of every kind, at all extremes. */
    private static List<CustodyEvent> events() {
        Map<String, Integer> each = new HashMap<>();
        return new HostileEvents(20_261_127, new LogName(LOG))
                .events(3_000).stream()
                        .flatMap(bytes -> {
                            try {
                                return List.of(CanonicalJson.decode(bytes)).stream();
                            } catch (MalformedEventException malformed) {
                                return List.<CustodyEvent>of().stream();
                            }
                        })
                        .filter(event -> each.merge(
                                        event.typeName()
                                                + event.context().actor().kind(),
                                        1,
                                        Integer::sum)
                                <= EACH)
                        .toList();
    }

    @Test
    void anEventCountsOnlyFromAPartThatMayMakeIt() throws Exception {
        Parts parts = list("");
        PartKey foreign = PartKey.readOrCreate(folder.resolve("foreign"), Part.REVIEW);
        TreeSet<String> counted = new TreeSet<>();
        int looked = 0;
        for (CustodyEvent event : events()) {
            byte[] bytes = CanonicalJson.encode(event);
            byte[] right = keys.get(Part.REVIEW).sign(LOG, bytes);
            byte[] flipped = right.clone();
            flipped[looked % flipped.length] ^= 1;
            for (byte[] bad : Arrays.asList(
                    null,
                    new byte[0],
                    Arrays.copyOf(right, 67),
                    Arrays.copyOf(right, 69),
                    flipped,
                    foreign.sign(LOG, bytes),
                    keys.get(Part.REVIEW).sign("site-2", bytes))) {
                assertFalse(Parts.counts(parts.whoFed(LOG, bytes, bad, 7), event));
            }
            for (Part part : Part.values()) {
                String who = parts.whoFed(LOG, bytes, keys.get(part).sign(LOG, bytes), 7);
                assertEquals(part.id(), who);
                boolean counts = Parts.counts(who, event);
                assertTrue(!counts || part.kinds().contains(event.typeName()), event.typeName());
                if (counts) {
                    counted.add(part.id() + " " + event.typeName());
                    assertTrue(
                            part != Part.INGEST_JOB || event.context().actor().kind() == Actor.Kind.COMPONENT);
                    assertTrue(!(event instanceof LinkedToCase link)
                            || part != Part.INTAKE
                            || link.basis() == CustodyEvent.Basis.DECLARED);
                }
                looked++;
            }
        }
        // Each kind that a part may make was seen to count from it, so nothing above passed for want of events.
        assertEquals(
                Arrays.stream(Part.values())
                        .flatMap(part -> part.kinds().stream().map(kind -> part.id() + " " + kind))
                        .collect(Collectors.toCollection(TreeSet::new)),
                counted);
    }

    @Test
    void eachKindOfEventHasAPartThatMakesIt() {
        TreeSet<String> all =
                EventKinds.all().stream().map(CustodyEvent::typeName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                all,
                Arrays.stream(Part.values())
                        .flatMap(part -> part.kinds().stream())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void thePageSaysWhoMakesWhat() throws Exception {
        StringBuilder table = new StringBuilder();
        for (Part part : Part.values()) {
            table.append("| `" + part.id() + "` | " + String.join(", ", part.kinds()) + " |\n");
        }
        if (Boolean.getBoolean("liuhen.write")) {
            String page = Files.readString(PAGE);
            Files.writeString(PAGE, page.replaceAll("(?s)\\| `intake`.*\\| `record-job`[^\n]*\n", table.toString()));
        }
        assertTrue(Files.readString(PAGE).contains(table), "mvn test -pl custody -Dtest=PartsTest -Dliuhen.write=true");
    }

    @Test
    void keysCountForTheirLogAndUntilTheyEnd() throws Exception {
        PartKey key = PartKey.readOrCreate(folder.resolve("other"), Part.REVIEW);
        Parts parts =
                list(key.line() + " site-2\nended " + key.signer().verifier() + " site-2 100\nunsigned site-1 10");
        byte[] event = {'{', '}'};
        assertEquals("review", parts.whoFed("site-2", event, key.sign("site-2", event), 99));
        assertEquals("", parts.whoFed("site-2", event, key.sign("site-2", event), 100));
        assertEquals("", parts.whoFed("site-1", event, key.sign("site-1", event), 99));
        assertEquals(Parts.UNSIGNED, parts.whoFed("site-1", event, null, 9));
        assertEquals("", parts.whoFed("site-1", event, null, 10));
        assertEquals("", parts.whoFed("site-2", event, null, 0));
    }

    @Test
    void aLineThatIsNotUnderstoodIsAnError() throws Exception {
        String key = PartKey.readOrCreate(folder, Part.INTAKE).line().substring("part ".length());
        for (String wrong : new String[] {
            "parts " + key,
            "part",
            "part intake",
            "part " + key + " ../x",
            "part " + key + " site-1 more",
            "part " + key.replace("intake", "intakes"),
            "ended " + key,
            "ended " + key + " site-1 -1",
            "ended " + key + " site-1 1\nended " + key + " site-1 2",
            "unsigned site-1",
            "unsigned site-1 99999999999999999999",
            "unsigned site-1 1\nunsigned site-1 2"
        }) {
            IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> Parts.parse(wrong));
            assertTrue(error.getMessage().startsWith("FD-103 line "), error.getMessage());
        }
    }
}
