package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.access.Act;
import org.liuhen.custody.event.PlayEvent.EndedBy;
import org.liuhen.custody.event.PlayEvent.Shown;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.web.Problem;

/** Sessions of playing: opened before the first byte, told from time to time what was shown, and ended. */
final class PlaysApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The most ranges in one statement of a player. */
    private static final int STATED_MAX = 1_000;

    private final Visibility visibility;
    private final ContentApi content;
    private final PlaySessions plays;

    PlaysApi(Visibility visibility, ContentApi content, PlaySessions plays) {
        this.visibility = visibility;
        this.content = content;
        this.plays = plays;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/evidence/{id}/plays", this::open, Act.PLAY);
        routes.put("/api/evidence/{id}/plays/{play}", this::report, Act.PLAY);
    }

    private void open(Context context) throws SQLException, Problem, FeedUnavailableException {
        EvidenceId id = Requests.itemId(context);
        content.requirePlayable(visibility.item(context, id));
        PlaySession session = plays.open(context, id);
        context.status(201);
        Answers.json(
                context,
                JSON.createObjectNode()
                        .put("playId", session.id())
                        .put("media", "/api/evidence/" + id.value() + "/media?play=" + session.id()));
    }

    /** What a player has shown so far, and whether it is closed now. */
    private void report(Context context) throws SQLException, Problem, FeedUnavailableException {
        EvidenceId id = Requests.itemId(context);
        visibility.item(context, id);
        JsonNode body = Requests.body(context);
        List<Shown> shown = shown(body);
        PlaySession session = plays.find(context, id, context.pathParam("play"));
        session.report(shown, Instant.now());
        boolean ended = body.path("ended").asBoolean();
        if (ended) {
            plays.end(session, EndedBy.PLAYER);
        }
        Answers.json(context, JSON.createObjectNode().put("ended", ended));
    }

    /**
     * The ranges that a player states.
     *
     * @throws Problem with code RV-105 where they are no ranges of milliseconds
     */
    static List<Shown> shown(JsonNode body) throws Problem {
        List<Shown> shown = new ArrayList<>();
        for (JsonNode range : body.path("shown")) {
            JsonNode from = range.path("fromMillis");
            JsonNode to = range.path("toMillis");
            if (!from.canConvertToExactIntegral()
                    || !to.canConvertToExactIntegral()
                    || !from.canConvertToInt()
                    || !to.canConvertToInt()
                    || from.asInt() < 0
                    || to.asInt() < from.asInt()
                    || shown.size() == STATED_MAX) {
                throw new Problem(
                        400,
                        "RV-105",
                        "shown is a list of at most " + STATED_MAX
                                + " ranges with fromMillis and toMillis, whole numbers from 0 up, the second not less than the first");
            }
            shown.add(new Shown(from.asInt(), to.asInt()));
        }
        return shown;
    }
}
