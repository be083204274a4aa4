package org.liuhen.review;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.liuhen.custody.event.AccessEvent.Searched;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.Downloaded;
import org.liuhen.custody.event.CustodyEvent.StoredObject;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Place;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.intake.Feed;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.intake.Problem;
import org.liuhen.intake.people.Access;
import org.liuhen.intake.people.Act;
import org.liuhen.intake.people.Person;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API for officers, supervisors and prosecutors. What shows an item or gives its bytes is recorded first, and so is each search: if the
 * record is away, the answer is 503 and nothing is shown.
 */
public final class ReviewApi {
    private static final Logger LOG = LoggerFactory.getLogger(ReviewApi.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIST_MAX = 500;
    private static final int LOG_EVENTS_MAX = 500;
    private static final int SAME_NAME_MAX = 50;
    private static final int REASON_CHARACTERS_MAX = 500;
    private static final int TERMS_MAX = 500;

    /** What a browser plays by itself, and nothing that could run as a page of ours. */
    private static final Set<String> PLAYABLE = Set.of(
            "video/mp4",
            "video/webm",
            "video/ogg",
            "audio/mpeg",
            "audio/mp4",
            "audio/ogg",
            "audio/wav",
            "audio/vnd.wave");

    private static final String TILE = "(x[0-9]{3}/)*[0-9]{3}(\\.p/[0-9]{1,3})?";
    private static final String ENTRIES = "tile/entries/" + TILE;
    /** That a reader takes gzip, and not with a weight of nothing (RFC 9110, section 12.5.3). */
    private static final Pattern GZIP =
            Pattern.compile("\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))", Pattern.CASE_INSENSITIVE);

    private static final String HEADS_AND_HASHES = "checkpoint(\\.witnessed)?|tile/[0-9]{1,2}/" + TILE;

    private final Vault vault;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final Policy policy;
    private final ReadModel model;
    private final Feed feed;
    private final Visibility visibility;

    /**
     * Answers for this site.
     *
     * @param key the key of its log
     * @param policy whom this site trusts as witnesses of its log
     */
    public ReviewApi(
            Vault vault,
            LogName log,
            SignedNote.Verifier key,
            Policy policy,
            ReadModel model,
            Feed feed,
            Access access) {
        this.policy = policy;
        this.visibility = new Visibility(log, model, feed, access);
        this.vault = vault;
        this.log = log;
        this.key = key;
        this.model = model;
        this.feed = feed;
    }

    /** Adds the API, the published log and the page. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.exception(SQLException.class, (away, context) -> {
            LOG.warn("{} {}: {}", context.method(), context.path(), away.getMessage());
            context.status(503)
                    .header("Retry-After", "1")
                    .contentType("application/problem+json")
                    .result(JSON.createObjectNode()
                            .put("type", "https://liuhen.org/problems/RM-101")
                            .put("title", "RM-101")
                            .put("status", 503)
                            .put("code", "RM-101")
                            .put(
                                    "detail",
                                    "The search database does not answer. Check that PostgreSQL runs;"
                                            + " uploads and the record go on without it")
                            .toString());
        });
        routes.get("/api/log-events", this::logEvents, Act.SEE_LOG);
        routes.get("/api/missing-segments", this::missingSegments, Act.SEE_GAPS);
        routes.get("/api/gaps", this::gaps, Act.SEE_GAPS);
        routes.get("/api/evidence", this::list, Act.SEARCH);
        routes.get("/api/evidence/{id}", this::show, Act.VIEW);
        routes.get("/api/evidence/{id}/custody", this::custody, Act.VIEW);
        routes.get("/api/evidence/{id}/content", context -> content(context, false), Act.DOWNLOAD);
        routes.head("/api/evidence/{id}/content", context -> content(context, false), Act.DOWNLOAD);
        routes.get("/api/evidence/{id}/media", context -> content(context, true), Act.DOWNLOAD);
        routes.head("/api/evidence/{id}/media", context -> content(context, true), Act.DOWNLOAD);
        routes.get("/api/evidence/{id}/track", this::track, Act.PREVIEW);
        routes.get("/api/evidence/{id}/preview", this::preview, Act.PREVIEW);
        routes.get("/api/evidence/{id}/verification", this::auditOne, Act.AUDIT);
        routes.get("/api/verification", context -> audit(context, Optional.empty()), Act.AUDIT);
        new LinksApi(visibility).addTo(routes);
        RetentionRules rules = new RetentionRules(log, model, visibility);
        rules.addTo(routes);
        SigningKeys keys = new SigningKeys(log, model, visibility);
        keys.addTo(routes);
        new ItemActs(log, model, visibility, rules, keys).addTo(routes);
        new CasesApi(log, model, visibility).addTo(routes);
        new Dashboard(log, model, visibility).addTo(routes);
        new PageFiles().addTo(routes);
        // What the log's heads and hashes say of people is nothing; its entries say all.
        for (HandlerType method : List.of(HandlerType.GET, HandlerType.HEAD)) {
            routes.addHttpHandler(
                    method,
                    "/log/" + log.value() + "/tile/entries/<path>",
                    this::entries,
                    visibility.access().isClaimed() ? Act.PUBLIC : Act.SEE_LOG);
            routes.addHttpHandler(
                    method,
                    "/log/" + log.value() + "/<path>",
                    context -> logFile(context, context.pathParam("path"), HEADS_AND_HASHES),
                    Act.PUBLIC);
        }
    }

    /** The entries are of all units. Without sign-in the whole log is public on loopback, as everything else is. */
    private void entries(Context context) throws IOException, Problem, FeedUnavailableException {
        if (!visibility.access().isClaimed()) {
            visibility.requireWholeSite(context);
        }
        logFile(context, "tile/entries/" + context.pathParam("path"), ENTRIES);
    }

    private void list(Context context) throws SQLException, Problem, FeedUnavailableException {
        Search search = visibility
                .search(context)
                .id(context.queryParam("id"))
                .linkedTo(context.queryParam("case"))
                .marked(SearchTerms.STATE, context.queryParam("state"))
                .text(context.queryParam("q"))
                .marked(SearchTerms.OFFICER, context.queryParam("officer_no"))
                .marked(SearchTerms.DEVICE, context.queryParam("device"))
                .beginning(SearchTerms.UNIT, context.queryParam("unit"))
                .beginning(SearchTerms.TYPE, context.queryParam("type"))
                .where(IndexedExpressions.BEGUN + " >= ?", instant(context, "from"))
                .where(IndexedExpressions.BEGUN + " < ?", instant(context, "to"))
                .at(place(context.queryParam("bbox")))
                .before(context.queryParam("before"))
                .sample(context.queryParam("seed"))
                .limit(limit(context));
        if ("true".equals(context.queryParam("undecided"))) {
            search.where("item ?? 'candidates'");
        }
        String desk = context.queryParam("desk");
        if (desk != null) {
            search.where(Dashboard.condition(desk));
        }
        Map<String, ObjectNode> found = model.items().search(search);
        searched(context, visibility.access(), terms(context), found.size());
        answer(context, listed(found));
    }

    /** A search, or a look at a list, is on the record before its answer is given; the same one again within a minute is one event. */
    static void searched(Context context, Access access, String terms, int found) throws FeedUnavailableException {
        var context1 = Access.minutely(Searched.class, null, Access.actor(context), terms, null);
        access.record(new Searched(context1, terms, found));
    }

    private static String terms(Context context) {
        String terms = context.queryParamMap().entrySet().stream()
                .filter(one -> !one.getKey().equals("officer"))
                .map(one -> one.getKey() + "=" + String.join(",", one.getValue()))
                .sorted()
                .collect(Collectors.joining(" "));
        return terms.length() > TERMS_MAX ? terms.substring(0, TERMS_MAX) : terms;
    }

    private static String instant(Context context, String name) throws Problem {
        String text = context.queryParam(name);
        try {
            return text == null ? null : Instant.parse(text).toString();
        } catch (DateTimeParseException wrong) {
            throw new Problem(400, "RV-111", name + " is an instant such as 2026-11-24T00:00:00Z");
        }
    }

    /** The sides of a box in degrees, as GeoJSON writes them (RFC 7946, section 5). */
    private static Place place(String bbox) throws Problem {
        if (bbox == null) {
            return null;
        }
        try {
            double[] sides = Arrays.stream(bbox.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            return Place.around(sides[0], sides[1], sides[2], sides[3]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException wrong) {
            throw new Problem(
                    400,
                    "RV-105",
                    "bbox is west,south,east,north in degrees, such as 116.38,39.90,116.40,39.91 (RFC 7946)");
        }
    }

    static ObjectNode listed(Map<String, ObjectNode> items) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("evidence");
        items.forEach((id, item) -> list.add(item.put("id", id)));
        return answer;
    }

    static int limit(Context context) throws Problem {
        String text = context.queryParam("limit");
        if (text == null) {
            return 50;
        }
        if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > LIST_MAX) {
            throw new Problem(400, "RV-102", "limit is a number from 1 to " + LIST_MAX);
        }
        return Integer.parseInt(text);
    }

    private void show(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        EvidenceId id = Visibility.id(context);
        ObjectNode item = visibility.item(context, id);
        record(new Viewed(context(Viewed.class, context, id, context.queryParam("purpose"))));
        item.put("id", id.value());
        JsonNode description = description(item);
        item.set("metadata", description.get("values"));
        item.set("members", description.get("members"));
        if (item.has("recordingId")) {
            ArrayNode segments = item.putArray("segments");
            visibility
                    .visible(
                            context,
                            model.items().segments(log, item.get("recordingId").asText(), SAME_NAME_MAX))
                    .forEach((other, its) -> segments.addObject()
                            .put("id", other)
                            .put("segment", its.path("segment").asInt())
                            .put("state", its.path("state").asText())
                            .put("fileName", its.path("fileName").asText()));
        }
        ArrayNode sameName = item.putArray("sameName");
        visibility
                .visible(context, model.items().sameName(log, id.value(), SAME_NAME_MAX))
                .forEach((other, its) -> sameName.addObject()
                        .put("id", other)
                        .put("fileName", its.path("fileName").asText())
                        .put("mediaType", its.path("mediaType").asText()));
        answer(context, item);
    }

    /** What was found out about an item; an empty node where there is nothing yet. */
    private JsonNode description(ObjectNode item) throws IOException {
        Optional<byte[]> bytes = item.has("metadataSha256")
                ? vault.log(log)
                        .read(Described.metadataPath(
                                new Sha256Digest(item.get("metadataSha256").asText())))
                : Optional.empty();
        return bytes.isPresent() ? JSON.readTree(bytes.get()) : JSON.createObjectNode();
    }

    /** The positions that a recording or a log beside it holds, as GeoJSON. Looking at them is recorded. */
    private void track(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        made(context, Descriptions.TRACK, "positions", new Problem(404, "RV-113", "This item holds no positions"));
    }

    /** A small picture or an excerpt of the item. Looking at it is recorded. */
    private void preview(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        made(context, Descriptions.PREVIEW, "preview", new Problem(404, "RV-115", "There is no preview of this item"));
    }

    private void made(Context context, String name, String purpose, Problem none)
            throws SQLException, Problem, FeedUnavailableException, IOException {
        EvidenceId id = Visibility.id(context);
        ObjectNode item = visibility.item(context, id);
        if (item.path("state").asText().equals("disposed")) {
            throw new Problem(409, "RV-104", "This item was disposed of; nothing of it is shown any more");
        }
        Descriptions.Made made = Descriptions.made(description(item), name).orElseThrow(() -> none);
        byte[] bytes = vault.log(log)
                .read(Described.metadataPath(made.digest()))
                .filter(found -> Sha256Digest.of(found).equals(made.digest()))
                .orElseThrow(() -> new Problem(
                        500,
                        "RV-114",
                        "What was made from the item is missing in storage or was altered. Restore metadata/"
                                + made.digest().hex() + ", or have it made again: liuhen describe " + id.value()));
        record(new Viewed(context(Viewed.class, context, id, purpose)));
        context.header("Cache-Control", "no-store");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Content-Security-Policy", "default-src 'none'; sandbox");
        boolean text = made.mediaType().startsWith("text/");
        context.contentType(text ? "text/plain; charset=utf-8" : made.mediaType())
                .result(bytes);
    }

    /**
     * What happened to no item: devices, clocks, keys, and whoever was turned away. To somebody of a unit what is about it, or was done by its
     * people; the rest is for people of the whole site.
     */
    private void logEvents(Context context) throws SQLException, IOException, FeedUnavailableException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode entries = answer.putArray("entries");
        String unit = Scope.unit(Access.person(context), Access.acts(context)).orElseThrow();
        for (EntryRow row : model.entries().newest(log, context.queryParam("type"), unit, LOG_EVENTS_MAX)) {
            ObjectNode entry = (ObjectNode) JSON.readTree(row.entry());
            entries.add(entry.put("index", row.index()));
        }
        searched(context, visibility.access(), ("look=log-events " + terms(context)).strip(), entries.size());
        answer(context, answer);
    }

