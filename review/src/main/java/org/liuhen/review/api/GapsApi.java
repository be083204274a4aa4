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
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
import org.liuhen.review.model.GapQueries.Asked;
import org.liuhen.review.model.GapQueries.Dispatched;
import org.liuhen.review.model.GapQueries.Gap;
import org.liuhen.review.model.GapQueries.Whose;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.SegmentQueries;
import org.liuhen.review.model.SegmentQueries.Missing;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
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

    /**
     * A gap that is not closed.
     *
     * @param item the item in whose chain it stands; null for the log's own
     */
    private record Named(String gapId, EvidenceId item, boolean explained) {}

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

    /**
     * Recordings in several files of which files are missing: those that are open and, on the first page, those that are explained, and how many
     * there are in all.
     */
    private void missingSegments(Context context) throws SQLException, IOException, FeedUnavailableException, Problem {
        String after = context.queryParam("after");
        List<Missing> open = new ArrayList<>();
        List<Missing> explained = new ArrayList<>();
        for (Missing missing : model.segments().missingSegments(log, asked(context), Instant.now())) {
            (missing.explained() == null ? open : explained).add(missing);
        }
        ObjectNode answer = JSON.createObjectNode();
        open.sort(Comparator.comparing(Missing::recordingId));
        explained.sort(Comparator.comparing(Missing::since).reversed()); // the newest first
        List<Missing> page = open.stream()
                .filter(missing -> after == null || missing.recordingId().compareTo(after) > 0)
                .toList();
        int listed = addSegments(page, answer.putArray("recordings"));
        if (after == null) {
            answer.put("open", open.size()).put("explainedInAll", explained.size());
            listed += addSegments(explained, answer.putArray("explained"));
        }
        recorder.recordSearch(context, ("look=missing-segments " + Requests.terms(context)).strip(), listed);
        Answers.json(context, answer);
    }

    private static int addSegments(List<Missing> missing, ArrayNode recordings) throws IOException {
        for (Missing of : missing.subList(0, Math.min(missing.size(), LIST_MAX))) {
            ObjectNode one = recordings.addObject().put("recordingId", of.recordingId());
            ArrayNode which = one.putArray("missing");
            of.segments().forEach(which::add);
            one.put("gapId", of.gapId()).put("gapKind", "MISSING_SEGMENTS").put("since", of.since());
            add(of.whose(), one);
            addExplanation(of.explained(), one);
        }
        return recordings.size();
    }

    /**
     * The gaps that a request wants: of a unit ({@code unit}: how its code begins, or {@code none}) and of a period ({@code from} and {@code to}, days
     * of the {@code zone} or instants), as far as the person sees them.
     */
    private static Asked asked(Context context) throws Problem {
        Person person = Access.person(context);
        Set<Act> acts = Access.acts(context);
        ZoneId zone = Requests.zone(context);
        String unit = context.queryParam("unit");
        return new Asked(
                Scope.of(person, acts),
                Scope.unit(person, acts),
                unit == null || unit.isEmpty() ? null : unit,
                Requests.moment(context, "from", zone, 0),
                Requests.moment(context, "to", zone, 1));
    }

    /**
     * The gaps that are open and, on the first page, those that are explained, how many there are in all, and how many dispatch records are not
     * looked at yet.
     */
    private void gaps(Context context) throws SQLException, IOException, FeedUnavailableException, Problem {
        Asked asked = asked(context);
        ObjectNode answer = JSON.createObjectNode();
        int listed = addAll(model.gaps().gaps(log, asked, false, before(context), LIST_MAX), answer.putArray("gaps"));
        if (context.queryParam("before") == null) {
            answer.put("open", model.gaps().count(log, asked, false));
            answer.put("explainedInAll", model.gaps().count(log, asked, true));
            listed +=
                    addAll(model.gaps().gaps(log, asked, true, Long.MAX_VALUE, LIST_MAX), answer.putArray("explained"));
            GapQueries.Waiting waiting = model.gaps().waiting(log, asked.reach(), Instant.now());
            ObjectNode notYet = answer.putObject("waiting").put("records", waiting.records());
            if (waiting.records() > 0) {
                notYet.put("next", waiting.next().toString())
                        .put("last", waiting.last().toString());
            }
            if (waiting.altered() > 0) {
                notYet.put("altered", waiting.altered());
            }
        }
        recorder.recordSearch(context, ("look=gaps " + Requests.terms(context)).strip(), listed);
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
        List<String> incidents = new ArrayList<>();
        for (Gap gap : found) {
            incidents.add(subject(gap));
        }
        Map<String, Dispatched> dispatched = model.gaps().dispatched(log, incidents);
        for (Gap gap : found) {
            ObjectNode one = told(gap, gaps.addObject());
            ItemView item = items.get(one.path("evidenceId").asText());
            if (item != null) {
                one.put("fileName", item.fileName());
                add(new Whose(item.officers(), List.copyOf(item.units())), one);
            } else if (dispatched.containsKey(subject(gap))) {
                Dispatched sent = dispatched.get(subject(gap));
                if (sent.whole()) {
                    add(sent.whose(), one);
                } else {
                    one.put("dispatchAltered", sent.index());
                }
            }
        }
        return gaps.size();
    }

    /** The incident or the item that a gap is of: what its name has after the kind. */
    private static String subject(Gap gap) throws SQLException {
        return gapId(gap).replaceFirst("^[A-Z_]+ ", "");
    }

    private static void add(Whose whose, ObjectNode one) {
        whose.officers().forEach(one.putArray("officerNos")::add);
        whose.units().forEach(one.putArray("unitCodes")::add);
    }

    /** What the record says of a gap. */
    static ObjectNode told(Gap gap, ObjectNode one) throws IOException {
        JsonNode event = JSON.readTree(gap.found().entry()).path("event");
        copy(event, List.of("gapId", "gapKind", "since", "finding"), one);
        one.set("evidenceId", event.at("/context/evidenceId"));
        one.put("index", gap.found().index());
        if (!gap.found().isWhole()) {
            one.put("altered", true);
        }
        addExplanation(gap.explained(), one);
        return one;
    }

    /** Who said why it is missing, and why; nothing where the entry is null. */
    private static void addExplanation(EntryRow explained, ObjectNode one) throws IOException {
        if (explained != null) {
            JsonNode said = JSON.readTree(explained.entry()).path("event");
            ObjectNode explanation =
                    copy(said, List.of("ground", "words", "caseId", "relatedItem"), JSON.createObjectNode());
            explanation.set("by", said.at("/context/actor/id"));
            explanation.set("at", said.at("/context/occurredAt"));
            if (!explained.isWhole()) {
                explanation.put("altered", true);
            }
            one.set("explained", explanation.put("index", explained.index()));
        }
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
        Named gap = named(context, body.path("gapId").asText("none"));
        CustodyEvent event = explains ? explanation(context, gap, body) : reopening(context, gap, body);
        if (!recorder.isRecorded(context, event) && explains == gap.explained()) {
            throw new Problem(
                    409,
                    "RV-133",
                    explains ? "The gap is explained already; open it again first" : "Nobody has explained this gap");
        }
        recorder.record(context, event, JSON.createObjectNode());
    }

    /** Nobody decides about a row that somebody altered; null for no row. */
    private static void requireWhole(EntryRow row) throws AlteredRowException {
        if (row != null) {
            row.requireWhole();
        }
    }

    /** The gap of this name, where it is open or explained and its supervisor asks. RV-132: there is none. */
    private Named named(Context context, String gapId) throws SQLException, Problem {
        Person person = Access.person(context);
        Set<Act> acts = Access.acts(context);
        Scope scope = Scope.of(person, acts);
        Optional<Named> found;
        if (SegmentQueries.isOfSegments(gapId)) {
            Optional<Missing> segments = model.segments().missing(log, scope, gapId, Instant.now());
            if (segments.isPresent()) {
                requireWhole(segments.get().explained());
            }
            found = segments.map(missing -> new Named(gapId, null, missing.explained() != null));
        } else {
            Optional<Gap> gap = model.gaps().gap(log, scope, Scope.unit(person, acts), gapId);
            if (gap.isPresent()) {
                requireWhole(gap.get().found());
                requireWhole(gap.get().explained());
            }
            EvidenceId item =
                    gap.isEmpty() ? null : gap.get().found().event().context().evidenceId();
            found = gap.map(one -> new Named(gapId, item, one.explained() != null));
        }
        return found.orElseThrow(
                () -> new Problem(404, "RV-132", "There is no such gap in your unit, or it is closed"));
    }

    private GapExplained explanation(Context context, Named gap, JsonNode body)
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
                event(GapExplained.class, context, gap), gap.gapId(), ground, Requests.reason(body), caseId, item);
    }

    private static GapReopened reopening(Context context, Named gap, JsonNode body) throws Problem {
        return new GapReopened(event(GapReopened.class, context, gap), gap.gapId(), Requests.reason(body));
    }

    private static String gapId(Gap gap) throws SQLException {
        return gap.found().json().at("/event/gapId").asText();
    }

    private static EventContext event(Class<? extends CustodyEvent> type, Context context, Named gap) {
        return ActRecorder.event(type, context, gap.item(), gap.gapId(), Access.actor(context), null);
    }
}
