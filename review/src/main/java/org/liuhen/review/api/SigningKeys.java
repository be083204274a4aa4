package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.List;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.PersonalStatement;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.web.Problem;

/**
 * Checks the personal signatures of acts. A private key is made in the browser of a person and stays there. The record says whose the public
 * key is.
 */
final class SigningKeys {
    private final LogName log;
    private final ReadModel model;

    SigningKeys(LogName log, ReadModel model) {
        this.log = log;
        this.model = model;
    }

    /**
     * The signature in the body of a request; null where there is none.
     *
     * @throws Problem with code RV-126 where it is not complete
     */
    static PersonalSignature of(JsonNode body) throws Problem {
        JsonNode signature = body.path("signature");
        if (signature.isMissingNode() || signature.isNull()) {
            return null;
        }
        try {
            return new PersonalSignature(
                    signature.path("publicKey").asText(),
                    new Sha256Digest(signature.path("seen").asText()),
                    signature.path("value").asText());
        } catch (IllegalArgumentException invalid) {
            throw new Problem(400, "RV-126", "signature has publicKey, seen and value: " + invalid.getMessage());
        }
    }

    /** Whether the actor has to sign: a person who has signed in, or who has registered a key. */
    private boolean mustSign(CustodyEvent event) throws SQLException {
        Actor actor = event.context().actor();
        return !actor.credential().equals("claimed")
                || !model.entries().signingKeys(log, actor.id()).isEmpty();
    }

    /**
     * Makes sure that the signature of an event holds, is by a key of its actor and names an entry of this chain. An opinion, and a handover
     * that is accepted, need one.
     *
     * @param chain the entries of the item
     * @throws Problem with code RV-126 where the signature does not hold, with RV-129 where it is needed and absent
     * @throws SQLException where the read model does not answer
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
        boolean namesEntry = chain.stream()
                .anyMatch(row -> row.leaf().equals(signature.seen().hex()));
        if (!namesEntry
                || !PersonalStatement.isSigned(event, signature)
                || !model.entries().signingKeys(log, actor).contains(signature.publicKey())) {
            throw new Problem(
                    400,
                    "RV-126",
                    "The signature is not " + actor + "'s over this act: its key has to be registered, the statement"
                            + " to be this one, and what was seen an entry of this item");
        }
    }
}
