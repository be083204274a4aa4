package org.liuhen.review.api;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PlayEvent.EndedBy;
import org.liuhen.custody.event.PlayEvent.PlayOpened;
import org.liuhen.custody.event.PlayEvent.Played;
import org.liuhen.custody.event.PlayEvent.Served;
import org.liuhen.custody.event.PlayEvent.Shown;
import org.liuhen.custody.evidence.EvidenceId;

/** One session of playing: whose it is, what was given and what the player says that it showed. */
final class PlaySession {
    /** A session ends when nothing was heard of its player for so long, as the sign-in of a person does. */
    static final Duration SILENCE = Duration.ofMinutes(30);

    /** A session ends after so long in any case. */
    static final Duration LONGEST = Duration.ofHours(12);

    private final PlayOpened opening;
    private final MergedRanges served = new MergedRanges(Played.RANGES_MAX);
    private final MergedRanges pictures = new MergedRanges(Played.PICTURE_RANGES_MAX);
    private final MergedRanges shown = new MergedRanges(Played.RANGES_MAX);
    private final boolean recalled;
    private boolean told;
    private boolean pictured;
    private Instant heard;
    private EndedBy endedBy;
    private boolean acknowledged;

    /**
     * A session that is open.
     *
     * @param recalled whether this process did not see its beginning, and so does not know all bytes that were given in it
     */
    PlaySession(PlayOpened opening, boolean recalled, Instant now) {
        this.opening = opening;
        this.recalled = recalled;
        this.heard = now;
    }

    /** Whether it is this person's session with this item. */
    boolean isOf(EvidenceId item, String person) {
        return opening.context().evidenceId().equals(item) && isOf(person);
    }

    /** Whether it is this person's session. */
    boolean isOf(String person) {
        return opening.context().actor().id().equals(person);
    }

    /** The session's name. */
    String id() {
        return opening.playId();
    }

    /** Whether no byte is given in it any more. */
    synchronized boolean isOver() {
        return endedBy != null;
    }

    /** Whether the record has acknowledged that the session is over. */
    synchronized boolean isAcknowledged() {
        return acknowledged;
    }

    /** The record has acknowledged what {@link #end} returned. */
    synchronized void acknowledge() {
        acknowledged = true;
    }

    /** What ends the session at this time; null where it goes on. */
    synchronized EndedBy due(Instant now) {
        if (!now.isBefore(opening.context().occurredAt().plus(LONGEST))) {
            return EndedBy.LIMIT;
        }
        return now.isBefore(heard.plus(SILENCE)) ? null : EndedBy.SILENCE;
    }

    /** What the player says that it has shown so far; its statements are put together. */
    synchronized void report(List<Shown> ranges, Instant now) {
        heard = now;
        told = true;
        ranges.forEach(range -> shown.add(range.fromMillis(), range.toMillis()));
    }

    /**
     * Ends the session, and returns the event that says so. It is the same event each time but for its time.
     *
     * @param by what ended it, unless something else did before
     */
    synchronized Played end(EndedBy by, Instant now) {
        endedBy = endedBy == null ? by : endedBy;
        EventContext begun = opening.context();
        return new Played(
                EventContext.of(
                        EventContext.idFor(Played.class, id()), begun.evidenceId(), now, begun.actor(), null, "review"),
                id(),
                told ? shown.as(Shown::new) : null,
                recalled ? null : served.as(Served::new),
                recalled || !pictured ? null : pictures.as(Served::new),
                endedBy);
    }

    private synchronized boolean serve(long from, long to, boolean forPictures) {
        if (endedBy != null) {
            return false;
        }
        heard = Instant.now();
        served.add(from, to);
        if (forPictures) {
            pictured = true;
            pictures.add(from, to);
        }
        return true;
    }

    /**
     * These bytes, each noted before it is given. Reading fails once the session is over.
     *
     * @param from the place of the first byte in the item
     * @param forPictures whether small pictures are made of them, and nobody plays them
     */
    InputStream noting(InputStream bytes, long from, boolean forPictures) {
        return new InputStream() {
            private long at = from;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = bytes.read(into, offset, length);
                if (count > 0 && !serve(at, at + count, forPictures)) {
                    throw new IOException("The playing has ended");
                }
                at += Math.max(count, 0);
                return count;
            }

            @Override
            public void close() throws IOException {
                bytes.close();
            }
        };
    }
}
