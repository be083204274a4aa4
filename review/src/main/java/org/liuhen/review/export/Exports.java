package org.liuhen.review.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Downloaded;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Completeness;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.ByteRange;
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
 * The routes of exports: a package of evidence is requested, approved by a second person, made, and fetched file by file or as one ZIP file.
 * Each of these is on the record of each item before it is done.
 */
public final class Exports implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CASE_PAGE = 500;

    /** The most exports in a list: each takes a request to the store. */
    private static final int LISTED_MAX = 50;

    private final EvidenceStore evidence;
    private final LogName log;
    private final LogStore store;
    private final ReadModel model;
    private final Feed feed;
    private final ExportBuilder builder;
    private final ExportProgress progress;
    private final Visibility visibility;
    private final SignedNote.Signer signer;
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
        this.evidence = evidence;
        this.log = log;
        this.store = store;
        this.model = model;
        this.feed = feed;
        this.signer = signer;
        this.builder = new ExportBuilder(evidence, store, log, key, signer, sm2, policy, model, follower, feed);
        this.progress = new ExportProgress(store, builder);
    }

    /** Adds the routes. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/exports", this::request, Act.REQUEST_EXPORT);
        routes.get("/api/exports", this::list, Act.REQUEST_EXPORT, Act.APPROVE_EXPORT, Act.FETCH_EXPORT);
        routes.get("/api/exports/{id}", this::show, Act.REQUEST_EXPORT, Act.APPROVE_EXPORT, Act.FETCH_EXPORT);
        routes.post("/api/exports/{id}/approval", this::approve, Act.APPROVE_EXPORT);
        routes.get("/api/exports/{id}/files", this::files, Act.FETCH_EXPORT);
        routes.get("/api/exports/{id}/files/<path>", this::file, Act.FETCH_EXPORT);
        routes.get("/api/exports/{id}/bag.zip", this::zip, Act.FETCH_EXPORT);
        routes.get("/api/completeness", this::completeness, Act.AUDIT);
    }

    private void request(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        Actor actor = Access.actor(context);
        JsonNode body = Requests.body(context);
        List<String> items = new ArrayList<>();
        body.path("evidence").forEach(item -> items.add(item.asText()));
        if (body.hasNonNull("caseId")) {
            itemsOf(context, body.get("caseId").asText(), items);
        }
        String id = EvidenceId.create(Instant.now(), random).value();
        ExportRequest request = new ExportRequest(
                id, items, body.path("recipient").asText(), body.path("purpose").asText(), actor.id());
        visibility.requireAll(context, request.items());
        Map<String, ItemView> known = model.items().byIds(request.items());
        for (String item : request.items()) {
            ItemView its = known.getOrDefault(item, new ItemView());
            if (!its.is(State.VERIFIED) && !its.is(State.REJECTED)) {
                throw new Problem(
                        409,
                        "RV-108",
                        item + " is " + its.stateText() + "; only what was read back from the store is exported");
            }
        }
        store.write(ExportRequest.folder(id) + "request.json", JSON.writeValueAsBytes(request.json()));
        for (String item : request.items()) {
            EventContext event = context(ExportRequested.class, id, item, actor, request.purpose());
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

    private void approve(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        Actor actor = Access.actor(context);
        ExportRequest request = known(context);
        if (actor.id().equals(request.requestedBy())) {
            throw new Problem(409, "ST-127", "Who requested an export does not approve it; ask a second person");
        }
        for (String item : request.items()) {
            EventContext event = context(ExportApproved.class, request.id() + "\n" + actor.id(), item, actor, null);
            feed.append(log, new ExportApproved(event, request.id()));
        }
        context.status(202);
        Answers.json(context, JSON.createObjectNode().put("exportId", request.id()));
    }

    /** The newest exports of which the person may see each item. */
    private void list(Context context) throws IOException, SQLException, Problem {
        String asked = context.queryParam("state");
        ExportQueries.State state;
        try {
            state = asked == null ? null : ExportQueries.State.valueOf(asked.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new Problem(400, "RV-105", "state is one of requested, approved, exported");
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
                    exports.add(described(request, export.state()));
                }
            } catch (JsonProcessingException | RuntimeException damaged) { // the others are listed all the same
                exports.addObject()
                        .put("id", export.id())
                        .put("state", "failed")
                        .put("reason", "Its stored request cannot be read. Ask for the package again")
                        .put("items", export.items());
            }
        }
        context.header("Cache-Control", "no-store");
        Answers.json(context, answer);
    }

    private ObjectNode described(ExportRequest request, ExportQueries.State state) throws IOException {
        ObjectNode export = request.json();
        export.put("items", request.items().size());
        export.put("requestedAt", new EvidenceId(request.id()).declaredAt().toString()); // the time in the ULID
        return export.setAll(progress.of(request, state));
    }

    private void show(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        ExportRequest request = known(context);
        boolean approved = model.items().byIds(request.items()).values().stream()
                .noneMatch(item -> item.export(request.id()).orElse("requested").equals("requested"));
        Answers.json(
                context,
                request.json()
                        .setAll(progress.of(
                                request, approved ? ExportQueries.State.APPROVED : ExportQueries.State.REQUESTED)));
    }

    private void files(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        context.header("Cache-Control", "no-store");
        context.contentType("application/json").result(listing(known(context)).toString());
    }

    private JsonNode listing(ExportRequest request) throws IOException, Problem {
        return JSON.readTree(store.read(ExportRequest.folder(request.id()) + ExportRequest.LISTING)
                .orElseThrow(() -> new Problem(
                        409, "RV-109", "The package is not ready. GET /api/exports/ID says what it waits for")));
    }

    /** One file of the package, or a range of it. */
    private void file(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        Actor actor = Access.actor(context);
        ExportRequest request = known(context);
        for (JsonNode file : listing(request)) {
            if (file.get("path").asText().equals(context.pathParam("path"))) {
                ByteRange range = ByteRange.answer(context, file.get("size").asLong(), null);
                context.header("X-Content-Type-Options", "nosniff");
                InputStream bytes = open(request, file, range, actor);
                context.res().setContentLengthLong(range.to() - range.from());
                context.contentType("application/octet-stream").result(bytes);
                return;
            }
        }
        throw new Problem(404, "RV-101", "The package has no such file");
    }

    /** The bytes of a file of the package. A download of an original is on the record first. */
    private InputStream open(ExportRequest request, JsonNode file, ByteRange range, Actor actor)
            throws IOException, SQLException, FeedUnavailableException {
        if (file.has("evidenceId")) {
            String item = file.get("evidenceId").asText();
            String cause = request.id() + "\n" + actor.id() + "\n" + random.nextLong();
            EventContext event = context(Downloaded.class, cause, item, actor, request.purpose());
            feed.append(log, new Downloaded(authorized(event, request.id()), range.from(), range.to()));
            if (range.from() == range.to()) {
                return InputStream.nullInputStream(); // a store has no range of an empty object
            }
            return evidence.open(storedObject(item), range.from(), range.to());
        }
        String path =
                ExportRequest.folder(request.id()) + "files/" + file.get("path").asText();
        byte[] bytes = store.read(path).orElseThrow(() -> new IOException(path + " is gone"));
        return new ByteArrayInputStream(bytes, (int) range.from(), (int) (range.to() - range.from()));
    }

    private StoredObject storedObject(String item) throws SQLException {
        return model.items()
                .byId(item)
                .flatMap(ItemView::object)
                .orElseThrow(() -> new IllegalStateException(item + " has no bytes any more"));
    }

    private static EventContext authorized(EventContext context, String exportId) {
        return new EventContext(
                context.eventId(),
                context.evidenceId(),
                context.occurredAt(),
                context.clock(),
                context.actor(),
                context.onBehalfOf(),
                context.purpose(),
                exportId,
                context.instrument());
    }

    /** The package as one ZIP file without compression. It is streamed, so a broken download has to begin again. */
    private void zip(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        Actor actor = Access.actor(context);
        ExportRequest request = known(context);
        JsonNode listing = listing(request);
        context.header("Content-Disposition", "attachment; filename=\"" + request.id() + ".zip\"");
        context.contentType("application/zip");
        OutputStream body = context.res().getOutputStream();
        ZipOutputStream zip = new ZipOutputStream(body, StandardCharsets.UTF_8);
        zip.setMethod(ZipOutputStream.STORED);
        for (JsonNode file : listing) {
            ZipEntry entry = new ZipEntry(request.id() + "/" + file.get("path").asText());
            long size = file.get("size").asLong();
            entry.setSize(size);
            entry.setCompressedSize(size);
            entry.setCrc(file.get("crc32").asLong());
            entry.setTime(0);
            zip.putNextEntry(entry);
            try (InputStream bytes = open(request, file, new ByteRange(0, size, false), actor)) {
                bytes.transferTo(zip);
            }
            zip.closeEntry();
        }
        zip.finish();
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

    private ExportRequest known(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        ExportRequest request = found(context);
        visibility.requireAll(context, request.items());
        return request;
    }

    private ExportRequest found(Context context) throws IOException, Problem {
        String id = context.pathParam("id");
        try {
            new EvidenceId(id);
        } catch (IllegalArgumentException invalid) {
            throw new Problem(404, "RV-101", "There is no such export");
        }
        return ExportRequest.read(store.read(ExportRequest.folder(id) + "request.json")
                .orElseThrow(() -> new Problem(404, "RV-101", "There is no such export")));
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, String cause, String item, Actor actor, String purpose) {
        return EventContext.of(
                EventContext.idFor(type, cause + "\n" + item),
                new EvidenceId(item),
                Instant.now(),
                actor,
                purpose,
                "review");
    }

    @Override
    public void close() {
        builder.close();
    }
}
