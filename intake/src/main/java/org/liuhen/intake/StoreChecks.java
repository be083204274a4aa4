package org.liuhen.intake;

import java.io.IOException;
import java.time.Instant;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.EvidenceStore.LockProbe;
import org.liuhen.storage.Vault;

/** What is checked of the store before uploads are taken, and the lock once a day after that. */
public final class StoreChecks {
    private static final String TOOL = "intake";

    private final Vault vault;
    private final Feed feed;
    private final LogName site;

    /** Checks the store of this site. */
    public StoreChecks(Vault vault, Feed feed, LogName site) {
        this.vault = vault;
        this.feed = feed;
        this.site = site;
    }

    /**
     * Whether other processes may take uploads of the same site beside this one. On S3 the store is asked to refuse a write whose condition
     * does not hold; where it does not, two processes could acknowledge other bytes for the same offset.
     *
     * @param required whether to throw (VT-206) where it is not so
     */
    public boolean honoursConditionalWrites(boolean required) throws IOException {
        boolean honoured = vault.uploads().shareable();
        if (required && !honoured) {
            throw new IOException(
                    "VT-206 the store writes although the condition of a write does not hold, so this intake must be the only one."
                            + " Use a store that honours If-Match and If-None-Match, or see to it that no other intake runs on these buckets and start with"
                            + " --alone");
        }
        return honoured;
    }

    /**
     * Tries to break the store's lock.
     *
     * @param required whether to throw (VT-204) where the store does not enforce its locks
     */
    public LockProbe probeLock(boolean required) throws IOException {
        LockProbe probe = vault.evidence().probe();
        Metrics.lockTried(probe.enforced());
        if (required && !probe.enforced()) {
            throw new IOException("VT-204 the store does not enforce its locks: " + probe.findings()
                    + ". Use a bucket with Object Lock on a store that enforces it, or start with --worm=not-required");
        }
        return probe;
    }

    /** Puts the findings of a probe on the record. */
    public void record(LockProbe probe) throws FeedUnavailableException {
        Instant now = Instant.now();
        EventContext context = EventContext.of(
                EventContext.idFor(LockProbed.class, site + "/" + now), null, now, Actor.component(TOOL), null, TOOL);
        feed.append(site, new LockProbed(context, probe.store(), probe.enforced(), probe.findings()));
    }
}
