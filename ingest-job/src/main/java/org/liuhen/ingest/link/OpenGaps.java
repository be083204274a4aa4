package org.liuhen.ingest.link;

import java.time.Instant;
import java.util.Optional;
import org.apache.flink.api.common.state.MapState;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.feed.Part;

/** The gaps of a log that were found and are not closed, and the events that open and close one. */
final class OpenGaps {
    static final Actor FINDER = Actor.component("gaps");

    private final MapState<String, Boolean> open;

    OpenGaps(MapState<String, Boolean> open) {
        this.open = open;
    }

    /** The ID of a gap: an item or an incident has one of each kind. */
    static String id(GapKind kind, String subject) {
        return kind + " " + subject;
    }

    /**
     * Opens a gap.
     *
     * @param item the item that the gap is about, or null for one about an incident
     * @param sinceMillis since when something is missing, in milliseconds since 1970
     * @param finding what is missing, in words
     * @param cause the ID of the event, or the minute, for which the gap was looked for
     * @return the event to feed; nothing where the gap is open already
     */
    Optional<CustodyEvent> find(
            GapKind kind, String subject, EvidenceId item, long sinceMillis, String finding, String cause)
            throws Exception {
        String gapId = id(kind, subject);
        if (open.contains(gapId)) {
            return Optional.empty();
        }
        open.put(gapId, true);
        EventContext context = context(GapFound.class, cause, gapId, item, null);
        return Optional.of(new GapFound(context, gapId, kind, Instant.ofEpochMilli(sinceMillis), finding));
    }

    /**
     * Closes a gap.
     *
     * @param why why it is none any more, in words
     * @return the event to feed; nothing where the gap is not open
     */
    Optional<CustodyEvent> close(String gapId, EvidenceId item, String why, String cause) throws Exception {
        if (!open.contains(gapId)) {
            return Optional.empty();
        }
        open.remove(gapId);
        return Optional.of(new GapClosed(context(GapClosed.class, cause, gapId, item, why), gapId));
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, String cause, String gapId, EvidenceId item, String purpose) {
        return EventContext.of(
                EventContext.idFor(type, cause + "\n" + gapId),
                item,
                Instant.now(),
                FINDER,
                purpose,
                Part.INGEST_JOB.id());
    }
}
