package org.liuhen.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.util.List;
import org.liuhen.custody.event.AccessEvent.SigningKeyRegistered;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.intake.Problem;
import org.liuhen.intake.people.Access;
import org.liuhen.intake.people.Act;

/**
 * The keys with which people sign opinions and handovers. The private one is made in a person's browser and stays there; that the public one is
 * his is on the record.
 */
final class SigningKeys {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;

    SigningKeys(LogName log, ReadModel model, Visibility visibility) {
        this.log = log;
        this.model = model;
        this.visibility = visibility;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        Act[] signing = {Act.REVIEW, Act.OFFER_HANDOVER, Act.ANSWER_HANDOVER};
        routes.get("/api/signing-keys", this::list, signing);
        routes.post("/api/signing-keys", this::register, signing);
    }

    /** One's own keys. */
    private void list(Context context) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        model.entries().signingKeys(log, Access.person(context).id()).forEach(answer.putArray("keys")::add);
        ReviewApi.answer(context, answer);
    }

    private void register(Context context) throws SQLException, Problem, FeedUnavailableException {
        String key = ReviewApi.body(context).path("publicKey").asText();
        try {
            PersonalSignature.key(key);
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "RV-126", "publicKey is an Ed25519 key (RFC 8032): 32 bytes in Base64");
        }
        ObjectNode answer = JSON.createObjectNode();
        if (model.entries().signingKeys(log, Access.person(context).id()).contains(key)) { // said before
            ReviewApi.answer(context, answer);
            return;
        }
        visibility.act(
                context,
                new SigningKeyRegistered(
                        Visibility.event(SigningKeyRegistered.class, context, null, key, Access.actor(context), null),
                        key),
                answer);
    }

    /** What a request says that its person signed; null where it says nothing. */
    static PersonalSignature of(JsonNode body) throws Problem {
        JsonNode given = body.path("signature");
        if (given.isMissingNode() || given.isNull()) {
            return null;
        }
        try {
            return new PersonalSignature(
                    given.path("publicKey").asText(),
                    new Sha256Digest(given.path("seen").asText()),
                    given.path("value").asText());
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "RV-126", "signature has publicKey, seen and value: " + wrong.getMessage());
        }
    }

    /** Everybody who proved who he is, and whoever has a key. Without sign-in there may be nobody whose key it would be. */
    private boolean mustSign(CustodyEvent event) throws SQLException {
        Actor actor = event.context().actor();
        return !actor.credential().equals("claimed")
                || !model.entries().signingKeys(log, actor.id()).isEmpty();
    }

    /**
     * Refuses an event whose signature does not hold, or is not by a key of the one who acts, or over another history; and an opinion or a
     * handover taken over without one.
     */
    void require(CustodyEvent event, List<EntryRow> chain) throws SQLException, Problem {
        PersonalSignature signature = event.signature();
        String actor = event.context().actor().id();
        if (signature == null) {
            if ((event instanceof ReviewSigned || event instanceof HandoverAccepted) && mustSign(event)) {
                throw new Problem(
                        400,
                        "RV-129",
                        "Nobody answers for this but you: sign it with your own key. In the page that comes by itself, in a"
                                + " browser with Ed25519 (Chrome or Edge 137, Firefox 129, Safari 17, or newer); a program registers a"
                                + " key at /api/signing-keys and sends signature");
            }
            return;
        }
        boolean seen = chain.stream()
                .anyMatch(row -> row.leaf().equals(signature.seen().hex()));
        if (!seen
                || !signature.holds(event)
                || !model.entries().signingKeys(log, actor).contains(signature.publicKey())) {
            throw new Problem(
                    400,
                    "RV-126",
                    "The signature is not " + actor + "'s over this act: its key has to be registered, the statement"
                            + " to be this one, and what was seen an entry of this item");
        }
    }
}
