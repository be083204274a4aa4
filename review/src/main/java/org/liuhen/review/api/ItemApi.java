package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.audit.CustodyChain;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.Descriptions;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.ItemView.State;
import org.liuhen.web.Problem;

/** One item: its values, its chain of custody, and what was made from its bytes. Each look at it is on the record before it is shown. */
final class ItemApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SAME_NAME_MAX = 50;

    private final LogStore store;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final Policy policy;
    private final ReadModel model;
    private final Feed feed;
    private final Visibility visibility;

    ItemApi(
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            Policy policy,
            ReadModel model,
            Feed feed,
            Visibility visibility) {
        this.store = store;
        this.log = log;
        this.key = key;
        this.policy = policy;
        this.model = model;
        this.feed = feed;
        this.visibility = visibility;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/evidence/{id}", this::show, Act.VIEW);
        routes.get("/api/evidence/{id}/custody", this::custody, Act.VIEW);
        routes.get("/api/evidence/{id}/track", this::track, Act.PREVIEW);
        routes.get("/api/evidence/{id}/preview", this::preview, Act.PREVIEW);
    }

    /** The values of an item; with its chain of custody where {@code with=custody} asks for it, which stays one look. */
    private void show(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        EvidenceId id = Requests.itemId(context);
        ItemView item = visibility.item(context, id);
        recordView(context, id, context.queryParam("purpose"));
        ObjectNode answer = Answers.item(id.value(), item);
        JsonNode description = description(item);
        answer.set("metadata", description.get("values"));
        answer.set("members", description.get("members"));
        if (item.recordingId().isPresent()) {
            ArrayNode segments = answer.putArray("segments");
            visibility
                    .visible(
                            context,
                            model.items().segments(log, item.recordingId().get(), SAME_NAME_MAX))
                    .forEach((other, values) -> segments.addObject()
                            .put("id", other)
                            .put("segment", values.segment())
                            .put("state", values.stateText())
                            .put("fileName", values.fileName()));
        }
        ArrayNode sameName = answer.putArray("sameName");
        visibility
                .visible(context, model.items().sameName(log, id.value(), SAME_NAME_MAX))
                .forEach((other, values) -> sameName.addObject()
                        .put("id", other)
                        .put("fileName", values.fileName())
                        .put("mediaType", values.mediaType()));
        if ("custody".equals(context.queryParam("with"))) { // what opens an item needs both, and opens it once
            answer.set("custody", chain(id));
        }
        Answers.json(context, answer);
    }

    /** The description of an item; an empty object where the item has none yet. */
    private JsonNode description(ItemView item) throws IOException {
        Optional<byte[]> bytes = item.metadataSha256().isPresent()
                ? store.read(Described.metadataPath(item.metadataSha256().get()))
                : Optional.empty();
        return bytes.isPresent() ? JSON.readTree(bytes.get()) : JSON.createObjectNode();
    }

    /** The positions of a recording, or of a log beside it, as GeoJSON. */
    private void track(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        derived(context, Descriptions.TRACK, "positions", new Problem(404, "RV-113", "This item holds no positions"));
    }

    /** A small picture or an excerpt of the item. */
    private void preview(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        derived(
                context,
                Descriptions.PREVIEW,
                "preview",
                new Problem(404, "RV-115", "There is no preview of this item"));
    }

    /**
     * Answers with something that was made from the bytes of the item.
     *
     * @param name the value of the description that names it
     * @param purpose what the record says of the look
     * @param none the problem where the description does not name it
     */
    private void derived(Context context, String name, String purpose, Problem none)
            throws SQLException, Problem, FeedUnavailableException, IOException {
        EvidenceId id = Requests.itemId(context);
        ItemView item = visibility.item(context, id);
        if (item.is(State.DISPOSED)) {
            throw new Problem(409, "RV-104", "This item was disposed of; nothing of it is shown any more");
        }
        Descriptions.DerivedFile file =
                Descriptions.derivedFile(description(item), name).orElseThrow(() -> none);
        byte[] bytes = store.read(Described.metadataPath(file.digest()))
                .filter(found -> Sha256Digest.of(found).equals(file.digest()))
                .orElseThrow(() -> new Problem(
                        500,
                        "RV-114",
                        "What was made from the item is missing in storage or was altered. Restore metadata/"
                                + file.digest().hex() + ", or have it made again: liuhen describe " + id.value()));
        recordView(context, id, purpose);
        context.header("Cache-Control", "no-store");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Content-Security-Policy", "default-src 'none'; sandbox");
        boolean text = file.mediaType().startsWith("text/");
        context.contentType(text ? "text/plain; charset=utf-8" : file.mediaType())
                .result(bytes);
    }

    /** The chain of custody with its proofs. Nothing is recorded before the item was received, for there is nothing to see yet. */
    private void custody(Context context) throws SQLException, Problem, IOException, FeedUnavailableException {
        EvidenceId id = Requests.itemId(context);
        ItemView item = visibility.item(context, id);
        if (!item.is(State.DECLARED)) {
            visibility
                    .access()
                    .record(new Viewed(Access.minutely(Viewed.class, id, Access.actor(context), "", "custody")));
        }
        Answers.json(context, chain(id));
    }

    private ObjectNode chain(EvidenceId id) throws SQLException, IOException {
        return CustodyChain.of(store, log, key, model.entries().itemChain(id.value()))
                .put("id", id.value())
                .put("policy", policy.toString());
    }

    private void recordView(Context context, EvidenceId id, String purpose) throws FeedUnavailableException {
        feed.append(
                log,
                new Viewed(ActRecorder.event(Viewed.class, context, id, id.value(), Access.actor(context), purpose)));
    }
}
