package org.liuhen.intake;

import java.time.Instant;
import java.util.List;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;

/**
 * The events of uploads. Each method that appends returns only after the feed has acknowledged the event, and may be repeated: the
 * event's ID follows from the upload's ID, and the record keeps the first event with one ID.
 */
final class UploadEvents {
    private static final String TOOL = "intake";

    private final Feed.Appender feed;
    private final LogName site;

    /** Appends to the feed of this site. */
    UploadEvents(Feed.Appender feed, LogName site) {
        this.feed = feed;
        this.site = site;
    }

    /** Makes the declaration of an item; it is not appended yet. */
    static Declared declaration(
            EvidenceId id, Instant at, Actor actor, String onBehalfOf, UploadMetadata metadata, long sizeBytes) {
        return new Declared(
                context(Declared.class, id.value(), id, at, actor, onBehalfOf, null),
                metadata.fileName(),
                metadata.mediaType(),
                metadata.sha256(),
                sizeBytes,
                metadata.cases(),
                metadata.capture());
    }

    /** Makes the declaration of a part, which is stored with the part and never appended. */
    static Declared partDeclaration(EvidenceId id, Instant at, Actor actor, long sizeBytes) {
        return new Declared(
                context(Declared.class, id.value(), id, at, actor, null, null),
                new FileName("part"),
                null,
                Declaration.NO_DIGEST,
                sizeBytes,
                List.of(),
                null);
    }

    /** Appends {@code declared}. */
    void declared(Declared declared) throws FeedUnavailableException {
        feed.append(site, declared);
    }

    /**
     * Appends {@code received}.
     *
     * @param seen the digest of all bytes as they arrived, or null where not all of them arrived in this process
     */
    void received(Upload upload, StoredObject object, Sha256Digest seen) throws FeedUnavailableException {
        EvidenceId id = upload.id();
        Declared declared = Declaration.in(upload);
        EventContext from = declared.context();
        feed.append(
                site,
                new Received(
                        context(Received.class, id.value(), id, Instant.now(), from.actor(), from.onBehalfOf(), null),
                        object,
                        declared.sizeBytes(),
                        declared.sha256(),
                        seen,
                        declared.fileName(),
                        declared.cases(),
                        declared.capture()));
    }

    /**
     * Appends what becomes of an upload whose bytes another item has: {@code receivedAgain} and the duplicate's cases for that item,
     * and {@code withdrawn} for the duplicate.
     */
    void receivedAgain(Upload duplicate, Upload original) throws FeedUnavailableException {
        EvidenceId id = duplicate.id();
        EvidenceId item = original.id();
        Declared declared = Declaration.in(duplicate);
        Actor sender = declared.context().actor();
        String officer = declared.context().onBehalfOf();
        Instant now = Instant.now();
        feed.append(
                site,
                new ReceivedAgain(
                        context(ReceivedAgain.class, id.value(), item, now, sender, officer, null),
                        id,
                        declared.sizeBytes(),
                        declared.sha256(),
                        declared.fileName(),
                        declared.capture()));
        for (CaseId caseId : declared.cases()) {
            if (!Declaration.in(original).cases().contains(caseId)) {
                String cause = id + "\n" + caseId.value();
                EventContext context =
                        context(LinkedToCase.class, cause, item, now, sender, officer, "declared as " + id);
                feed.append(site, new LinkedToCase(context, caseId, Basis.DECLARED));
            }
        }
        String reason = "the same bytes are here as " + item;
        feed.append(
                site,
                new Withdrawn(
                        context(Withdrawn.class, id.value(), id, now, sender, officer, reason), declared.sizeBytes()));
    }

    /** Appends {@code withdrawn}; of a part nothing, because the record does not know it. */
    void withdrawn(Upload ended, String reason) throws FeedUnavailableException {
        if (ended.part()) {
            return;
        }
        EvidenceId id = ended.id();
        EventContext declared = Declaration.in(ended).context();
        EventContext context = context(
                Withdrawn.class, id.value(), id, Instant.now(), declared.actor(), declared.onBehalfOf(), reason);
        feed.append(site, new Withdrawn(context, ended.offsetBytes()));
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type,
            String cause,
            EvidenceId id,
            Instant at,
            Actor actor,
            String onBehalfOf,
            String reason) {
        return new EventContext(
                EventContext.idFor(type, cause),
                id,
                at,
                new EventContext.Clock("host", null),
                actor,
                onBehalfOf,
                reason,
                null,
                new EventContext.Instrument(TOOL, EventContext.VERSION));
    }
}
