package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.projection.EntryRow;

/** What should be at the site and is not. Each look is on the record before its answer is given. */
final class GapsApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIST_MAX = 500;

    private final LogName log;
    private final ReadModel model;
    private final ActRecorder recorder;

    GapsApi(LogName log, ReadModel model, ActRecorder recorder) {
        this.log = log;
        this.model = model;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/missing-segments", this::missingSegments, Act.SEE_GAPS);
        routes.get("/api/gaps", this::gaps, Act.SEE_GAPS);
    }

    /** Recordings in several files of which files are missing. */
    private void missingSegments(Context context) throws SQLException, FeedUnavailableException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode recordings = answer.putArray("recordings");
        model.gaps()
                .missingSegments(log, Scope.of(Access.person(context), Access.acts(context)), LIST_MAX)
                .forEach((recording, missing) -> {
                    ArrayNode which =
                            recordings.addObject().put("recordingId", recording).putArray("missing");
                    missing.forEach(which::add);
                });
        recorder.recordSearch(context, "look=missing-segments", recordings.size());
        Answers.json(context, answer);
    }

    /** The gaps that are open. */
    private void gaps(Context context) throws SQLException, IOException, FeedUnavailableException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode gaps = answer.putArray("gaps");
        Person person = Access.person(context);
        Set<Act> acts = Access.acts(context);
        for (EntryRow row : model.gaps().open(log, Scope.of(person, acts), Scope.unit(person, acts), LIST_MAX)) {
            JsonNode event = JSON.readTree(row.entry()).get("event");
            ObjectNode gap = gaps.addObject();
            for (String name : List.of("gapId", "gapKind", "since", "finding")) {
                gap.set(name, event.get(name));
            }
            gap.set("evidenceId", event.at("/context/evidenceId"));
            gap.put("index", row.index());
        }
        recorder.recordSearch(context, "look=gaps", gaps.size());
        Answers.json(context, answer);
    }
}
