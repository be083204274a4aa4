package org.liuhen.review.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.util.Map;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemView;

/** Writes the answers that several routes share. */
public final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    /** Answers with a JSON object that nobody stores. */
    public static void json(Context context, ObjectNode answer) {
        context.header("Cache-Control", "no-store");
        context.contentType("application/json").result(answer.toString());
    }

    /** An item as the API shows it, with its ID as last member. */
    public static ObjectNode item(String id, ItemView item) {
        return ItemJson.write(item).put("id", id);
    }

    /**
     * Items as the API lists them: an object whose member {@code evidence} is an array with an object for each item, in the order of the map.
     *
     * @param items the items, by ID; each gets its ID as member {@code id}
     */
    public static ObjectNode items(Map<String, ItemView> items) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("evidence");
        items.forEach((id, item) -> list.add(item(id, item)));
        return answer;
    }
}
