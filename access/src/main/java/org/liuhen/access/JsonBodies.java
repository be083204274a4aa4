package org.liuhen.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import org.liuhen.web.Problem;

/** Reads the JSON objects that requests carry, and writes those of answers. */
public final class JsonBodies {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int BYTES_MAX = 16 << 10;

    private JsonBodies() {}

    /** The JSON object of a request's body, of at most 16 KiB. IN-105: it is none. */
    static JsonNode read(Context context) throws IOException, Problem {
        return read(context, BYTES_MAX);
    }

    /** The JSON object of a request's body. What is beyond {@code bytesMax} is not read. IN-105: the body is no JSON object. */
    public static JsonNode read(Context context, int bytesMax) throws IOException, Problem {
        try {
            JsonNode body = JSON.readTree(context.bodyInputStream().readNBytes(bytesMax));
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException notJson) {
            // the same refusal as for JSON that is no object
        }
        throw new Problem(400, "IN-105", "The body must be one JSON object of at most " + bytesMax + " bytes");
    }

    /** Answers with this object, which no cache may keep. */
    static void answer(Context context, ObjectNode answer) {
        context.header("Cache-Control", "no-store");
        context.contentType("application/json").result(answer.toString());
    }
}
