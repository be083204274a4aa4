package org.liuhen.intake;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Uploads;
import org.liuhen.web.Problem;
import org.liuhen.web.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Declares uploads: first in the vault, then on the record. What was counted for one that fails is given back. */
final class Declarations {
    private static final Logger LOG = LoggerFactory.getLogger(Declarations.class);

    private final Uploads store;
    private final LogName site;
    private final UploadEvents events;
    private final Admission admission;
    private final SecureRandom random = new SecureRandom();

    Declarations(Uploads store, LogName site, UploadEvents events, Admission admission) {
        this.store = store;
        this.site = site;
        this.events = events;
        this.admission = admission;
    }

    /** Declares an item. It is durable, and its declaration is on the record, when this returns. */
    EvidenceId declare(Sender sender, UploadMetadata metadata, long sizeBytes)
            throws IOException, FeedUnavailableException, Problem {
        return declareItem(sender, metadata, sizeBytes, null);
    }

    /**
     * Declares an item that is made of parts. Its bytes were counted when the parts were declared.
     *
     * @param concat the client's {@code Upload-Concat}, which answers repeat
     */
    EvidenceId declareConcatenation(Sender sender, UploadMetadata metadata, long sizeBytes, String concat)
            throws IOException, FeedUnavailableException, Problem {
        return declareItem(sender, metadata, sizeBytes, concat);
    }

    private EvidenceId declareItem(Sender sender, UploadMetadata metadata, long sizeBytes, String concat)
            throws IOException, FeedUnavailableException, Problem {
        Actor actor = sender.actor(metadata.capture());
        AtomicInteger unfinished = admission.requireMayDeclare(sender, actor, sizeBytes);
        Instant now = Instant.now();
        EvidenceId id = EvidenceId.create(now, random);
        Declared declared =
                UploadEvents.declaration(id, now, actor, sender.onBehalfOf(metadata.capture()), metadata, sizeBytes);
        UploadInfo info = Declaration.of(site, declared, concat, metadata.sent());
        if (concat == null) {
            admission.countDeclared(sender, actor.id(), sizeBytes);
        }
        boolean opened = false;
        try {
            store.declare(info);
            events.declared(declared);
            opened = true;
        } finally {
            if (!opened) {
                discard(id);
                if (concat == null) {
                    admission.countDeclared(sender, actor.id(), -sizeBytes);
                }
            }
        }
        unfinished.incrementAndGet();
        Metrics.Step.DECLARED.count(sizeBytes);
        MDC.put(Traces.ITEM, id.value());
        return id;
    }

    /**
     * Declares a part of another upload. It is no evidence: it has no digest, the record does not know it, and it is removed when an item
     * was made of it, or when it expires.
     *
     * @param metadata the client's {@code Upload-Metadata}, which answers repeat, or null
     */
    EvidenceId declarePart(Sender sender, Actor actor, long sizeBytes, String metadata) throws IOException, Problem {
        AtomicInteger unfinished = admission.requireMayDeclare(sender, actor, sizeBytes);
        Instant now = Instant.now();
        EvidenceId id = EvidenceId.create(now, random);
        Declared declared = UploadEvents.partDeclaration(id, now, actor, sizeBytes);
        UploadInfo info = Declaration.of(site, declared, UploadInfo.PARTIAL, metadata);
        admission.countDeclared(sender, actor.id(), sizeBytes);
        boolean opened = false;
        try {
            store.declare(info);
            opened = true;
        } finally {
            if (!opened) {
                discard(id);
                admission.countDeclared(sender, actor.id(), -sizeBytes);
            }
        }
        unfinished.incrementAndGet();
        return id;
    }

    /** Removes an upload whose ID its client never learns. Where that fails, it is removed when it expires. */
    private void discard(EvidenceId id) {
        try {
            store.discard(site, id);
        } catch (IOException | RuntimeException away) {
            LOG.warn("{} was not opened and is not removed yet: {}", id, away.getMessage());
        }
    }
}
