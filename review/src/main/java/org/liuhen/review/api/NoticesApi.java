package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.model.PageNotices;
import org.liuhen.review.model.ReadModel;
import org.liuhen.web.Problem;

/** What a person is told on the page, and until when the person has looked. Any process answers and keeps that; it is no event on the record. */
final class NoticesApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant LATEST = Instant.parse("9000-01-01T00:00:00Z");

    private final LogName log;
    private final ReadModel model;

    NoticesApi(LogName log, ReadModel model) {
        this.log = log;
        this.model = model;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/notices", this::list, Act.SEARCH, Act.APPROVE_PERSON);
        routes.post("/api/notices/looked", this::looked, Act.SEARCH, Act.APPROVE_PERSON);
    }

    private void list(Context context) throws SQLException, Problem {
        int limit = Requests.limit(context);
        Person person = Access.person(context);
        PageNotices.Told told = model.notices().told(log, person, limit + 1);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode lines = answer.putArray("notices");
        told.lines().stream().limit(limit).forEach(line -> {
            ObjectNode one = lines.addObject();
            one.put("kind", line.kind())
                    .put("by", line.by())
                    .put("at", line.at().toString());
            one.put("items", line.items()).put("open", line.open()).put("new", line.fresh());
            if (!line.item().isEmpty()) {
                one.put("item", line.item()).put("fileName", line.fileName());
            }
            if (!line.due().isEmpty()) {
                one.put("due", line.due());
            }
        });
        answer.put("more", told.lines().size() > limit);
        if (told.until() != null) {
            answer.put("until", told.until().toString());
        }
        answer.put("new", model.notices().fresh(log, person));
        Answers.json(context, answer);
    }

    /** The person has looked at what an answer had, which says until when that is. */
    private void looked(Context context) throws SQLException, Problem {
        Instant until;
        try {
            until = Instant.parse(Requests.body(context).path("until").asText());
        } catch (DateTimeException invalid) {
            throw new Problem(400, "RV-105", "until is what the list of notices said, such as 2026-11-24T00:00:00Z");
        }
        if (until.isBefore(Instant.EPOCH) || until.isAfter(LATEST)) { // PostgreSQL knows fewer years than Java
            throw new Problem(400, "RV-105", "until is a moment of the years 1970 to 8999");
        }
        Person person = Access.person(context);
        model.notices().looked(log, person.id(), until);
        Answers.json(context, JSON.createObjectNode().put("new", model.notices().fresh(log, person)));
    }
}
