package org.liuhen.review.api;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.http.Answers;
import org.liuhen.review.model.ReadModel;

/** What waits for a person, among the items that the person may see. */
final class DashboardApi {
    private final LogName log;
    private final ReadModel model;
    private final DeskFigures figures;

    DashboardApi(LogName log, ReadModel model) {
        this.log = log;
        this.model = model;
        this.figures = new DeskFigures(log, model);
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/desk", this::desk, Act.SEARCH);
        routes.sse("/api/live", new DeskStream(log, model, figures)::listen, Act.SEARCH);
    }

    /** How many items are in each pile of the person, and how many of them are late. */
    private void desk(Context context) throws SQLException {
        Answers.json(context, figures.of(DeskFigures.Desk.of(context)));
    }
}
