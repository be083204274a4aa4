package org.liuhen.intake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Vault;
import org.liuhen.storage.directory.DirectoryVault;
import org.liuhen.web.Problem;

/** The upload side of one process over a real vault in a folder, with a feed that keeps its events in memory. */
final class UploadFixture implements Feed.Appender, AutoCloseable {
    static final LogName SITE = new LogName("site-1");
    static final Actor OFFICER = new Actor(Actor.Kind.OFFICER, "110023", null, "claimed");
    static final UploadLimits LIMITS = new UploadLimits(1_000_000, Duration.ofDays(7), 2, 100, 1_000_000);

    final Vault vault;
    final List<CustodyEvent> events = Collections.synchronizedList(new ArrayList<>());
    final Set<Class<? extends CustodyEvent>> unavailableFor = Collections.synchronizedSet(new HashSet<>());
    final AtomicInteger released = new AtomicInteger();
    final Admission admission = new Admission(LIMITS);
    final RunningDigests digests = new RunningDigests();
    final UploadEvents uploadEvents = new UploadEvents(this, SITE);
    final StripedLocks locks = new StripedLocks();
    final Duplicates duplicates;
    final UploadCompletion completion;
    final UploadSession.Services services;
    final ActiveSessions active = new ActiveSessions(admission, 0);
    final UploadLookup lookup;
    final SessionFactory sessions;
    final UploadTermination termination;
    final Sweeper sweeper;

    UploadFixture(Path folder) throws IOException {
        this(DirectoryVault.open(folder, false));
    }

    UploadFixture(Vault vault) {
        this.vault = vault;
        duplicates = new Duplicates(
                vault.uploads(), vault.evidence(), vault.notes(SITE), SITE, uploadEvents, admission, digests);
        completion = new UploadCompletion(vault.uploads(), uploadEvents, admission, digests, duplicates, locks);
        services = new UploadSession.Services(duplicates, digests, completion);
        lookup = new UploadLookup(vault.uploads(), SITE, duplicates, completion, active);
        sessions = new SessionFactory(vault.uploads(), SITE, admission, services, lookup, active);
        termination = new UploadTermination(vault.uploads(), SITE, uploadEvents, admission, digests, active, locks);
        sweeper = new Sweeper(vault.uploads(), SITE, uploadEvents, admission, active, completion, termination);
    }

    @Override
    public void append(LogName log, CustodyEvent event) throws FeedUnavailableException {
        if (unavailableFor.contains(event.getClass())) {
            throw new FeedUnavailableException(new IOException("not now"));
        }
        events.add(event);
    }

    /** The events of this type, in their order. */
    <T extends CustodyEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Declares an upload of a file with these bytes. */
    Upload declare(byte[] bytes, String... cases) throws IOException {
        return declare(Instant.now(), Sha256Digest.of(bytes), bytes.length, cases);
    }

    /** Declares an upload at this time. */
    Upload declare(Instant at, Sha256Digest sha256, long sizeBytes, String... cases) throws IOException {
        EvidenceId id = EvidenceId.create(at, new SecureRandom());
        List<CaseId> caseIds = Arrays.stream(cases).map(CaseId::new).toList();
        CaptureClaims claims = new CaptureClaims(null, "110023", null, null, null, null, null);
        Declared declared =
                new Declared(context(id, at), new FileName("a.bin"), null, sha256, sizeBytes, caseIds, claims);
        vault.uploads().declare(Declaration.of(SITE, declared));
        return vault.uploads().find(SITE, id).orElseThrow();
    }

    /** Declares a part of another upload. */
    Upload declarePart(Instant at, long sizeBytes) throws IOException {
        EvidenceId id = EvidenceId.create(at, new SecureRandom());
        Declared declared = UploadEvents.partDeclaration(id, at, OFFICER, sizeBytes);
        vault.uploads().declare(Declaration.of(SITE, declared, UploadInfo.PARTIAL, null));
        return vault.uploads().find(SITE, id).orElseThrow();
    }

    private static EventContext context(EvidenceId id, Instant at) {
        return EventContext.of(EventContext.idFor(Declared.class, id.value()), id, at, OFFICER, null, "test");
    }

    /** Appends bytes to an upload in the vault alone, as another process does; gives the upload as it is then. */
    Upload append(Upload upload, byte[] bytes) throws IOException {
        return vault.uploads().append(SITE, upload.id(), upload.offsetBytes(), new ByteArrayInputStream(bytes));
    }

    /** Stores an item with these bytes, which is on the record. */
    Upload item(byte[] bytes, String... cases) throws IOException, FeedUnavailableException, Problem {
        UploadSession session = open(declare(bytes, cases));
        session.write(bytes, 0, bytes.length);
        session.finish();
        return vault.uploads().find(SITE, session.id()).orElseThrow();
    }

    /** Opens a session where the durable bytes of this upload end. */
    UploadSession open(Upload upload) throws IOException {
        return new UploadSession(
                services,
                Sender.CLAIMED,
                upload,
                vault.uploads().begin(SITE, upload.id(), upload.offsetBytes()),
                upload.part() ? null : digests.take(upload.id(), upload.offsetBytes()),
                session -> released.incrementAndGet());
    }

    @Override
    public void close() {
        active.close();
        vault.close();
    }

    Upload find(Upload upload) throws IOException {
        return vault.uploads().find(SITE, upload.id()).orElseThrow();
    }
}
