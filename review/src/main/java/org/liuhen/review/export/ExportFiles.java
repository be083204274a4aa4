package org.liuhen.review.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent.Downloaded;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ByteRange;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.ItemView;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.web.Problem;

/** Gives a package that is ready, file by file or as one ZIP file. Each original that is given is on the record of its item first. */
final class ExportFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EvidenceStore evidence;
    private final LogStore store;
    private final LogName log;
    private final ReadModel model;
    private final Feed feed;
    private final ExportRequests requests;
    private final SecureRandom random = new SecureRandom();

    ExportFiles(
            EvidenceStore evidence, LogStore store, LogName log, ReadModel model, Feed feed, ExportRequests requests) {
        this.evidence = evidence;
        this.store = store;
        this.log = log;
        this.model = model;
        this.feed = feed;
        this.requests = requests;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/exports/{id}/files", this::files, Act.FETCH_EXPORT);
        routes.get("/api/exports/{id}/files/<path>", this::file, Act.FETCH_EXPORT);
        routes.get("/api/exports/{id}/bag.zip", this::zip, Act.FETCH_EXPORT);
        routes.head("/api/exports/{id}/bag.zip", this::zip, Act.FETCH_EXPORT);
    }

    private void files(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        context.header("Cache-Control", "no-store");
        context.contentType("application/json")
                .result(listing(requests.known(context)).toString());
    }

    private JsonNode listing(ExportRequest request) throws IOException, Problem {
        return JSON.readTree(store.read(ExportRequest.folder(request.id()) + ExportRequest.LISTING)
                .orElseThrow(() -> new Problem(
                        409, "RV-109", "The package is not ready. GET /api/exports/ID says what it waits for")));
    }

    /** One file of the package, or a range of it. */
    private void file(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        Actor actor = Access.actor(context);
        ExportRequest request = requests.known(context);
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

    /** The bytes of a file of the package. A download of an original is on the record before they are given, and only where they are there. */
    private InputStream open(ExportRequest request, JsonNode file, ByteRange range, Actor actor)
            throws IOException, SQLException, FeedUnavailableException, Problem {
        if (file.has("evidenceId")) {
            String item = file.get("evidenceId").asText();
            StoredObject object = original(item, model.items().byId(item).orElse(null));
            String cause = request.id() + "\n" + actor.id() + "\n" + random.nextLong();
            EventContext event = ExportRequests.event(Downloaded.class, cause, item, actor, request.purpose());
            feed.append(log, new Downloaded(authorized(event, request.id()), range.from(), range.to()));
            if (range.from() == range.to()) {
                return InputStream.nullInputStream(); // a store has no range of an empty object
            }
            return evidence.open(object, range.from(), range.to());
        }
        String path =
                ExportRequest.folder(request.id()) + "files/" + file.get("path").asText();
        byte[] bytes = store.read(path).orElseThrow(() -> new IOException(path + " is gone"));
        return new ByteArrayInputStream(bytes, (int) range.from(), (int) (range.to() - range.from()));
    }

    private void requireOriginals(JsonNode listing) throws SQLException, Problem {
        List<String> items = new ArrayList<>();
        for (JsonNode file : listing) {
            if (file.has("evidenceId")) {
                items.add(file.get("evidenceId").asText());
            }
        }
        Map<String, ItemView> known = model.items().byIds(items);
        for (String item : items) {
            original(item, known.get(item));
        }
    }

    /** The bytes of an item of the package; code RV-104 where they are gone. */
    private static StoredObject original(String item, ItemView view) throws Problem {
        Optional<StoredObject> object = view == null ? Optional.empty() : view.object();
        return object.orElseThrow(() -> new Problem(
                409,
                "RV-104",
                "The item " + item + " of the package has no bytes any more"
                        + (view == null ? "" : ": it is " + view.stateText())));
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

    /** The package as one ZIP file without compression, or a range of it, so that a broken download goes on where it stopped. */
    private void zip(Context context) throws Exception {
        Actor actor = Access.actor(context);
        ExportRequest request = requests.known(context);
        JsonNode listing = listing(request);
        List<StoredZip.Member> members = new ArrayList<>();
        for (JsonNode file : listing) {
            members.add(new StoredZip.Member(
                    request.id() + "/" + file.get("path").asText(),
                    file.get("size").asLong(),
                    file.get("crc32").asLong()));
        }
        requireOriginals(listing); // before the first byte: what has begun can only break off
        StoredZip zip = new StoredZip(members);
        // The listing is written once, and all bytes follow from it.
        ByteRange range = ByteRange.answer(
                context,
                zip.size(),
                Sha256Digest.of(listing.toString().getBytes(StandardCharsets.UTF_8))
                        .hex());
        context.header("Content-Disposition", "attachment; filename=\"" + request.id() + ".zip\"");
        context.contentType("application/zip");
        context.res().setContentLengthLong(range.to() - range.from());
        if (context.method().equals(HandlerType.HEAD)) {
            return;
        }
        zip.write(
                context.res().getOutputStream(),
                range.from(),
                range.to(),
                (member, from, to) -> open(request, listing.get(member), new ByteRange(from, to, true), actor));
    }
}
