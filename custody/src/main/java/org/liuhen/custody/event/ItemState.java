package org.liuhen.custody.event;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.liuhen.custody.evidence.CaseId;

/**
 * Where an item stands on its way, as far as it decides what may happen next.
 *
 * @param phase how far its bytes have come
 * @param open what is open on the item: per register, such as {@code cases} or {@code exports}, each key with the one who
 *     may go on with it
 */
public record ItemState(Phase phase, SortedMap<String, SortedMap<String, String>> open) {
    /** How far an item's bytes have come. */
    public enum Phase {
        NONE,
        DECLARED,
        WITHDRAWN,
        RECEIVED,
        VERIFIED,
        REJECTED,
        DISPOSED
    }

    /** An item of which nothing is known. */
    public static final ItemState NOTHING = new ItemState(Phase.NONE, new TreeMap<>());

    /** The cases that the item is linked to now. */
    public Set<CaseId> cases() {
        return register("cases").keySet().stream().map(CaseId::new).collect(Collectors.toSet());
    }

    /** Whether retention was set and read back. */
    public boolean isSealed() {
        return !register("sealed").isEmpty();
    }

    /** What is open of this kind: each key with the one who may go on with it. */
    public Map<String, String> register(String name) {
        return open.getOrDefault(name, new TreeMap<>());
    }

    /** In one text that a job can keep: the phase, then a line for each open key: register, key and holder, percent-encoded. */
    public String toText() {
        StringJoiner lines = new StringJoiner("\n").add(phase.name());
        open.forEach((register, keys) -> keys.forEach((key, holder) -> lines.add(register + " "
                + URLEncoder.encode(key, StandardCharsets.UTF_8) + " "
                + URLEncoder.encode(holder, StandardCharsets.UTF_8))));
        return lines.toString();
    }

    /** From what {@link #toText} made. */
    public static ItemState parse(String text) {
        String[] lines = text.split("\n", -1);
        SortedMap<String, SortedMap<String, String>> open = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] words = lines[i].split(" ", -1);
            open.computeIfAbsent(words[0], register -> new TreeMap<>())
                    .put(
                            URLDecoder.decode(words[1], StandardCharsets.UTF_8),
                            URLDecoder.decode(words[2], StandardCharsets.UTF_8));
        }
        return new ItemState(Phase.valueOf(lines[0]), open);
    }

    ItemState in(Phase next) {
        return new ItemState(next, open);
    }

    ItemState with(String register, String key, String holder) {
        SortedMap<String, SortedMap<String, String>> next = new TreeMap<>(open);
        SortedMap<String, String> keys = new TreeMap<>(register(register));
        keys.put(key, holder);
        next.put(register, keys);
        return new ItemState(phase, next);
    }

    ItemState without(String register, String key) {
        SortedMap<String, SortedMap<String, String>> next = new TreeMap<>(open);
        SortedMap<String, String> keys = new TreeMap<>(register(register));
        keys.remove(key);
        next.put(register, keys);
        if (keys.isEmpty()) {
            next.remove(register);
        }
        return new ItemState(phase, next);
    }
}
