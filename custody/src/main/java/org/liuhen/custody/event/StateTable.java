package org.liuhen.custody.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.liuhen.custody.event.ItemState.Phase;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Units;

/**
 * The state machine as a table, {@code states.json}: for each kind of event what must hold, with the code of the refusal,
 * and what follows. It is data so that every verifier, in whatever language, applies the same table.
 */
public final class StateTable {
    static final StateTable TABLE = read();

    /** What must hold: one of these conditions. The first check of which none holds is the refusal. */
    private record Check(List<Condition> any, String code, String reason) {
        boolean holds(ItemState state, CustodyEvent event) {
            return any.stream().anyMatch(condition -> condition.holds(state, event));
        }
    }

    /** One condition. */
    private record Condition(Kind kind, Set<Phase> phases, String register) {
        private enum Kind {
            /** The item is in one of these phases. */
            PHASE,
            /** The register has the event's key. */
            PRESENT,
            /** The register does not have the event's key. */
            ABSENT,
            /** The register has no key at all. */
            EMPTY,
            /** The actor is not the one whom the register holds for the key. */
            OTHERTHAN,
            /** The actor is the one whom the register holds for the key. */
            SAMEAS,
            /** The actor is of the unit that the register holds for the key, or of one below it. */
            WITHIN
        }

        boolean holds(ItemState state, CustodyEvent event) {
            Map<String, String> open = register == null ? Map.of() : state.register(register);
            Actor actor = event.context().actor();
            String held = open.get(event.key());
            return switch (kind) {
                case PHASE -> phases.contains(state.phase());
                case PRESENT -> open.containsKey(event.key());
                case ABSENT -> !open.containsKey(event.key());
                case EMPTY -> open.isEmpty();
                case OTHERTHAN -> !actor.id().equals(held);
                case SAMEAS -> actor.id().equals(held);
                case WITHIN -> Units.within(actor.unitCode(), held);
            };
        }
    }

    /** What follows: a phase, or a key put into or taken out of a register. */
    private record Effect(Phase phase, String put, boolean actor, String remove) {
        ItemState on(ItemState state, CustodyEvent event) {
            if (phase != null) {
                return state.in(phase);
            }
            String holder = actor ? event.context().actor().id() : event.holder();
            return put != null ? state.with(put, event.key(), holder) : state.without(remove, event.key());
        }
    }

    private record Rule(List<Check> checks, List<Effect> effects) {}

    private final Map<String, Rule> rules = new HashMap<>();

    private StateTable() {}

    /** The state machine: a pure function of state and event. The record job applies it, and every verifier again. */
    public static Decision apply(ItemState state, CustodyEvent event) {
        return TABLE.decide(state, event);
    }

    private Decision decide(ItemState state, CustodyEvent event) {
        Rule rule = rules.get(event.typeName());
        for (Check check : rule.checks()) {
            if (!check.holds(state, event)) {
                return Decision.refuse(check.code(), check.reason());
            }
        }
        ItemState next = state;
        for (Effect effect : rule.effects()) {
            next = effect.on(next, event);
        }
        return Decision.accept(next);
    }

    /** The kinds of event that have a rule. */
    Set<String> kinds() {
        return rules.keySet();
    }

    /** The table itself. */
    static JsonNode json() {
        try (InputStream in = StateTable.class.getResourceAsStream("states.json")) {
            return CanonicalJson.mapper().readTree(in);
        } catch (IOException impossible) {
            throw new IllegalStateException("The table is part of this program", impossible);
        }
    }

    private static StateTable read() {
        StateTable table = new StateTable();
        for (JsonNode rule : json().get("rules")) {
            List<Check> checks = new ArrayList<>();
            rule.get("checks").forEach(check -> checks.add(check(check)));
            List<Effect> effects = new ArrayList<>();
            rule.get("then")
                    .forEach(effect -> effects.add(new Effect(
                            effect.has("phase")
                                    ? Phase.valueOf(effect.get("phase").asText())
                                    : null,
                            effect.path("put").asText(null),
                            effect.path("value").asText().equals("actor"),
                            effect.path("remove").asText(null))));
            table.rules.put(rule.get("event").asText(), new Rule(List.copyOf(checks), List.copyOf(effects)));
        }
        return table;
    }

    private static Check check(JsonNode check) {
        List<Condition> any = new ArrayList<>();
        if (check.has("any")) {
            check.get("any").forEach(one -> any.add(condition(one)));
        } else {
            any.add(condition(check));
        }
        return new Check(
                List.copyOf(any),
                check.get("code").asText(),
                check.get("reason").asText());
    }

    private static Condition condition(JsonNode condition) {
        if (condition.has("phase")) {
            Set<Phase> phases = EnumSet.noneOf(Phase.class);
            condition.get("phase").forEach(phase -> phases.add(Phase.valueOf(phase.asText())));
            return new Condition(Condition.Kind.PHASE, phases, null);
        }
        for (Condition.Kind kind : Condition.Kind.values()) {
            for (var field : condition.properties()) {
                if (field.getKey().equalsIgnoreCase(kind.name())) {
                    return new Condition(kind, Set.of(), field.getValue().asText());
                }
            }
        }
        throw new IllegalStateException("A check of the table has no condition: " + condition);
    }
}
