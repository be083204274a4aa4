package org.liuhen.review.export;

import io.javalin.http.Context;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.Visibility;
import org.liuhen.web.Problem;

/** Finds the stored request of the export in an address. */
final class ExportRequests {
    private final LogStore store;
    private final Visibility visibility;

    ExportRequests(LogStore store, Visibility visibility) {
        this.store = store;
        this.visibility = visibility;
    }

    /**
     * The request of the export in the address, of which the person may see each item.
     *
     * @throws Problem with code RV-101 where there is no such export, with RV-120 where the person may not see one of its items
     */
    ExportRequest known(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
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

    /** The context of an event about one item of an export; the same cause gives the same event. */
    static EventContext event(
            Class<? extends CustodyEvent> type, String cause, String item, Actor actor, String purpose) {
        return EventContext.of(
                EventContext.idFor(type, cause + "\n" + item),
                new EvidenceId(item),
                Instant.now(),
                actor,
                purpose,
                "review");
    }
}
