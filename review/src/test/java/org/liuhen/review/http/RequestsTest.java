package org.liuhen.review.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    @Test
    void whatIsAbsentOrNullIsNoReason() {
        refused(body());
        refused(body().set("reason", body()));
    }
}
