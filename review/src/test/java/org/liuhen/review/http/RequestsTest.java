package org.liuhen.review.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.web.Problem;

class RequestsTest {
    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void refused(ObjectNode body) {
        assertEquals(
                "RV-106",
                assertThrows(Problem.class, () -> Requests.reason(body)).code());
    }

    @Test
    void aReasonHasOneTo500Characters() throws Problem {
        assertEquals("x", Requests.reason(body().put("reason", " x\n")));
        assertEquals("x".repeat(500), Requests.reason(body().put("reason", "x".repeat(500))));
        refused(body().put("reason", "x".repeat(501)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t\n"})
    void aBlankReasonIsNone(String blank) {
        refused(body().put("reason", blank));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "\u0001",
                "\"\\u0000\"",
                "[1, \"a\\u0000\"]",
                "{\"gapId\": \"\\u0000\"}",
                "{\"a\": {\"b\": [{\"c\": \"x\\u0000\"}]}}"
            })
    void aBodyThatNoQueryTakesIsRefused(String body) {
        assertEquals(
                "RV-105",
                assertThrows(Problem.class, () -> Requests.body(body.getBytes(StandardCharsets.UTF_8)))
                        .code());
    }

    @Test
    void aBodyIsReadAsItIs() throws Problem {
        String text = "{\"reason\":\"\\\\u0000 出警\"}";
        assertEquals(
                "\\u0000 出警",
                Requests.body(text.getBytes(StandardCharsets.UTF_8))
                        .get("reason")
                        .asText());
    }

    @Test
    void whatIsAbsentOrNullIsNoReason() {
        refused(body());
        refused(body().set("reason", body()));
    }
}
