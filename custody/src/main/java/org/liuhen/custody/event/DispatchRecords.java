package org.liuhen.custody.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.Sha256Digest;

/** Dispatch records as a command centre's system sends them, and the events that they become. */
public final class DispatchRecords {
    /** The Kafka topic into which a command centre's system writes its records as JSON, keyed by the name of the site's log. */
    public static final String TOPIC = "dispatch.records";

    /** The names that a record has; {@code incidentNo} and {@code dispatchedAt} must be there. */
    public static final List<String> NAMES =
            List.of("incidentNo", "revision", "unitCode", "officerNos", "deviceSerials", "dispatchedAt", "clearedAt");

    private static final Set<String> LISTS = Set.of("officerNos", "deviceSerials");

    private DispatchRecords() {}

    /** The record that these bytes of JSON say. An {@link IllegalArgumentException} says what is wrong with them. */
    public static DispatchRecord read(byte[] json) {
        try {
            return read(CanonicalJson.mapper().readTree(json));
        } catch (IOException wrong) {
            throw new IllegalArgumentException("Not JSON: " + CanonicalJson.firstLine(wrong), wrong);
        }
    }

    /** The record that this JSON object says. An {@link IllegalArgumentException} says what is wrong with it. */
    public static DispatchRecord read(JsonNode object) {
        if (object == null || !object.isObject()) {
            throw new IllegalArgumentException("A dispatch record is a JSON object");
        }
        for (var member : object.properties()) {
            if (!NAMES.contains(member.getKey())) {
                throw new IllegalArgumentException(
                        "A dispatch record has no member " + member.getKey() + "; it has " + String.join(", ", NAMES));
            }
            boolean fits = LISTS.contains(member.getKey())
                    ? member.getValue().isArray()
                    : member.getKey().equals("revision")
                            ? member.getValue().canConvertToExactIntegral()
                                    && member.getValue().canConvertToLong()
                            : member.getValue().isTextual();
            if (!fits && !member.getValue().isNull()) {
                throw new IllegalArgumentException(member.getKey() + " is "
                        + (LISTS.contains(member.getKey())
                                ? "a list of texts"
                                : member.getKey().equals("revision") ? "a whole number from 0 to 2^53" : "a text"));
            }
        }
        if (!object.path("incidentNo").isTextual()) {
            throw new IllegalArgumentException("incidentNo is missing: the number of the incident report");
        }
        return new DispatchRecord(
                new CaseId(object.get("incidentNo").asText()),
                object.path("revision").asLong(0),
                object.path("unitCode").asText(null),
                texts(object, "officerNos"),
                texts(object, "deviceSerials"),
                time(object, "dispatchedAt"),
                time(object, "clearedAt"));
    }

    private static List<String> texts(JsonNode object, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : object.path(name)) {
            if (!text.isTextual()) {
                throw new IllegalArgumentException(name + " is a list of texts");
            }
            texts.add(text.asText());
        }
        return texts;
    }

    private static Instant time(JsonNode object, String name) {
        if (!object.path(name).isTextual()) {
            return null;
        }
        String text = object.get(name).asText();
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException(
                    name + " is a time with its zone (RFC 3339), such as 2026-11-25T08:00:00+08:00; got " + text,
                    wrong);
        }
    }

    /** The event that a record becomes. The same record becomes the same event however often it comes. */
    public static DispatchRecorded event(DispatchRecord dispatch, Actor actor, String tool) {
        byte[] canonical = CanonicalJson.canonical(CanonicalJson.mapper().valueToTree(dispatch));
        return new DispatchRecorded(
                EventContext.of(
                        EventContext.idFor(
                                DispatchRecorded.class,
                                Sha256Digest.of(canonical).hex()),
                        null,
                        Instant.now(),
                        actor,
                        null,
                        tool),
                dispatch);
    }
}
