package org.liuhen.review.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.Counted;
import org.liuhen.review.model.FigureQueries;
import org.liuhen.review.model.FigureQueries.Period;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.web.Problem;

/**
 * The figures of units and officers in a period: how many items came, how many of them in time, with a category, linked to a case; and for
 * units how many dispatch records there are, and with how many of them an item is linked. Only items that the person may see are counted.
 */
final class FiguresApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DAYS = 14;
    private static final int DAYS_MAX = 400;

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;
    private final ActRecorder recorder;

    FiguresApi(LogName log, ReadModel model, Visibility visibility, ActRecorder recorder) {
        this.log = log;
        this.model = model;
        this.visibility = visibility;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/units", this::figures, Act.SEE_GAPS);
        routes.get("/api/units.csv", this::table, Act.SEE_GAPS);
    }

    private void figures(Context context) throws SQLException, Problem, FeedUnavailableException {
        Period period = period(context);
        boolean byOfficer = byOfficer(context);
        List<ObjectNode> found = found(context, period, byOfficer);
        recorder.recordSearch(context, ("look=units " + Requests.terms(context)).strip(), found.size());
        ObjectNode answer = JSON.createObjectNode();
        answer.put("from", period.from().toString()).put("to", period.to().toString());
        answer.put("zone", period.zone().getId());
        ArrayNode rows = answer.putArray(byOfficer ? "officers" : "units");
        found.forEach(rows::add);
        Answers.json(context, answer);
    }

    private void table(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        Period period = period(context);
        boolean byOfficer = byOfficer(context);
        List<ObjectNode> found = found(context, period, byOfficer);
        recorder.recordSearch(context, "table look=units " + Requests.terms(context), found.size());
        context.header("Cache-Control", "no-store");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Content-Disposition", "attachment; filename=\"figures.csv\"");
        context.contentType("text/csv; charset=utf-8");
        Writer out = new OutputStreamWriter(context.outputStream(), UTF_8);
        FigureTable table = new FigureTable(out, "zh".equals(context.queryParam("lang")));
        if (byOfficer) {
            table.officers(found);
        } else {
            table.units(found, model.entries().unitNames(log));
        }
        out.flush();
    }

    private List<ObjectNode> found(Context context, Period period, boolean byOfficer) throws SQLException, Problem {
        String unit = context.queryParam("unit");
        Search items = Counted.ofUnit(Counted.declared(visibility.search(context), period.from(), period.to()), unit);
        List<ObjectNode> found = byOfficer
                ? model.figures().officers(items)
                : model.figures()
                        .units(log, items, Scope.unit(Access.person(context), Access.acts(context)), unit, period);
        if (found.size() > FigureQueries.ROWS_MAX) {
            throw new Problem(
                    400,
                    "RV-102",
                    "There are more than " + FigureQueries.ROWS_MAX + " rows: choose a shorter period or one unit");
        }
        return found;
    }

    private static boolean byOfficer(Context context) throws Problem {
        String by = context.queryParam("by");
        if (by != null && !by.equals("unit") && !by.equals("officer")) {
            throw new Problem(400, "RV-105", "by is unit or officer");
        }
        return "officer".equals(by);
    }

    /** The period that a request names, to the second; the last 14 days where it names none. A day is a whole one of the zone. */
    private static Period period(Context context) throws Problem {
        ZoneId zone = Requests.zone(context);
        Instant named = Requests.moment(context, "to", zone, 1);
        Instant to = named == null ? Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS) : named;
        Instant begun = Requests.moment(context, "from", zone, 0);
        Instant from = begun == null ? to.minus(Duration.ofDays(DAYS)) : begun;
        // an hour more: a day on which clocks are set back has 25
        if (!from.isBefore(to)
                || Duration.between(from, to)
                                .compareTo(Duration.ofDays(DAYS_MAX).plusHours(1))
                        > 0) {
            throw new Problem(400, "RV-111", "from is before to, by at most " + DAYS_MAX + " days");
        }
        return new Period(from, to, zone);
    }
}
