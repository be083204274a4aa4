package org.liuhen.review.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.sql.SQLException;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent.Downloaded;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.ByteRange;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.projection.ItemView;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.web.Problem;

/**
 * The bytes of items, to download or to play. Each request for bytes is on the record before the first byte is sent: by itself, or by the session
 * of playing that it names.
 */
final class ContentApi {
    /** The media types that browsers play. None of them can run scripts in our page. */
    private static final Set<String> PLAYABLE = Set.of(
            "video/mp4",
            "video/webm",
            "video/ogg",
            "audio/mpeg",
            "audio/mp4",
            "audio/ogg",
            "audio/wav",
            "audio/vnd.wave");

    private final EvidenceStore evidence;
    private final LogName log;
    private final Feed feed;
    private final Visibility visibility;
    private final PlaySessions plays;

    ContentApi(EvidenceStore evidence, LogName log, Feed feed, Visibility visibility, PlaySessions plays) {
        this.evidence = evidence;
        this.log = log;
        this.feed = feed;
        this.visibility = visibility;
        this.plays = plays;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/evidence/{id}/content", context -> content(context, false), Act.DOWNLOAD);
        routes.head("/api/evidence/{id}/content", context -> content(context, false), Act.DOWNLOAD);
        routes.get("/api/evidence/{id}/media", context -> content(context, true), Act.PLAY);
        routes.head("/api/evidence/{id}/media", context -> content(context, true), Act.PLAY);
    }

    /**
     * Answers with the bytes of an item, or a range of them.
     *
     * @param play whether a browser shall play them in the page
     */
    private void content(Context context, boolean play)
            throws SQLException, Problem, FeedUnavailableException, IOException {
        EvidenceId id = Requests.itemId(context);
        ItemView item = visibility.item(context, id);
        StoredObject object = play ? requirePlayable(item) : object(item);
        String name = play ? context.queryParam("play") : null;
        PlaySession session = name == null ? null : plays.find(context, id, name);
        ByteRange range = ByteRange.answer(
                context, item.sizeBytes(), item.sha256().map(Sha256Digest::hex).orElse(null));
        boolean head = context.method().equals(HandlerType.HEAD);
        if (!head && session == null) {
            requireFetching(context, id);
            String purpose = play ? "play" : context.queryParam("purpose");
            feed.append(
                    log,
                    new Downloaded(
                            ActRecorder.event(
                                    Downloaded.class, context, id, id.value(), Access.actor(context), purpose),
                            range.from(),
                            range.to()));
        }
        // A browser must not show it in place: an HTML file that is evidence would run as one of our pages.
        if (!play) {
            String fileName = URLEncoder.encode(item.fileName(), UTF_8).replace("+", "%20");
            context.header("Content-Disposition", "attachment; filename*=UTF-8''" + fileName);
        }
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Content-Security-Policy", "default-src 'none'; sandbox");
        context.header("Cache-Control", "no-store");
        context.contentType(play ? type(item) : "application/octet-stream");
        if (!head) { // an answer to HEAD has no bytes
            InputStream bytes = evidence.open(object, range.from(), range.to());
            boolean forPictures = "pictures".equals(context.queryParam("for"));
            context.result(session == null ? bytes : session.noting(bytes, range.from(), forPictures));
        }
        context.res().setContentLengthLong(range.to() - range.from());
    }

    /**
     * Makes sure that the person may have the bytes outside of a session of playing.
     *
     * @throws Problem with code RV-148 where the person may only play this item
     */
    private void requireFetching(Context context, EvidenceId id)
            throws SQLException, Problem, FeedUnavailableException {
        if (!visibility.reaches(context, id, Set.of(Act.DOWNLOAD))) {
            throw visibility
                    .access()
                    .refuse(
                            context,
                            id,
                            new Problem(
                                    403,
                                    "RV-148",
                                    "You may play this item, and not fetch it. Open a session of playing, and name it with play=."
                                            + " The attempt is on the record"));
        }
    }

    private static String type(ItemView item) {
        return item.mediaType().replaceFirst(";.*", "");
    }

    private static StoredObject object(ItemView item) throws Problem {
        return item.object()
                .orElseThrow(() -> new Problem(409, "RV-104", "This item has no bytes: it is " + item.stateText()));
    }

    /**
     * The bytes of an item that a browser plays.
     *
     * @throws Problem with code RV-104 where the item has no bytes, with RV-123 where a browser does not play them
     */
    StoredObject requirePlayable(ItemView item) throws Problem {
        StoredObject object = object(item);
        if (!PLAYABLE.contains(type(item))) {
            throw new Problem(
                    415, "RV-123", "A browser does not play " + type(item) + "; fetch it from content instead");
        }
        return object;
    }
}
