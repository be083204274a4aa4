package org.liuhen.review.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Completeness;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ExportQueries;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.ItemView.State;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.web.Problem;

/**
 * The routes of exports: a package of evidence is requested, decided about by a second person ({@link ExportDecisions}), made
 * ({@link ExportBuilder}), and fetched ({@link ExportFiles}). Each of these is on the record of each item before it is done.
 */
public final class Exports implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CASE_PAGE = 500;

    /** The most exports in a list: each takes a request to the store. */
    private static final int LISTED_MAX = 50;

    /** The most items of an export that the list names. */
    private static final int NAMED = 5;

    private final LogName log;
    private final LogStore store;
    private final ReadModel model;
    private final Feed feed;
    private final ExportBuilder builder;
    private final ExportProgress progress;
    private final ExportRequests requests;
    private final ExportDecisions decisions;
    private final ExportFiles files;
    private final Visibility visibility;
    private final SignedNote.Signer signer;
    private final Sm2 sm2;
    private final Policy policy;
    private final SecureRandom random = new SecureRandom();

    /**
     * The exports of one site.
     *
     * @param key the key that signs the log
     * @param signer the key that signs packages
     * @param sm2 the SM2 key that signs packages, too; null for none
     * @param policy the witnesses and timestamp authorities of the log
     * @param follower says which of several processes makes the packages
     * @param access the sign-in and the rights of this site
     */
    public Exports(
            EvidenceStore evidence,
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            SignedNote.Signer signer,
            Sm2 sm2,
            Policy policy,
            ReadModel model,
            Follower follower,
            Feed feed,
            Access access) {
        this.visibility = new Visibility(log, model, access);
        this.log = log;
        this.store = store;
        this.model = model;
        this.feed = feed;
        this.signer = signer;
        this.sm2 = sm2;
        this.policy = policy;
        this.builder = new ExportBuilder(evidence, store, log, key, signer, sm2, policy, model, follower, feed);
        this.progress = new ExportProgress(store, builder);
        this.requests = new ExportRequests(store, visibility);
        this.decisions = new ExportDecisions(log, model, feed, requests);
        this.files = new ExportFiles(evidence, store, log, model, feed, requests);
    }

    /** Adds the routes. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/exports", this::request, Act.REQUEST_EXPORT);
        routes.get("/api/exports", this::list, Act.REQUEST_EXPORT, Act.APPROVE_EXPORT, Act.FETCH_EXPORT);
        routes.get("/api/exports/{id}", this::show, Act.REQUEST_EXPORT, Act.APPROVE_EXPORT, Act.FETCH_EXPORT);
        decisions.addTo(routes);
        files.addTo(routes);
        routes.get("/api/trust", this::trust, Act.FETCH_EXPORT);
        routes.get("/api/completeness", this::completeness, Act.AUDIT);
    }

    private void request(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        Actor actor = Access.actor(context);
        JsonNode body = Requests.body(context);
        List<String> items = new ArrayList<>();
        body.path("evidence").forEach(item -> items.add(item.asText()));
        String caseId = body.hasNonNull("caseId") ? body.get("caseId").asText() : null;
        String ofCase =
                items.isEmpty() ? caseId : null; // with other items beside them it is not the package of that case
        if (caseId != null) {
            itemsOf(context, caseId, items);
        }
        String id = EvidenceId.create(Instant.now(), random).value();
        ExportRequest request = new ExportRequest(
                id, items, body.path("recipient").asText(), body.path("purpose").asText(), actor.id(), ofCase);
        visibility.requireAll(context, request.items());
        Map<String, ItemView> known = model.items().byIds(request.items());
        for (String item : request.items()) {
            ItemView view = known.getOrDefault(item, new ItemView());
            if (!view.is(State.VERIFIED) && !view.is(State.REJECTED)) {
                throw new Problem(
                        409,
                        "RV-108",
                        item + " is " + view.stateText() + "; only what was read back from the store is exported");
            }
        }
        store.write(ExportRequest.folder(id) + "request.json", JSON.writeValueAsBytes(request.json()));
        for (String item : request.items()) {
            EventContext event = ExportRequests.event(ExportRequested.class, id, item, actor, request.purpose());
            feed.append(
                    log,
                    new ExportRequested(
                            event, id, request.recipient(), request.items().size(), request.itemsSha256()));
        }
        context.status(202);
        Answers.json(
                context,
                JSON.createObjectNode()
                        .put("exportId", id)
                        .put("items", request.items().size()));
    }

    private void itemsOf(Context context, String caseId, List<String> items) throws SQLException, Problem {
        String before = null;
        while (true) {
            List<String> page = List.copyOf(model.items()
                    .search(visibility
                            .search(context)
                            .linkedTo(caseId)
                            .before(before)
                            .limit(CASE_PAGE))
                    .keySet());
            items.addAll(page);
            if (page.size() < CASE_PAGE) {
                break;
            }
            before = page.get(page.size() - 1);
        }
        if (items.isEmpty()) {
            throw new Problem(404, "RV-101", "Nothing is attached to this case");
        }
    }

    /** The newest exports of which the person may see each item. */
    private void list(Context context) throws IOException, SQLException, Problem {
        String asked = context.queryParam("state");
        ExportQueries.State state;
        try {
            state = asked == null ? null : ExportQueries.State.valueOf(asked.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new Problem(400, "RV-105", "state is one of requested, approved, exported, refused, withdrawn");
        }
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode exports = answer.putArray("exports");
        Scope scope = Scope.of(Access.person(context), Access.acts(context));
        for (ExportQueries.Export export : model.exports().newest(log, scope, state, LISTED_MAX)) {
            Optional<byte[]> stored = store.read(ExportRequest.folder(export.id()) + "request.json");
            if (stored.isEmpty()) {
                continue;
            }
            try {
                ExportRequest request = ExportRequest.read(stored.get());
                if (request.items().size() == export.items()) { // else the read model does not know of all yet
                    exports.add(described(request, export));
                }
            } catch (JsonProcessingException | RuntimeException damaged) { // the others are listed all the same
                exports.addObject()
                        .put("id", export.id())
                        .put("state", "failed")
                        .put("reason", "Its stored request cannot be read. Ask for the package again")
                        .put("items", export.items());
            }
        }
        name(context, exports);
        answer.put("partly", model.exports().partly(log, scope));
        context.header("Cache-Control", "no-store");
        Answers.json(context, answer);
    }

    /** Gives the first items of each export their file names, where the person may see them. */
    private void name(Context context, ArrayNode exports) throws SQLException {
        Map<String, List<ObjectNode>> items = new HashMap<>();
        exports.forEach(export -> export.path("first")
                .forEach(item -> items.computeIfAbsent(item.get("id").asText(), id -> new ArrayList<>())
                        .add((ObjectNode) item)));
        if (!items.isEmpty()) {
            model.items()
                    .search(visibility.search(context).among(items.keySet()))
                    .forEach((id, view) -> items.get(id).forEach(item -> item.put("fileName", view.fileName())));
        }
    }

    private ObjectNode described(ExportRequest request, ExportQueries.Export recorded) throws IOException {
        ObjectNode export = request.json();
        export.put("items", request.items().size());
        ArrayNode first = export.putArray("first");
        request.items().stream().limit(NAMED).forEach(item -> first.addObject().put("id", item));
        export.put("requestedAt", new EvidenceId(request.id()).declaredAt().toString()); // the time in the ULID
        return export.setAll(progress.of(request, recorded));
    }

    private void show(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        ExportRequest request = requests.known(context);
        Answers.json(context, request.json().setAll(progress.of(request, recorded(request))));
    }

    /** How far the record says that an export has come. */
    private ExportQueries.Export recorded(ExportRequest request) throws SQLException {
        Collection<ItemView> items = model.items().byIds(request.items()).values();
        List<String> stages = items.stream()
                .map(item -> item.export(request.id()).orElse("requested"))
                .toList();
        Optional<ItemView.ExportEnd> end = items.stream()
                .flatMap(item -> item.exportEnd(request.id()).stream())
                .findFirst();
        return new ExportQueries.Export(
                request.id(),
                ExportQueries.State.of(stages),
                stages.size(),
                end.map(ItemView.ExportEnd::by).orElse(null),
                end.map(ItemView.ExportEnd::reason).orElse(null));
    }

    /** The keys by which a recipient verifies packages. They are public; whoever fetches packages hands them over, once and by another way. */
    private void trust(Context context) {
        context.header("Content-Disposition", "attachment; filename=\"trust\"");
        context.contentType("text/plain").result(TrustPolicy.text(policy, signer.verifier(), sm2));
    }

    /**
     * A signed statement of all items of an officer or a device in an interval. The person must be allowed to see each of them, for a statement
     * that leaves items out would be false.
     */
    private void completeness(Context context)
            throws IOException, SQLException, Problem, FeedUnavailableException, SignedNote.BadNoteException {
        Completeness.Question question;
        try {
            question = new Completeness.Question(
                    context.queryParam("officerNo"),
                    context.queryParam("deviceSerial"),
                    Instant.parse(String.valueOf(context.queryParam("from"))),
                    Instant.parse(String.valueOf(context.queryParam("to"))));
        } catch (DateTimeParseException invalid) {
            throw new Problem(400, "RV-111", "from and to are instants such as 2026-11-24T00:00:00Z");
        }
        byte[] head = store.read(Tiles.WITNESSED)
                .orElseThrow(() -> new Problem(503, "RV-112", "No head is witnessed yet; ask again in a moment"));
        byte[] statement = Completeness.state(store, SignedNote.parse(head), question, signer);
        visibility.requireAll(context, Completeness.items(statement));
        context.header("Cache-Control", "no-store");
        context.contentType("application/json").result(statement);
    }

    @Override
    public void close() {
        builder.close();
    }
}
