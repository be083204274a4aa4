package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.liuhen.custody.event.CustodyEvent;

/** Changes members of the JSON object of an item. */
final class ItemFields {
    private ItemFields() {}

    /** Sets a member to the text of a value; changes nothing where the value is null. */
    static void put(ObjectNode node, String name, Object value) {
        if (value != null) {
            node.put(name, value.toString());
        }
    }

    /** Sets {@code by} and {@code at}: who did something, and when. */
    static ObjectNode act(ObjectNode node, CustodyEvent event) {
        return node.put("by", event.context().actor().id())
                .put("at", event.context().occurredAt().toString());
    }

    /** Adds a text to an array that does not have it yet. */
    static void add(ObjectNode item, String list, String text) {
        if (!contains(item.path(list), text)) {
            item.withArray(list).add(text);
        }
    }

    /** Removes a member from an object, or a text from an array. Removes the object or array, too, where it is empty then. */
    static void remove(ObjectNode item, String name, String key) {
        JsonNode holder = item.path(name);
        if (holder instanceof ObjectNode keys) {
            keys.remove(key);
        } else if (holder instanceof ArrayNode texts) {
            for (int i = texts.size() - 1; i >= 0; i--) {
                if (texts.get(i).asText().equals(key)) {
                    texts.remove(i);
                }
            }
        }
        if (holder.isEmpty()) {
            item.remove(name);
        }
    }

    /** Whether an array has a text. */
    static boolean contains(JsonNode array, String text) {
        for (JsonNode one : array) {
            if (one.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }
}
