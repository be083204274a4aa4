package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.UnitEvent.UnitNamed;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.model.ReadModel;
import org.liuhen.web.Problem;

/** The names of units. Which unit is above which says the code of a unit alone, so a list of codes and names is a tree. */
final class UnitsApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/api/unit-names";
    private static final int UNITS_MAX = 5_000;

    private final LogName log;
    private final ReadModel model;
    private final Feed feed;
    private final ActRecorder recorder;

    UnitsApi(LogName log, ReadModel model, Feed feed, ActRecorder recorder) {
        this.log = log;
        this.model = model;
        this.feed = feed;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get(PATH, this::list, Act.SEARCH, Act.SEE_LOG, Act.MANAGE_DEVICES, Act.MANAGE_PEOPLE, Act.NAME_UNITS);
        routes.post(PATH, this::name, Act.NAME_UNITS);
    }

    private void list(Context context) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode units = answer.putArray("units");
        model.entries()
                .unitNames(log)
                .forEach((code, name) -> units.addObject().put("unitCode", code).put("unitName", name));
        Answers.json(context, answer);
    }

    /** Names units. One that has the name already is no event. RV-105: one of the list is no unit; then none is named. */
    private void name(Context context) throws SQLException, FeedUnavailableException, Problem {
        JsonNode body = Requests.body(context);
        String reason = Requests.reason(body);
        JsonNode units = body.path("units");
        if (!units.isArray() || units.isEmpty() || units.size() > UNITS_MAX) {
            throw new Problem(400, "RV-105", "units is a list of 1 to " + UNITS_MAX + " units");
        }
        Map<String, String> now = model.entries().unitNames(log);
        Set<String> codes = new HashSet<>();
        List<CustodyEvent> events = new ArrayList<>();
        for (JsonNode unit : units) {
            UnitNamed event = event(context, unit, reason, codes.size() + 1);
            if (!codes.add(event.unitCode())) {
                throw new Problem(400, "RV-105", event.unitCode() + " is in the list twice");
            }
            if (!Objects.equals(now.get(event.unitCode()), event.unitName())) {
                events.add(event);
            }
        }
        ObjectNode answer = JSON.createObjectNode().put("named", events.size());
        if (events.isEmpty()) {
            Answers.json(context, answer);
            return;
        }
        CustodyEvent last = events.remove(events.size() - 1);
        feed.append(log, events);
        recorder.record(context, last, answer); // a log keeps the order of its feed: with the last one all are recorded
    }

    private static UnitNamed event(Context context, JsonNode unit, String reason, int number) throws Problem {
        String code = unit.path("unitCode").asText("").strip();
        String name = unit.path("unitName").asText("").strip();
        try {
            return new UnitNamed(
                    ActRecorder.event(
                            UnitNamed.class, context, null, code + "\n" + name, Access.actor(context), reason),
                    code.isEmpty() ? null : code,
                    name.isEmpty() ? null : name);
        } catch (IllegalArgumentException invalid) {
            throw new Problem(400, "RV-105", "Unit " + number + ": " + invalid.getMessage());
        }
    }
}
