package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.bag.CaseGraph;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CaseEvent.CaseClosed;
import org.liuhen.custody.event.CaseEvent.CaseReopened;
import org.liuhen.custody.event.CaseEvent.Protection;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.CaseQueries;
import org.liuhen.review.model.GapQueries.Gap;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView;
import org.liuhen.web.Problem;

/** Cases: their items, who may see them, and whether they are closed. */
final class CasesApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OFFICERS_MAX = 100;
    private static final int GRAPH_MAX = 500;

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;
    private final ActRecorder recorder;

    CasesApi(LogName log, ReadModel model, Visibility visibility, ActRecorder recorder) {
        this.log = log;
        this.model = model;
        this.visibility = visibility;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/cases", this::list, Act.SEARCH);
        routes.get("/api/cases/{caseId}", this::show, Act.SEARCH);
        routes.get("/api/cases/{caseId}/case.jsonld", this::graph, Act.VIEW);
        routes.post("/api/cases/{caseId}/acts", this::decide, Act.DECIDE_CASE);
    }

    /** The cases of the items that the person may see, the one with the newest item first. */
    private void list(Context context) throws SQLException, Problem, FeedUnavailableException {
        String prefix = Objects.requireNonNullElse(context.queryParam("q"), "").strip();
        String newest = context.queryParam("before");
        String last = context.queryParam("beforeCase");
        CaseQueries.Position after = newest == null || last == null ? null : new CaseQueries.Position(newest, last);
        List<CaseQueries.Listed> cases =
                model.cases().newest(visibility.search(context), prefix, after, Requests.limit(context));
        Map<String, CaseFile> files = model.cases()
                .byIds(log, cases.stream().map(CaseQueries.Listed::caseId).toList());
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode listed = answer.putArray("cases");
        for (CaseQueries.Listed one : cases) {
            ObjectNode node = listed.addObject();
            node.put("caseId", one.caseId()).put("items", one.items()).put("newest", one.newest());
            CaseFile file = files.getOrDefault(one.caseId(), CaseFile.NOTHING);
            if (showsFile(context, file)) {
                node.set("file", file.json());
            }
        }
        recorder.recordSearch(context, ("cases " + Requests.terms(context)).strip(), cases.size());
        Answers.json(context, answer);
    }

    /** Whether the person, who sees an item of the case, is shown what was decided about it. */
    private static boolean showsFile(Context context, CaseFile file) {
        Person person = Access.person(context);
        return file.isOpenTo(person) || (person.may(Act.DECIDE_CASE) && file.belongsTo(person));
    }

    /**
     * The items of the case that the person may see, and, on the first page, what all of them have together. What was decided about the case is shown only to a person
     * who may link items to it and sees one of them, or who decides about it.
     */
    private void show(Context context) throws SQLException, IOException, Problem, FeedUnavailableException {
        CaseId caseId = new CaseId(context.pathParam("caseId"));
        Map<String, ItemView> items = model.items()
                .search(visibility
                        .search(context)
                        .linkedTo(caseId.value())
                        .before(context.queryParam("before"))
                        .limit(Requests.limit(context)));
        ObjectNode answer = Answers.items(items);
        answer.put("caseId", caseId.value());
        if (context.queryParam("before") == null) { // the other pages have items alone
            CaseQueries.Summary summary =
                    model.cases().summary(visibility.search(context).linkedTo(caseId.value()), caseId.value());
            if (summary.items() > 0) {
                answer.set("summary", json(summary));
            }
            addIncidents(context, caseId, summary, answer.putArray("incidents"));
        }
        CaseFile file = model.cases().byId(log, caseId.value());
        boolean shown = items.isEmpty()
                ? Access.person(context).may(Act.DECIDE_CASE) && visibility.owns(context, caseId.value())
                : showsFile(context, file);
        if (shown) {
            answer.set("file", file.json());
        }
        recorder.recordSearch(context, "case=" + caseId.value(), items.size());
        Answers.json(context, answer);
    }

    private static ObjectNode json(CaseQueries.Summary summary) {
        ObjectNode node = JSON.createObjectNode();
        node.put("items", summary.items()).put("recordings", summary.recordings());
        node.put("first", summary.first()).put("last", summary.last());
        node.put("uncategorised", summary.uncategorised()).put("held", summary.held());
        ObjectNode senders = node.putObject("senders");
        summary.senders().forEach(senders::put);
        ObjectNode others = node.putObject("others");
        summary.others().forEach(others::put);
        return node;
    }

    /**
     * The incidents among the numbers of the items: who was dispatched and when, and what is missing of each. For a person who sees gaps, of the
     * own unit.
     */
    private void addIncidents(Context context, CaseId caseId, CaseQueries.Summary summary, ArrayNode incidents)
            throws SQLException, IOException {
        Person person = Access.person(context);
        if (!person.may(Act.SEE_GAPS)) {
            return;
        }
        Scope scope = Scope.of(person, Set.of(Act.SEE_GAPS));
        Optional<String> unit = Scope.unit(person, Set.of(Act.SEE_GAPS));
        List<String> numbers = new ArrayList<>(List.of(caseId.value()));
        numbers.addAll(summary.others().keySet());
        for (EntryRow sent : model.cases().dispatches(log, numbers, unit)) {
            JsonNode dispatch = JSON.readTree(sent.entry()).at("/event/dispatch");
            ObjectNode incident = incidents.addObject().setAll((ObjectNode) dispatch);
            if (!sent.isWhole()) {
                incident.put("altered", true);
            }
            String number = dispatch.get("incidentNo").asText();
            incident.put(
                    "items",
                    number.equals(caseId.value())
                            ? summary.items()
                            : summary.others().get(number));
            ArrayNode gaps = incident.putArray("gaps");
            for (GapKind kind : List.of(GapKind.DISPATCH_WITHOUT_RECORDING, GapKind.ENDS_BEFORE_CLEARED)) {
                Optional<Gap> gap = model.gaps().gap(log, scope, unit, kind + " " + number);
                if (gap.isPresent()) {
                    GapsApi.told(gap.get(), gaps.addObject());
                }
            }
        }
    }

    /** The case and the chains of its items as CASE/UCO. A view of each item is recorded. */
    private void graph(Context context) throws SQLException, Problem, FeedUnavailableException {
        CaseId caseId = new CaseId(context.pathParam("caseId"));
        Map<String, ItemView> items = model.items()
                .search(visibility.search(context).linkedTo(caseId.value()).limit(GRAPH_MAX + 1));
        if (items.isEmpty()) {
            throw new Problem(404, "RV-101", "Nothing that you may see belongs to this case");
        }
        if (items.size() > GRAPH_MAX) {
            throw new Problem(
                    409, "RV-125", "The case has more than " + GRAPH_MAX + " items; ask for a package instead");
        }
        Map<String, CaseGraph.Exhibit> exhibits = new LinkedHashMap<>();
        for (Map.Entry<String, ItemView> entry : items.entrySet()) {
            ItemView item = entry.getValue();
            EvidenceId id = new EvidenceId(entry.getKey());
            visibility
                    .access()
                    .record(new Viewed(
                            Access.minutely(Viewed.class, id, Access.actor(context), "graph", "case graph")));
            exhibits.put(
                    id.value(),
                    new CaseGraph.Exhibit(
                            item.fileName(),
                            item.sizeBytes(),
                            item.sha256().orElseThrow().hex(),
                            null,
                            model.entries().chain(id.value()).stream()
                                    .map(EntryRow::bytes)
                                    .toList()));
        }
        context.header("Cache-Control", "no-store");
        context.contentType("application/ld+json").result(CaseGraph.ofCase(caseId.value(), exhibits));
    }

    private void decide(Context context) throws SQLException, Problem, FeedUnavailableException {
        CaseId caseId = new CaseId(context.pathParam("caseId"));
        visibility.requireOwnCase(context, caseId.value());
        JsonNode body = Requests.body(context);
        String reason = Requests.reason(body);
        boolean closed = model.cases().byId(log, caseId.value()).closed();
        CaseEvent event =
                switch (body.path("act").asText()) {
                    case "assign" ->
                        new CaseAssigned(
                                context(CaseAssigned.class, context, caseId, reason),
                                caseId,
                                protection(body),
                                officers(body),
                                unit(body));
                    case "close" -> new CaseClosed(context(CaseClosed.class, context, caseId, reason), caseId);
                    case "reopen" -> new CaseReopened(context(CaseReopened.class, context, caseId, reason), caseId);
                    default -> throw new Problem(400, "RV-105", "act is assign, close or reopen");
                };
        if ((event instanceof CaseClosed && closed) || (event instanceof CaseReopened && !closed)) {
            throw new Problem(409, "RV-122", "The case is " + (closed ? "closed" : "open") + " already");
        }
        recorder.record(context, event, JSON.createObjectNode().put("caseId", caseId.value()));
    }

    private static Protection protection(JsonNode body) throws Problem {
        if (!body.hasNonNull("protection")) {
            return null;
        }
        try {
            return Protection.valueOf(body.get("protection").asText());
        } catch (IllegalArgumentException invalid) {
            throw new Problem(400, "RV-105", "protection is one of " + Arrays.toString(Protection.values()));
        }
    }

    private static String unit(JsonNode body) throws Problem {
        String unit = body.path("unitCode").asText("").strip();
        if (!unit.matches("[0-9A-Za-z]{0,12}")) {
            throw new Problem(400, "RV-105", "unitCode is the unit that the case belongs to from now on");
        }
        return unit.isEmpty() ? null : unit;
    }

    private static List<String> officers(JsonNode body) throws Problem {
        List<String> officers = new ArrayList<>();
        for (JsonNode officer : body.path("officers")) {
            String number = officer.asText().strip();
            if (!number.isEmpty() && number.length() <= 64) {
                officers.add(number);
            }
        }
        if (officers.size() > OFFICERS_MAX) {
            throw new Problem(400, "RV-105", "At most " + OFFICERS_MAX + " officers are assigned to a case");
        }
        if (officers.isEmpty() && body.hasNonNull("protection")) {
            throw new Problem(400, "RV-105", "A protected case needs somebody who may still see it: name officers");
        }
        return officers;
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, Context request, CaseId caseId, String reason) {
        return ActRecorder.event(type, request, null, caseId.value(), Access.actor(request), reason);
    }
}
