package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.ItemState.Phase;
import org.liuhen.custody.evidence.LogName;

/** Random sequences of events: the state machine does what {@code states.json} says, read here by another reader. */
class StatePropertiesTest {
    private static final JsonNode TABLE = StateTable.json();
    private static final List<String> UNITS = List.of("110105", "11010500", "11010501", "110106", "1101", "0000");
    private static final List<List<String>> BEGINNINGS = List.of(
            List.of(),
            List.of("declared"),
            List.of("declared", "withdrawn"),
            List.of("declared", "received"),
            List.of("declared", "received", "verified"),
            List.of("declared", "received", "rejected"),
            List.of("declared", "received", "verified", "sealed"),
            List.of("declared", "received", "verified", "handoverOfferedToUnit"));

    /** What the table says of one item, without the classes of the program. */
    private static final class Model {
        private String phase = "NONE";
        private final SortedMap<String, SortedMap<String, String>> open = new TreeMap<>();

        /** The code of the refusal, or null; only what is not refused changes anything. */
        String apply(JsonNode event) {
            JsonNode rule = null;
            for (JsonNode one : TABLE.get("rules")) {
                rule = one.get("event").equals(event.get("eventType")) ? one : rule;
            }
            String actor = event.at("/context/actor/id").textValue();
            String key =
                    rule.has("key") ? event.get(rule.get("key").textValue()).textValue() : "";
            for (JsonNode check : rule.get("checks")) {
                if (!holds(check, key, event.at("/context/actor"))) {
                    return check.get("code").textValue();
                }
            }
            for (JsonNode effect : rule.get("then")) {
                if (effect.has("phase")) {
                    phase = effect.get("phase").textValue();
                } else if (effect.has("put")) {
                    String value = effect.get("value").textValue();
                    open.computeIfAbsent(effect.get("put").textValue(), register -> new TreeMap<>())
                            .put(
                                    key,
                                    value.equals("actor")
                                            ? actor
                                            : event.get(value).textValue());
                } else {
                    String register = effect.get("remove").textValue();
                    register(register).remove(key);
                    open.values().removeIf(Map::isEmpty);
                }
            }
            return null;
        }

        private SortedMap<String, String> register(String name) {
            return open.getOrDefault(name, new TreeMap<>());
        }

        private boolean holds(JsonNode check, String key, JsonNode who) {
            if (check.has("any")) {
                for (JsonNode one : check.get("any")) {
                    if (holds(one, key, who)) {
                        return true;
                    }
                }
                return false;
            }
            String actor = who.get("id").textValue();
            if (check.has("within")) {
                String office = register(check.get("within").textValue()).getOrDefault(key, "00");
                String unit = who.path("unitCode").asText("00");
                String zeros = "(00)*$";
                return !office.replaceFirst(zeros, "").isEmpty()
                        && unit.replaceFirst(zeros, "").startsWith(office.replaceFirst(zeros, ""));
            }
            if (check.has("phase")) {
                for (JsonNode one : check.get("phase")) {
                    if (one.textValue().equals(phase)) {
                        return true;
                    }
                }
                return false;
            }
            if (check.has("present")) {
                return register(check.get("present").textValue()).containsKey(key);
            }
            if (check.has("absent")) {
                return !register(check.get("absent").textValue()).containsKey(key);
            }
            if (check.has("empty")) {
                return register(check.get("empty").textValue()).isEmpty();
            }
            if (check.has("otherThan")) {
                return !actor.equals(
                        register(check.get("otherThan").textValue()).get(key));
            }
            return actor.equals(register(check.get("sameAs").textValue()).get(key));
        }
    }

    private static String typeOf(Random random) {
        List<Class<? extends CustodyEvent>> kinds = EventKinds.all();
        return CustodyEvent.typeName(kinds.get(random.nextInt(kinds.size())));
    }

    /** An event of this kind by one of three persons, about one of two keys. */
    private static ObjectNode event(String type, HostileEvents all, Random random) {
        Class<? extends CustodyEvent> kind = EventKinds.all().stream()
                .filter(one -> CustodyEvent.typeName(one).equals(type))
                .findFirst()
                .orElseThrow();
        ObjectNode event = all.good(kind);
        ((ObjectNode) event.at("/context/actor")).put("id", "person " + random.nextInt(3));
        for (JsonNode rule : TABLE.get("rules")) {
            if (rule.get("event").textValue().equals(type) && rule.has("key")) {
                event.put(rule.get("key").textValue(), "key " + random.nextInt(2));
            }
        }
        if (event.has("to")) {
            event.put("to", "person " + random.nextInt(3));
        }
        if (event.has("toUnit")) {
            event.put("toUnit", UNITS.get(random.nextInt(UNITS.size())));
        }
        ((ObjectNode) event.at("/context/actor")).put("unitCode", UNITS.get(random.nextInt(UNITS.size())));
        return event;
    }

    @Property
    void theStateMachineDoesWhatTheTableSays(@ForAll @IntRange(min = 0, max = 7) int beginning, @ForAll Random random)
            throws MalformedEventException {
        HostileEvents all = new HostileEvents(random.nextLong(), new LogName("site-1"));
        Model model = new Model();
        ItemState state = ItemState.NOTHING;
        for (int step = 0; step < 40; step++) {
            List<String> first = BEGINNINGS.get(beginning);
            ObjectNode tree = event(step < first.size() ? first.get(step) : typeOf(random), all, random);
            CustodyEvent event = CanonicalJson.decode(CanonicalJson.canonical(tree));
            for (int time = 0; time < 1 + random.nextInt(2); time++) {
                String before = state.toText();
                String code = model.apply(tree);
                Decision decision = StateTable.apply(state, event);
                assertEquals(code, decision.code(), () -> tree + " after " + before);
                assertEquals(decision, StateTable.apply(state, event), "the same event in the same state");
                assertEquals(before, state.toText(), "a state does not change");
                assertEquals(code == null, decision.accepted());
                state = decision.accepted() ? decision.next() : state;
                assertEquals(Phase.valueOf(model.phase), state.phase());
                assertEquals(model.open, state.open());
                assertEquals(state, ItemState.parse(state.toText()));
            }
        }
    }
}
