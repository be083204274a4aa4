package org.liuhen.ingest;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.EvidenceStore.Seal;
import org.liuhen.storage.Vault;

/** Seal: retention is set on the object version and read back. */
final class SealFunction extends StorageFunction<Received> {
    private final int retentionDays;

    SealFunction(JobSettings settings) {
        super(settings, Received.class);
        this.retentionDays = settings.retentionDays();
    }

    @Override
    protected String stepName() {
        return "seal";
    }

    /** An item whose bytes could not be read back is not sealed: its content is unknown. */
    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, Received received) throws IOException {
        CustodyEvent verdict = verdict(item);
        if (verdict == null) {
            return item;
        }
        Sha256Digest readBack =
                verdict instanceof Verified verified ? verified.sha256() : ((Rejected) verdict).sha256();
        if (readBack == null) {
            return putAside(item, received, "VT-104", "There are no bytes to seal: the stored object is missing");
        }
        // Counted from the declaration, so that a repeated seal asks for the same day.
        Instant until = received.context()
                .evidenceId()
                .declaredAt()
                .truncatedTo(ChronoUnit.SECONDS)
                .plus(retentionDays, ChronoUnit.DAYS);
        Seal seal = vault.evidence().seal(received.object(), until);
        return item.with(new Sealed(
                context(Sealed.class, received),
                received.object(),
                received.sizeBytes(),
                readBack,
                seal.retainUntil(),
                seal.enforcement()));
    }

    /** The result of the verify step, or null where it could not read the bytes. */
    private static CustodyEvent verdict(ItemOnItsWay item) throws IOException {
        try {
            for (byte[] event : item.events()) {
                CustodyEvent verdict = CanonicalJson.decode(event);
                if (verdict instanceof Verified || verdict instanceof Rejected) {
                    return verdict;
                }
            }
        } catch (MalformedEventException impossible) {
            throw new IOException("An event of a step before cannot be read", impossible);
        }
        return null;
    }

    private static EventContext context(Class<? extends CustodyEvent> type, Received received) {
        return EventContext.of(
                EventContext.idFor(type, received.context().eventId()),
                received.context().evidenceId(),
                Instant.now(),
                Actor.component("seal"),
                null,
                Part.INGEST_JOB.id());
    }
}
