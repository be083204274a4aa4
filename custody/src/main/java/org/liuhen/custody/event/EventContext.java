package org.liuhen.custody.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Text;

/**
 * What every event says of itself: which act, on which item, when, by whom, why and with what.
 *
 * @param eventId 32 hexadecimal characters derived from the cause, so that a repeated act has the same ID
 * @param evidenceId the item, or null for an act on the log or the store itself
 * @param occurredAt when it happened by the clock that {@code clock} names
 * @param clock whose clock that was and how far it may be off
 * @param actor who did it
 * @param onBehalfOf the person or unit for whom it was done, or null
 * @param purpose why, in the words of the one who asked; null where the act itself is the reason
 * @param authorization the document or rule that allowed it, or null
 * @param instrument the program that did it
 */
public record EventContext(
        String eventId,
        @Nullable EvidenceId evidenceId,
        Instant occurredAt,
        Clock clock,
        Actor actor,
        @Nullable String onBehalfOf,
        @Nullable String purpose,
        @Nullable String authorization,
        Instrument instrument) {

    /** A clock and its stated uncertainty in milliseconds; null where nobody measured it. */
    public record Clock(String source, @Nullable Long uncertaintyMillis) {}

    /** A program and its version. */
    public record Instrument(String tool, String version) {}

    /** The version of this software, as every event states it. */
    public static final String VERSION = "0.1.0";

    /** The longest purpose, in characters (Unicode code points). */
    public static final int PURPOSE_CHARACTERS_MAX = 1_000;

    public EventContext {
        if (!isEventId(eventId)) {
            throw new IllegalArgumentException("An event ID has 32 hexadecimal characters");
        }
        if (occurredAt == null || clock == null || actor == null || instrument == null) {
            throw new IllegalArgumentException("An event names its time, clock, actor and instrument");
        }
        if (purpose != null && Text.length(purpose) > PURPOSE_CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "A purpose has at most " + PURPOSE_CHARACTERS_MAX + " characters; got " + Text.length(purpose));
        }
    }

    private static boolean isEventId(String text) {
        boolean good = text != null && text.length() == 32;
        for (int i = 0; good && i < 32; i++) {
            char c = text.charAt(i);
            good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        return good;
    }

    /** An act of one of our components on one item, timed by the host's clock. */
    public static EventContext of(
            String eventId, EvidenceId evidenceId, Instant occurredAt, Actor actor, String purpose, String tool) {
        return new EventContext(
                eventId,
                evidenceId,
                occurredAt,
                new Clock("host", null),
                actor,
                null,
                purpose,
                null,
                new Instrument(tool, VERSION));
    }

    /**
     * The ID of the event that a cause leads to: the first 128 bits of SHA-256 over type and cause. The same cause gives
     * the same ID however often the act is repeated.
     */
    public static String idFor(Class<? extends CustodyEvent> type, String cause) {
        String text = CustodyEvent.typeName(type) + "\n" + cause;
        return Sha256Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
    }
}
