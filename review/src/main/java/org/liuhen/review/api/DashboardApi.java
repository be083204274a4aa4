package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;

/** What waits for a person, and the figures of the units, among the items that the person may see. */
final class DashboardApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogName log;
    private final ReadModel model;
    private final ActRecorder recorder;
    private final DeskFigures figures;

    DashboardApi(LogName log, ReadModel model, ActRecorder recorder) {
        this.log = log;
        this.model = model;
        this.recorder = recorder;
        this.figures = new DeskFigures(log, model);
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/desk", this::desk, Act.SEARCH);
        routes.sse("/api/live", new DeskStream(log, model, figures)::listen, Act.SEARCH);
        routes.get("/api/units", this::units, Act.SEE_GAPS);
    }

    /** How many items are in each pile of the person, and how many of them are late. */
    private void desk(Context context) throws SQLException {
        Answers.json(context, figures.of(DeskFigures.Desk.of(context)));
    }

    /**
     * The figures of each unit and day: how many items came, how many of them in time, with a category, linked to a case; and how many dispatch
     * records there are, and with how many of them an item is linked.
     */
    private void units(Context context) throws SQLException, FeedUnavailableException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode units = answer.putArray("units");
        model.statistics()
                .units(
                        log,
                        Scope.of(Access.person(context), Access.acts(context)),
                        Scope.unit(Access.person(context), Access.acts(context)),
                        units);
        recorder.recordSearch(context, "look=units", units.size());
        Answers.json(context, answer);
    }
}
