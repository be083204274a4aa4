package org.liuhen.review.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.web.Problem;

/** Reads the parts of requests that several routes share. */
public final class Requests {
    private static final Instant LATEST = Instant.parse("9000-01-01T00:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIST_MAX = 500;
    private static final int REASON_CHARACTERS_MAX = 500;
    private static final int TERMS_MAX = 500;

    private Requests() {}

    /**
     * The item that the address of a request names.
     *
     * @throws Problem with code RV-101 where it is not an evidence ID
     */
    public static EvidenceId itemId(Context context) throws Problem {
        try {
            return new EvidenceId(context.pathParam("id"));
        } catch (IllegalArgumentException invalid) {
            throw new Problem(404, "RV-101", invalid.getMessage());
        }
    }

    /**
     * The body of a request. PostgreSQL has no U+0000 in texts, and nobody writes one.
     *
     * @throws Problem with code RV-105 where it is not JSON, or holds U+0000
     */
    public static JsonNode body(Context request) throws Problem {
        return body(request.bodyAsBytes());
    }

    static JsonNode body(byte[] bytes) throws Problem {
        JsonNode body;
        try {
            body = JSON.readTree(bytes);
        } catch (IOException invalid) {
            throw new Problem(400, "RV-105", "The body is not JSON");
        }
        if (holdsNul(body)) {
            throw new Problem(400, "RV-105", "The body holds a character U+0000. Take it out");
        }
        return body;
    }

    private static boolean holdsNul(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().indexOf('\0') >= 0;
        }
        for (JsonNode part : node) {
            if (holdsNul(part)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The reason for an act, which stands in the record: 1 to {@value #REASON_CHARACTERS_MAX} characters.
     *
     * @param body the body of the request
     * @throws Problem with code RV-106 where there is no such reason
     */
    public static String reason(JsonNode body) throws Problem {
        String reason = body.path("reason").asText().strip();
        if (reason.isEmpty() || reason.length() > REASON_CHARACTERS_MAX) {
            throw new Problem(400, "RV-106", "Say why: a reason has 1 to " + REASON_CHARACTERS_MAX + " characters");
        }
        return reason;
    }

    /**
     * How many items a list shall have: 1 to {@value #LIST_MAX}, and 50 where the request does not say.
     *
     * @throws Problem with code RV-102 where it is another value
     */
    public static int limit(Context context) throws Problem {
        String text = context.queryParam("limit");
        if (text == null) {
            return 50;
        }
        if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > LIST_MAX) {
            throw new Problem(400, "RV-102", "limit is a number from 1 to " + LIST_MAX);
        }
        return Integer.parseInt(text);
    }

    /**
     * A query parameter with an instant of ISO 8601, in UTC; null where it is absent.
     *
     * @throws Problem with code RV-111 where it is not an instant
     */
    public static String instant(Context context, String name) throws Problem {
        String text = context.queryParam(name);
        try {
            return text == null ? null : Instant.parse(text).toString();
        } catch (DateTimeParseException invalid) {
            throw new Problem(400, "RV-111", name + " is an instant such as 2026-11-24T00:00:00Z");
        }
    }

    /**
     * The time zone that the parameter {@code zone} names; the station's where it is absent.
     *
     * @throws Problem with code RV-105 where there is no such zone
     */
    public static ZoneId zone(Context context) throws Problem {
        String name = context.queryParam("zone");
        try {
            return name == null ? ZoneId.systemDefault() : ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw new Problem(400, "RV-105", "zone is a time zone such as Asia/Shanghai");
        }
    }

    /**
     * The moment that a query parameter names: an instant, to the second, or a day; null where it is absent.
     *
     * @param daysLater how many days after the named day its beginning is meant: 1 for the end of that day
     * @throws Problem with code RV-111 where it is neither, or out of the years 1970 to 8999
     */
    public static Instant moment(Context context, String name, ZoneId zone, int daysLater) throws Problem {
        String text = context.queryParam(name);
        if (text == null) {
            return null;
        }
        try {
            Instant moment = text.length() == "2026-11-24".length()
                    ? LocalDate.parse(text)
                            .plusDays(daysLater)
                            .atStartOfDay(zone)
                            .toInstant()
                    : Instant.parse(text).truncatedTo(ChronoUnit.SECONDS);
            if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LATEST)) {
                throw new DateTimeException(text);
            }
            return moment;
        } catch (DateTimeException invalid) {
            throw new Problem(
                    400, "RV-111", name + " is a day such as 2026-11-24, or an instant such as 2026-11-24T00:00:00Z");
        }
    }

    /**
     * The query of a request as it stands in the record: words in documents first, so that nothing pushes them out, then its parameters in the order
     * of their names, at most {@value #TERMS_MAX} characters. The parameter {@code officer} is left out, for it says who asks.
     */
    public static String terms(Context context) {
        String terms = context.queryParamMap().entrySet().stream()
                .filter(parameter -> !parameter.getKey().equals("officer"))
                .map(parameter -> parameter.getKey() + "=" + String.join(",", parameter.getValue()))
                .sorted(Comparator.comparing((String term) -> !term.startsWith("text="))
                        .thenComparing(Comparator.naturalOrder()))
                .collect(Collectors.joining(" "));
        return terms.length() > TERMS_MAX ? terms.substring(0, TERMS_MAX) : terms;
    }
}
