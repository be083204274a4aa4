package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.audit.Audit;
import org.liuhen.review.audit.CustodyChain;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ReadModel;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.web.Problem;

/** The comparison of everything with the published log, for one item or for all. */
final class AuditApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EvidenceStore evidence;
    private final LogStore store;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final ReadModel model;
    private final Visibility visibility;

    AuditApi(
            EvidenceStore evidence,
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            ReadModel model,
            Visibility visibility) {
        this.evidence = evidence;
        this.store = store;
        this.log = log;
        this.key = key;
        this.model = model;
        this.visibility = visibility;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/evidence/{id}/verification", this::auditOne, Act.AUDIT);
        routes.get("/api/verification", context -> audit(context, Optional.empty()), Act.AUDIT);
    }

    private void auditOne(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        EvidenceId id = Requests.itemId(context);
        visibility.item(context, id);
        audit(context, Optional.of(id));
    }

    private void audit(Context context, Optional<EvidenceId> only) throws IOException, SQLException {
        Audit.Report report = Audit.run(evidence, store, log, key, model, only);
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
        Answers.json(context, answer);
    }
}
