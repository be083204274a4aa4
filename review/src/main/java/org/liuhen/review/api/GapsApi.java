package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.GapEvent.GapExplained;
import org.liuhen.custody.event.GapEvent.GapGround;
import org.liuhen.custody.event.GapEvent.GapReopened;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.GapQueries;
import org.liuhen.review.model.GapQueries.Gap;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.projection.ItemView;
import org.liuhen.web.Problem;

/** What should be at the site and is not, and why not. Each look is on the record before its answer is given. */
final class GapsApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIST_MAX = 500;

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;
    private final ActRecorder recorder;

    GapsApi(LogName log, ReadModel model, Visibility visibility, ActRecorder recorder) {
        this.visibility = visibility;
        this.log = log;
        this.model = model;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/missing-segments", this::missingSegments, Act.SEE_GAPS);
        routes.get("/api/gaps", this::gaps, Act.SEE_GAPS);
        routes.post("/api/gaps/acts", this::act, Act.EXPLAIN_GAP);
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

    /**
     * The gaps that are open and, on the first page, those that are explained, how many there are in all, and how many dispatch records are not
     * looked at yet.
     */
    private void gaps(Context context) throws SQLException, IOException, FeedUnavailableException, Problem {
        Person person = Access.person(context);
        Set<Act> acts = Access.acts(context);
        Scope scope = Scope.of(person, acts);
        Optional<String> unit = Scope.unit(person, acts);
        ObjectNode answer = JSON.createObjectNode();
        int listed =
                addAll(model.gaps().gaps(log, scope, unit, false, before(context), LIST_MAX), answer.putArray("gaps"));
        if (context.queryParam("before") == null) {
            answer.put("open", model.gaps().count(log, scope, unit, false));
            answer.put("explainedInAll", model.gaps().count(log, scope, unit, true));
            listed += addAll(
                    model.gaps().gaps(log, scope, unit, true, Long.MAX_VALUE, LIST_MAX), answer.putArray("explained"));
            GapQueries.Waiting waiting = model.gaps().waiting(log, unit, Instant.now());
            ObjectNode notYet = answer.putObject("waiting").put("records", waiting.records());
            if (waiting.records() > 0) {
                notYet.put("next", waiting.next().toString())
                        .put("last", waiting.last().toString());
            }
        }
        recorder.recordSearch(context, "look=gaps", listed);
        Answers.json(context, answer);
    }

    /** The index in the log before which open gaps are wanted. */
    private static long before(Context context) throws Problem {
        String before = context.queryParam("before");
        if (before != null && !before.matches("[0-9]{1,18}")) {
            throw new Problem(400, "RV-105", "before is the index of the last gap of the page before");
        }
        return before == null ? Long.MAX_VALUE : Long.parseLong(before);
    }

    private int addAll(List<Gap> found, ArrayNode gaps) throws SQLException, IOException {
        Map<String, ItemView> items = itemsOf(found);
        for (Gap gap : found) {
            ObjectNode one = told(gap, gaps.addObject());
            ItemView item = items.get(one.path("evidenceId").asText());
            if (item != null) {
                one.put("fileName", item.fileName());
            }
        }
        return gaps.size();
    }

    /** What the record says of a gap. */
    static ObjectNode told(Gap gap, ObjectNode one) throws IOException {
        JsonNode event = JSON.readTree(gap.found().entry()).get("event");
        copy(event, List.of("gapId", "gapKind", "since", "finding"), one);
        one.set("evidenceId", event.at("/context/evidenceId"));
        one.put("index", gap.found().index());
        if (gap.explained() != null) {
            JsonNode said = JSON.readTree(gap.explained().entry()).get("event");
            ObjectNode explanation =
                    copy(said, List.of("ground", "words", "caseId", "relatedItem"), JSON.createObjectNode());
            explanation.set("by", said.at("/context/actor/id"));
            explanation.set("at", said.at("/context/occurredAt"));
            one.set("explained", explanation.put("index", gap.explained().index()));
        }
        return one;
    }

    /** The items that these gaps are of, by their IDs; who sees the gap sees the item. */
    private Map<String, ItemView> itemsOf(List<Gap> gaps) throws SQLException, IOException {
        List<String> ids = new ArrayList<>();
        for (Gap gap : gaps) {
            ids.add(gap.found().chain());
        }
        return model.items().byIds(ids);
    }

    private static ObjectNode copy(JsonNode event, List<String> names, ObjectNode to) {
        for (String name : names) {
            if (event.has(name)) {
                to.set(name, event.get(name));
            }
        }
        return to;
    }

    /** Explains a gap, or opens it again: by a supervisor who sees it. */
    private void act(Context context) throws SQLException, IOException, FeedUnavailableException, Problem {
        JsonNode body = Requests.body(context);
        String act = body.path("act").asText();
        boolean explains = act.equals("explain");
        if (!explains && !act.equals("reopen")) {
            throw new Problem(400, "RV-105", "act is one of explain, reopen");
        }
        Person person = Access.person(context);
        Set<Act> acts = Access.acts(context);
        Gap gap = model.gaps()
                .gap(
                        log,
                        Scope.of(person, acts),
                        Scope.unit(person, acts),
                        body.path("gapId").asText("none"))
                .orElseThrow(() -> new Problem(404, "RV-132", "There is no such gap in your unit, or it is closed"));
        CustodyEvent event = explains ? explanation(context, gap, body) : reopening(context, gap, body);
        if (!recorder.isRecorded(context, event) && explains == (gap.explained() != null)) {
            throw new Problem(
                    409,
                    "RV-133",
                    explains ? "The gap is explained already; open it again first" : "Nobody has explained this gap");
        }
        recorder.record(context, event, JSON.createObjectNode());
    }

    private GapExplained explanation(Context context, Gap gap, JsonNode body)
            throws Problem, SQLException, FeedUnavailableException {
        GapGround ground = Arrays.stream(GapGround.values())
                .filter(one -> one.name().equals(body.path("ground").asText()))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        400,
                        "RV-105",
                        "ground is one of "
                                + Arrays.stream(GapGround.values())
                                        .map(Enum::name)
                                        .collect(Collectors.joining(", "))));
        CaseId caseId =
                body.hasNonNull("caseId") ? new CaseId(body.get("caseId").asText()) : null;
        EvidenceId item = null;
        if (body.hasNonNull("evidenceId")) {
            item = new EvidenceId(body.get("evidenceId").asText());
            visibility.item(context, item);
        }
        return new GapExplained(
                event(GapExplained.class, context, gap), gapId(gap), ground, Requests.reason(body), caseId, item);
    }

    private static GapReopened reopening(Context context, Gap gap, JsonNode body) throws Problem, SQLException {
        return new GapReopened(event(GapReopened.class, context, gap), gapId(gap), Requests.reason(body));
    }

    private static String gapId(Gap gap) throws SQLException {
        return gap.found().event().key();
    }

    /** In the chain in which the gap was found. */
    private static EventContext event(Class<? extends CustodyEvent> type, Context context, Gap gap)
            throws SQLException {
        EvidenceId item = gap.found().event().context().evidenceId();
        return ActRecorder.event(type, context, item, gapId(gap), Access.actor(context), null);
    }
}
