package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.AccessEvent.SigningKeyRegistered;
import org.liuhen.custody.event.PersonalStatement;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.model.ReadModel;
import org.liuhen.web.Problem;

/** The keys with which a person signs opinions, answers to reviews and handovers: the list of them, and their registration. */
final class SigningKeysApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogName log;
    private final ReadModel model;
    private final ActRecorder recorder;

    SigningKeysApi(LogName log, ReadModel model, ActRecorder recorder) {
        this.log = log;
        this.model = model;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        Act[] signing = ItemActsApi.signing();
        routes.get("/api/signing-keys", this::list, signing);
        routes.post("/api/signing-keys", this::register, signing);
    }

    /** The person's own keys. */
    private void list(Context context) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        model.entries().signingKeys(log, Access.person(context).id()).forEach(answer.putArray("keys")::add);
        Answers.json(context, answer);
    }

    /** Registers a public key. To register it again changes nothing. */
    private void register(Context context) throws SQLException, Problem, FeedUnavailableException {
        String key = Requests.body(context).path("publicKey").asText();
        try {
            PersonalStatement.key(key);
        } catch (IllegalArgumentException invalid) {
            throw new Problem(400, "RV-126", "publicKey is an Ed25519 key (RFC 8032): 32 bytes in Base64");
        }
        ObjectNode answer = JSON.createObjectNode();
        if (model.entries().signingKeys(log, Access.person(context).id()).contains(key)) {
            Answers.json(context, answer);
            return;
        }
        recorder.record(
                context,
                new SigningKeyRegistered(
                        ActRecorder.event(SigningKeyRegistered.class, context, null, key, Access.actor(context), null),
                        key),
                answer);
    }
}
