package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Gzip;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.EntryQueries;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.web.Problem;

/** The published log: its files for verifiers (C2SP tlog-tiles), and the entries that are about no item. */
final class LogApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LOG_EVENTS_MAX = 500;

    private static final String TILE = "(x[0-9]{3}/)*[0-9]{3}(\\.p/[0-9]{1,3})?";
    private static final String ENTRIES = "tile/entries/" + TILE;
    private static final String HEADS_AND_HASHES = "checkpoint(\\.witnessed)?|tile/[0-9]{1,2}/" + TILE;

    private final LogStore store;
    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;
    private final ActRecorder recorder;

    LogApi(LogStore store, LogName log, ReadModel model, Visibility visibility, ActRecorder recorder) {
        this.store = store;
        this.log = log;
        this.model = model;
        this.visibility = visibility;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/log-events", this::logEvents, Act.SEE_LOG);
        routes.get("/api/entries", this::acts, Act.SEE_LOG);
        // Heads and hashes say nothing about people. Entries say everything.
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

    /** The entries of all units are for people of the whole site. Without sign-in the log is public on loopback, as everything else is. */
    private void entries(Context context) throws IOException, Problem, FeedUnavailableException {
        if (!visibility.access().isClaimed()) {
            visibility.requireWholeSite(context);
        }
        logFile(context, "tile/entries/" + context.pathParam("path"), ENTRIES);
    }

    /**
     * The newest entries of the log's own chain, such as those about devices, clocks, keys and refusals. A person of a unit gets those about the
     * unit or by its people.
     */
    private void logEvents(Context context) throws SQLException, IOException, FeedUnavailableException {
        String unit = Scope.unit(Access.person(context), Access.acts(context)).orElseThrow();
        answer(context, "log-events", model.entries().newest(log, context.queryParam("type"), unit, LOG_EVENTS_MAX));
    }

    /** What one person or device did, or what happened to an item or a case, the newest first. A person of a unit gets what concerns the unit and its items. */
    private void acts(Context context) throws SQLException, IOException, Problem, FeedUnavailableException {
        String actor = asked(context, "actor");
        String item = asked(context, "item");
        String caseId = asked(context, "case");
        if (actor == null && item == null && caseId == null) {
            throw new Problem(
                    400,
                    "RV-105",
                    "One of actor (the number of a person or the serial number of a device), item and case is needed");
        }
        String before = context.queryParam("before");
        if (before != null && !before.matches("[0-9]{1,18}")) {
            throw new Problem(400, "RV-105", "before is the index of an entry");
        }
        Person person = Access.person(context);
        EntryQueries.ActsFilter filter = new EntryQueries.ActsFilter(
                actor,
                item,
                caseId,
                context.queryParams("type"),
                Requests.instant(context, "from"),
                Requests.instant(context, "to"),
                before == null ? null : Long.valueOf(before),
                Requests.limit(context));
        answer(
                context,
                "entries",
                model.entries()
                        .acts(
                                log,
                                Scope.of(person, Access.acts(context)),
                                Scope.unit(person, Access.acts(context)).orElseThrow(),
                                filter));
    }

    /** A parameter without the spaces around it; null where it is not there or has nothing else. */
    private static String asked(Context context, String name) {
        String value = Objects.requireNonNullElse(context.queryParam(name), "").strip();
        return value.isEmpty() ? null : value;
    }

    /** Answers with these entries, each with its index; the look is on the record before. */
    private void answer(Context context, String look, List<EntryRow> rows)
            throws IOException, FeedUnavailableException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode entries = answer.putArray("entries");
        for (EntryRow row : rows) {
            ObjectNode entry = (ObjectNode) JSON.readTree(row.entry());
            entries.add(entry.put("index", row.index()));
        }
        recorder.recordSearch(context, ("look=" + look + " " + Requests.terms(context)).strip(), entries.size());
        Answers.json(context, answer);
    }

    /**
     * A file of the published log.
     *
     * @param served the paths that this address serves, as a regular expression
     */
    private void logFile(Context context, String path, String served) throws IOException, Problem {
        if (!path.matches(served)) {
            throw new Problem(404, "RV-101", "A log has a checkpoint and tiles (C2SP tlog-tiles)");
        }
        byte[] file = store.read(path).orElseThrow(() -> new Problem(404, "RV-101", "The log has no such file now"));
        boolean head = path.startsWith("checkpoint");
        boolean entries = path.startsWith("tile/entries/");
        context.contentType(head ? "text/plain; charset=utf-8" : "application/octet-stream");
        context.header(
                "Cache-Control",
                head ? "no-cache" : (entries ? "private" : "public") + ", max-age=31536000, immutable");
        if (entries) {
            context.header("Vary", "Accept-Encoding");
        }
        if (entries && Gzip.isAccepted(context.header("Accept-Encoding"))) {
            context.header("Content-Encoding", "gzip");
            context.result(Gzip.of(file));
        } else {
            context.result(file);
        }
    }
}
