package org.liuhen.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one item of finished parts (tus 1.0, concatenation). */
final class Concatenation {
    private static final Logger LOG = LoggerFactory.getLogger(Concatenation.class);
    private static final int BUFFER_BYTES = 1 << 18;
    private static final String NOT_CONCATENATED = "its parts could not be put together";

    private final Uploads store;
    private final LogName site;
    private final LogStore notes;
    private final Duplicates duplicates;
    private final UploadLookup lookup;
    private final Declarations declarations;
    private final ActiveSessions active;
    private final SessionFactory sessions;
    private final UploadCompletion completion;
    private final UploadTermination termination;

    /** What a concatenation calls of the uploads of a site. */
    record Services(
            Duplicates duplicates,
            UploadLookup lookup,
            Declarations declarations,
            ActiveSessions active,
            SessionFactory sessions,
            UploadCompletion completion,
            UploadTermination termination) {}

    Concatenation(Uploads store, LogStore notes, LogName site, Services services) {
        this.store = store;
        this.site = site;
        this.notes = notes;
        this.duplicates = services.duplicates();
        this.lookup = services.lookup();
        this.declarations = services.declarations();
        this.active = services.active();
        this.sessions = services.sessions();
        this.completion = services.completion();
        this.termination = services.termination();
    }

    /**
     * Declares the item, copies the bytes of the parts into it as a client would send them, completes it, and removes the parts. Where that
     * fails, the item is ended and the parts stay. A repeated request gives the item that was made. IN-144: a part is not finished.
     *
     * @param parts one may be there several times
     * @param concat the client's {@code Upload-Concat}, which answers repeat
     */
    EvidenceId concatenate(Sender sender, UploadMetadata metadata, List<EvidenceId> parts, String concat)
            throws IOException, FeedUnavailableException, Problem {
        String note = noteOf(sender.actor(metadata.capture()), metadata.sha256(), parts);
        Optional<EvidenceId> before = findMade(sender, note);
        if (before.isPresent()) {
            cleanUp(before.get(), parts);
            return before.get();
        }
        List<Upload> finished = requireFinished(sender, parts);
        long sizeBytes = finished.stream().mapToLong(part -> part.sizeBytes()).sum();
        EvidenceId id = declarations.declareConcatenation(sender, metadata, sizeBytes, concat);
        try {
            notes.write(note, id.value().getBytes(StandardCharsets.US_ASCII));
            copy(sender, id, finished, sizeBytes);
        } finally {
            cleanUp(id, parts);
        }
        return id;
    }

    private List<Upload> requireFinished(Sender sender, List<EvidenceId> parts) throws IOException, Problem {
        List<Upload> finished = new ArrayList<>();
        for (EvidenceId part : parts) {
            Upload upload = lookup.require(sender, part);
            if (!upload.part() || !upload.whole() || active.contains(part)) {
                throw new Problem(
                        409, "IN-144", part + " is not a finished part. Finish it, then put the parts together");
            }
            finished.add(upload);
        }
        return finished;
    }

    private void copy(Sender sender, EvidenceId id, List<Upload> parts, long sizeBytes)
            throws IOException, FeedUnavailableException, Problem {
        UploadSession item = sessions.open(sender, lookup.require(sender, id), 0);
        try {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (Upload part : parts) {
                try (InputStream in = store.openUnfinished(part)
                        .orElseThrow(() -> new IOException("the part " + part.id() + " cannot be read"))) {
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        item.write(buffer, 0, read);
                    }
                }
            }
            if (item.finish() != sizeBytes) {
                throw new IOException("the parts have fewer bytes than were acknowledged");
            }
        } finally {
            item.closeKeeping(); // does nothing where it was finished
        }
    }

    /** The note that names the item made of these parts. */
    private static String noteOf(Actor actor, Sha256Digest sha256, List<EvidenceId> parts) {
        String all = actor.id() + "\n" + sha256.hex() + "\n" + parts;
        return "made/" + Sha256Digest.of(all.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** The item that was made of the same parts before, where only the answer got lost. One that was not completed is ended. */
    private Optional<EvidenceId> findMade(Sender sender, String note)
            throws IOException, FeedUnavailableException, Problem {
        Optional<byte[]> noted = notes.read(note);
        if (noted.isEmpty()) {
            return Optional.empty();
        }
        EvidenceId id = new EvidenceId(new String(noted.get(), StandardCharsets.US_ASCII));
        Optional<Upload> upload = lookup.find(id);
        if (upload.isEmpty()) {
            return Optional.empty(); // it was ended
        }
        sender.requireOwns(upload.get());
        if (active.contains(id)) {
            throw new Problem(
                    423,
                    "IN-144",
                    "The parts are being put together at this moment. Send the request again in a while");
        }
        if (upload.get().whole()) {
            completion.complete(upload.get(), false);
            return Optional.of(id);
        }
        termination.terminate(upload.get(), NOT_CONCATENATED);
        return Optional.empty();
    }

    /** Removes the parts of an item that was made, or the item where it was not. What cannot be removed now is removed when it expires. */
    private void cleanUp(EvidenceId id, List<EvidenceId> parts) {
        try {
            Optional<Upload> made = store.find(site, id);
            if (made.isPresent() && !made.get().whole()) {
                termination.terminate(made.get(), NOT_CONCATENATED);
            } else if (made.isEmpty()
                    ? duplicates.find(id).isPresent()
                    : made.get().announced()) {
                // Before the item is announced, the same request may come again and needs the parts.
                for (EvidenceId part : new LinkedHashSet<>(parts)) {
                    Optional<Upload> left = store.find(site, part).filter(Upload::part);
                    if (left.isPresent()) {
                        termination.terminate(left.get(), "put together as " + id);
                    }
                }
            }
        } catch (IOException | FeedUnavailableException | Problem | RuntimeException failed) {
            LOG.warn("what is left of putting together {}: {}", id, failed.getMessage());
        }
    }
}
