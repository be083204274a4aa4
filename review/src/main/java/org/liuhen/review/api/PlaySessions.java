package org.liuhen.review.api;

import io.javalin.http.Context;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.liuhen.access.Access;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PlayEvent.EndedBy;
import org.liuhen.custody.event.PlayEvent.PlayOpened;
import org.liuhen.custody.event.PlayEvent.Played;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open sessions of playing. A session is its {@code playOpened} entry on the record, so any process can take it up, also after a restart; what
 * was given in it is in the memory of the process that gave it.
 */
final class PlaySessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlaySessions.class);
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}");
    private static final int OPEN_MAX = 100;
    private static final long LOOK_EVERY_MILLIS = 20_000;

    private final LogName log;
    private final ReadModel model;
    private final Feed feed;
    private final Visibility visibility;
    private final InstantSource clock;
    private final Timer timer;

    /** Open sessions, and those that are over until the read model knows it. */
    private final Map<String, PlaySession> sessions = new ConcurrentHashMap<>();

    PlaySessions(LogName log, ReadModel model, Feed feed, Visibility visibility, InstantSource clock) {
        this.log = log;
        this.model = model;
        this.feed = feed;
        this.visibility = visibility;
        this.clock = clock;
        timer = new Timer("play-sessions-" + log.value(), true);
        TimerTask look = new TimerTask() {
            @Override
            public void run() {
                endOverdue();
            }
        };
        timer.schedule(look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS);
    }

    /**
     * Opens a session of the person who asks; the record has acknowledged it when this returns.
     *
     * @throws FeedUnavailableException where it has not; then nothing may be given
     * @throws Problem with code RV-140 where the person has {@value #OPEN_MAX} open already
     */
    PlaySession open(Context context, EvidenceId item) throws FeedUnavailableException, Problem {
        Actor actor = Access.actor(context);
        if (sessions.values().stream()
                        .filter(session -> session.isOf(actor.id()) && !session.isOver())
                        .count()
                >= OPEN_MAX) {
            throw new Problem(
                    429,
                    "RV-140",
                    "You play " + OPEN_MAX
                            + " recordings at once. Close some, or wait: one of which nothing is heard ends after "
                            + PlaySession.SILENCE.toMinutes() + " minutes");
        }
        EventContext by =
                ActRecorder.event(PlayOpened.class, context, item, item.value(), actor, context.queryParam("purpose"));
        PlayOpened opening = new PlayOpened(by, by.eventId());
        feed.append(log, opening);
        return sessions.computeIfAbsent(by.eventId(), name -> new PlaySession(opening, false, clock.instant()));
    }

    /**
     * A session that the person who asks has open with this item.
     *
     * @throws Problem with code RV-138 where there is none of that name, which is on the record, and with code RV-139 where it is over
     * @throws FeedUnavailableException where the refusal could not be recorded
     * @throws SQLException where the read model does not answer
     */
    PlaySession find(Context context, EvidenceId item, String name)
            throws Problem, SQLException, FeedUnavailableException {
        PlaySession session = sessions.get(name);
        if (session == null && NAME.matcher(name).matches()) {
            session = recall(name);
        }
        if (session == null || !session.isOf(item, Access.actor(context).id())) {
            throw visibility
                    .access()
                    .refuse(
                            context,
                            item,
                            new Problem(
                                    403,
                                    "RV-138",
                                    "This playing is not yours, or not of this recording. Open one of your own. The attempt is on the record"));
        }
        if (session.isOver() || session.due(clock.instant()) != null) {
            throw new Problem(
                    409, "RV-139", "This playing has ended. Play the recording again, which opens another one");
        }
        return session;
    }

    /** A session that another process opened, or this one before it was started again; null where the record knows none. */
    private PlaySession recall(String name) throws SQLException {
        Optional<EntryRow> opened = model.entries().byEventId(name);
        if (opened.isEmpty() || !(opened.get().event() instanceof PlayOpened opening)) {
            return null;
        }
        PlaySession session = new PlaySession(opening, true, clock.instant());
        if (isRecordedAsOver(name)) {
            session.end(EndedBy.PLAYER, clock.instant());
            return session;
        }
        return sessions.computeIfAbsent(name, absent -> session);
    }

    private boolean isRecordedAsOver(String name) throws SQLException {
        String end = EventContext.idFor(Played.class, name);
        return model.entries().byEventId(end).isPresent();
    }

    /**
     * Ends a session: from now on no byte is given in it. The record has acknowledged it when this returns.
     *
     * @throws FeedUnavailableException where it has not; it is tried again later
     */
    void end(PlaySession session, EndedBy by) throws FeedUnavailableException {
        feed.append(log, session.end(by, clock.instant()));
        session.acknowledge();
    }

    private void endOverdue() {
        Instant now = clock.instant();
        for (PlaySession session : List.copyOf(sessions.values())) {
            try {
                EndedBy due = session.due(now);
                if (session.isAcknowledged()) {
                    if (isRecordedAsOver(session.id())) {
                        sessions.remove(session.id());
                    }
                } else if (session.isOver() || due != null) {
                    end(session, due);
                }
            } catch (FeedUnavailableException | SQLException | RuntimeException later) {
                LOG.warn("a playing is not ended yet: {}", later.getMessage());
            }
        }
    }

    /** Ends all sessions that this process knows. */
    @Override
    public void close() throws FeedUnavailableException {
        timer.cancel();
        List<CustodyEvent> ends = new ArrayList<>();
        for (PlaySession session : sessions.values()) {
            if (!session.isAcknowledged()) {
                ends.add(session.end(EndedBy.STOP, clock.instant()));
            }
        }
        sessions.clear();
        if (!ends.isEmpty()) {
            feed.append(log, ends);
        }
    }
}
