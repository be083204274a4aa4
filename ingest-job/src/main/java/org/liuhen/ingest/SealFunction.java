package org.liuhen.ingest;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Vault;
import org.liuhen.storage.Vault.Seal;
import org.liuhen.storage.VaultException;

/** Seal: retention is set on the object version and read back. */
final class SealFunction extends StorageFunction<Received> {
    private final int retentionDays;

    SealFunction(JobSettings settings) {
        super(settings, Received.class);
        this.retentionDays = settings.retentionDays();
    }

    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, Received received) throws IOException {
        // Counted from the declaration, so that a repeated seal asks for the same day.
        Instant until = received.context()
                .evidenceId()
                .declaredAt()
                .truncatedTo(ChronoUnit.SECONDS)
                .plus(retentionDays, ChronoUnit.DAYS);
        try {
            Seal seal = vault.seal(received.object(), until);
            return item.with(new Sealed(
                    context(Sealed.class, received),
                    received.object(),
                    received.sizeBytes(),
                    readBack(item),
                    seal.retainUntil(),
                    seal.enforcement()));
        } catch (VaultException failed) {
            if (failed.retryable()) {
                throw failed;
            }
            return item.with(new Refused(
                    context(Refused.class, received),
                    "sealed",
                    Sha256Digest.of(item.cause()),
                    failed.code(),
                    failed.getMessage()));
        }
    }

    /** The digest that the verify step found, whether it was the declared one or not. */
    private static Sha256Digest readBack(ItemOnItsWay item) throws IOException {
        try {
            for (byte[] event : item.events()) {
                CustodyEvent verdict = CanonicalJson.decode(event);
                if (verdict instanceof Verified verified) {
                    return verified.sha256();
                }
                if (verdict instanceof Rejected rejected) {
                    return rejected.sha256();
                }
            }
        } catch (MalformedEventException impossible) {
            throw new IOException("An event of a step before cannot be read", impossible);
        }
        throw new IllegalStateException("No item is sealed before its bytes were read back");
    }

    private static EventContext context(Class<? extends CustodyEvent> type, Received received) {
        return EventContext.of(
                EventContext.idFor(type, received.context().eventId()),
                received.context().evidenceId(),
                Instant.now(),
                Actor.component("seal"),
                null,
                "ingest-job");
    }
}