    /** Recordings in several files of which one is not here. */
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
        searched(context, visibility.access(), "look=missing-segments", recordings.size());
        answer(context, answer);
    }

    /** What should be there and is not. */
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
        searched(context, visibility.access(), "look=gaps", gaps.size());
        answer(context, answer);
    }

    private void custody(Context context) throws SQLException, Problem, IOException, FeedUnavailableException {
        EvidenceId id = Visibility.id(context);
        ObjectNode item = visibility.item(context, id);
        if (!item.path("state").asText().equals("declared")) { // there is nothing to view before the item is received
            visibility
                    .access()
                    .record(new Viewed(Access.minutely(Viewed.class, id, Access.actor(context), "", "custody")));
        }
        answer(
                context,
                CustodyChain.of(vault.log(log), log, key, model.entries().itemChain(id.value()))
                        .put("id", id.value())
                        .put("policy", policy.toString()));
    }

    private void content(Context context, boolean play)
            throws SQLException, Problem, FeedUnavailableException, IOException {
        EvidenceId id = Visibility.id(context);
        ObjectNode item = visibility.item(context, id);
        if (!item.has("object")) {
            throw new Problem(
                    409,
                    "RV-104",
                    "This item has no bytes: it is " + item.get("state").asText());
        }
        JsonNode place = item.get("object");
        StoredObject object = new StoredObject(
                place.get("bucket").asText(),
                place.get("key").asText(),
                place.has("versionId") ? place.get("versionId").asText() : null);
        String type = item.path("mediaType").asText().replaceFirst(";.*", "");
        if (play && !PLAYABLE.contains(type)) {
            throw new Problem(415, "RV-123", "A browser does not play " + type + "; fetch it from content instead");
        }
        long size = item.get("sizeBytes").asLong();
        ByteRange range = ByteRange.answer(
                context, size, item.has("sha256") ? item.get("sha256").asText() : null);
        boolean head = context.method().equals(HandlerType.HEAD);
        if (!head) {
            record(new Downloaded(
                    context(Downloaded.class, context, id, play ? "play" : context.queryParam("purpose")),
                    range.from(),
                    range.to()));
        }
        String name = URLEncoder.encode(item.get("fileName").asText(), UTF_8).replace("+", "%20");
        // Never shown in place: an HTML file that came in as evidence must not run as one of our pages.
        if (!play) {
            context.header("Content-Disposition", "attachment; filename*=UTF-8''" + name);
        }
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Content-Security-Policy", "default-src 'none'; sandbox");
        context.header("Cache-Control", "no-store");
        context.contentType(play ? type : "application/octet-stream");
        if (!head) { // else nobody sees any of its bytes
            context.result(vault.open(object, range.from(), range.to()));
        }
        context.res().setContentLengthLong(range.to() - range.from());
    }

    private void auditOne(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        EvidenceId id = Visibility.id(context);
        visibility.item(context, id);
        audit(context, Optional.of(id));
    }

    private void audit(Context context, Optional<EvidenceId> only) throws IOException, SQLException {
        Audit.Report report = Audit.run(vault, log, key, model, only);
        ObjectNode answer = JSON.createObjectNode();
        answer.put("verified", report.verified());
        answer.put("items", report.items());
        answer.put("bytes", report.bytes());
        if (report.checkpoint() != null) {
            answer.put("entries", report.checkpoint().size());
            answer.put("root", report.checkpoint().root().hex());
        }
        ArrayNode faults = answer.putArray("faults");
        report.faults().forEach(fault -> faults.add(CustodyChain.fault(fault)));
        answer(context, answer);
    }

    /** The published log as tlog-tiles asks for it, for verifiers that are not ours. */
    private void logFile(Context context, String path, String served) throws IOException, Problem {
        if (!path.matches(served)) {
            throw new Problem(404, "RV-101", "A log has a checkpoint and tiles (C2SP tlog-tiles)");
        }
        byte[] file =
                vault.log(log).read(path).orElseThrow(() -> new Problem(404, "RV-101", "The log has no such file now"));
        boolean head = path.startsWith("checkpoint");
        boolean entries = path.startsWith("tile/entries/");
        context.contentType(head ? "text/plain; charset=utf-8" : "application/octet-stream");
        context.header(
                "Cache-Control",
                head ? "no-cache" : (entries ? "private" : "public") + ", max-age=31536000, immutable");
        if (entries) {
            context.header("Vary", "Accept-Encoding");
        }
        if (entries
                && GZIP.matcher(Objects.toString(context.header("Accept-Encoding"), ""))
                        .find()) {
            context.header("Content-Encoding", "gzip");
            context.result(gzip(file));
        } else {
            context.result(file);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private void record(CustodyEvent event) throws FeedUnavailableException {
        feed.append(log, event);
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, Context request, EvidenceId id, String purpose) {
        return Visibility.event(type, request, id, id.value(), Access.actor(request), purpose);
    }

    /** What was sent with a request. */
    static JsonNode body(Context request) throws Problem {
        try {
            return JSON.readTree(request.bodyAsBytes());
        } catch (IOException wrong) {
            throw new Problem(400, "RV-105", "The body is not JSON");
        }
    }

    /** Why an act is asked for; it stands in the record. */
    static String reason(JsonNode body) throws Problem {
        String reason = body.path("reason").asText().strip();
        if (reason.isEmpty() || reason.length() > REASON_CHARACTERS_MAX) {
            throw new Problem(400, "RV-106", "Say why: a reason has 1 to " + REASON_CHARACTERS_MAX + " characters");
        }
        return reason;
    }

    /** An entry as JSON. */
    static JsonNode parse(String entry) throws SQLException {
        try {
            return JSON.readTree(entry);
        } catch (IOException altered) {
            throw new SQLException("VF-106 an entry of the read model is altered", altered);
        }
    }

    static void answer(Context context, ObjectNode answer) {
        context.header("Cache-Control", "no-store");
        context.contentType("application/json").result(answer.toString());
    }
}
