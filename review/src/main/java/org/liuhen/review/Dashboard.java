package org.liuhen.review;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.intake.Problem;
import org.liuhen.intake.people.Access;
import org.liuhen.intake.people.Act;

/** What waits for somebody, and how a unit does: in figures of the items that the one who asks may see. */
final class Dashboard {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** So far items of a pile are counted; nobody works through more in a day. */
    private static final int COUNTED = 1_000;

    /** A handover that nobody answers for this long is an alarm. */
    private static final String HANDOVER_ALARM = "3 days";

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;

    Dashboard(LogName log, ReadModel model, Visibility visibility) {
        this.visibility = visibility;
        this.log = log;
        this.model = model;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/desk", this::desk, Act.SEARCH);
        routes.sse("/api/live", new DeskStream(log, model, this)::listen, Act.SEARCH);
        routes.get("/api/units", this::units, Act.SEE_GAPS);
    }

    /** The condition of a pile. */
    static String condition(String pile) throws Problem {
        String condition = Piles.PILES.get(pile);
        if (condition == null) {
            throw new Problem(400, "RV-105", "desk is one of " + Piles.PILES.keySet());
        }
        return condition;
    }

    /** How many items are in each pile of the one who asks, and how many handovers have waited for too long. */
    private void desk(Context context) throws SQLException {
        ReviewApi.answer(context, desk(Scope.of(Access.person(context), Access.acts(context))));
    }

    ObjectNode desk(Scope scope) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode piles = answer.putObject("piles");
        for (String pile : Piles.PILES.keySet().stream().sorted().toList()) {
            piles.put(pile, model.statistics().count(scope, Piles.PILES.get(pile), COUNTED));
        }
        answer.put(
                "handoversLate",
                model.statistics()
                        .count(
                                scope,
                                Piles.PILES.get("handovers")
                                        + " and (item->'handover'->>'at')::timestamptz < now() - interval '"
                                        + HANDOVER_ALARM + "'",
                                COUNTED));
        answer.put(
                "returnedLate",
                model.statistics()
                        .count(
                                scope,
                                Piles.PILES.get("returned") + " and (item->'lastReview'->>'due')::timestamptz < now()",
                                COUNTED));
        ObjectNode pipeline = answer.putObject("pipeline");
        for (String step : Piles.PIPELINE.keySet().stream().sorted().toList()) {
            pipeline.put(step, model.statistics().count(scope, Piles.PIPELINE.get(step), COUNTED));
        }
        return answer.put("entries", model.followedSize(log));
    }

    /**
     * Each unit's figures of the last days: how much came, how much of it in time, put into a category, linked; and to how many of its dispatches
     * something is linked.
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
        ReviewApi.searched(context, visibility.access(), "look=units", units.size());
        ReviewApi.answer(context, answer);
    }
}
