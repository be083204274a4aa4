package org.liuhen.review.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.Place;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.Counted;
import org.liuhen.review.model.DocumentSearch;
import org.liuhen.review.model.DocumentSearch.Excerpt;
import org.liuhen.review.model.Documents.Unsearched;
import org.liuhen.review.model.ItemOrder;
import org.liuhen.review.model.ItemQueries.Outline;
import org.liuhen.review.model.ItemQueries.Page;
import org.liuhen.review.model.Piles;
import org.liuhen.review.model.Piles.Pile;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Search;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.Passage;
import org.liuhen.review.projection.SearchTerms;
import org.liuhen.web.Problem;

/** The search for items. Each search is on the record before its answer is given. */
final class ItemSearchApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TABLE_PAGE = 500;

    private final ReadModel model;
    private final Visibility visibility;
    private final ActRecorder recorder;

    ItemSearchApi(ReadModel model, Visibility visibility, ActRecorder recorder) {
        this.model = model;
        this.visibility = visibility;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/evidence", this::list, Act.SEARCH);
        routes.get("/api/evidence-pages", this::pages, Act.SEARCH);
        routes.get("/api/evidence.csv", this::table, Act.SEARCH);
    }

    private void list(Context context) throws SQLException, Problem, FeedUnavailableException {
        Page page = model.items().page(asked(context));
        recorder.recordSearch(context, Requests.terms(context), page.items().size());
        ObjectNode answer = Answers.items(page.items());
        DocumentSearch words = words(context);
        if (words != null) {
            addPassages(answer, words);
        }
        page.next().ifPresent(next -> answer.put("next", next.cursor()));
        Answers.json(context, answer);
    }

    /** Says of each item where its document has the words, and how many documents were not searched. */
    private void addPassages(ObjectNode answer, DocumentSearch words) throws SQLException {
        List<String> ids = new ArrayList<>();
        answer.get("evidence").forEach(item -> ids.add(item.get("id").asText()));
        Map<String, Excerpt> excerpts = model.documents().excerpts(ids, words);
        for (JsonNode item : answer.get("evidence")) {
            Excerpt excerpt = excerpts.get(item.get("id").asText());
            if (excerpt != null) { // its words may have been replaced meanwhile
                ((ObjectNode) item)
                        .putObject("passage")
                        .put("before", excerpt.before())
                        .put("found", excerpt.found())
                        .put("after", excerpt.after());
            }
        }
        Unsearched left = model.documents().unsearched(visibility.log());
        answer.put("notSearched", left.waiting() + left.unread());
    }

    /** The words that the parameter {@code text} asks for; null where it is absent or empty. */
    private static DocumentSearch words(Context context) throws Problem {
        String text = context.queryParam("text");
        if (text == null || text.isEmpty()) {
            return null;
        }
        return DocumentSearch.of(text)
                .orElseThrow(() -> new Problem(
                        400,
                        "RV-145",
                        "text is one or more words with spaces between them, 2 to " + Passage.SOUGHT_MAX
                                + " characters in all and 2 at least in each word"));
    }

    /** How many items the same question finds, and where the pages of its list begin, so that a reader can go to any of them at once. */
    private void pages(Context context) throws SQLException, Problem, FeedUnavailableException {
        Outline outline = model.items().outline(asked(context), Requests.limit(context));
        recorder.recordSearch(context, "count " + Requests.terms(context), outline.found());
        ObjectNode answer = JSON.createObjectNode();
        answer.put("found", outline.found()).put("complete", outline.complete());
        ArrayNode pages = answer.putArray("pages");
        outline.pages().forEach(page -> pages.add(page.cursor()));
        Answers.json(context, answer);
    }

    /** All items of the list as a table. They come page by page, so neither they nor a connection of the database are kept for a slow reader. */
    private void table(Context context) throws SQLException, Problem, FeedUnavailableException, IOException {
        ItemOrder order = order(context.queryParam("sort"));
        ZoneId zone = Requests.zone(context);
        Outline outline = model.items().outline(asked(context).ordered(order, null), TABLE_PAGE);
        if (!outline.complete()) {
            throw new Problem(
                    400,
                    "RV-102",
                    "A table has at most " + outline.found() + " items: narrow the search, by days or by unit");
        }
        recorder.recordSearch(context, "table " + Requests.terms(context), outline.found());
        context.header("Cache-Control", "no-store");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Content-Disposition", "attachment; filename=\"evidence.csv\"");
        context.contentType("text/csv; charset=utf-8");
        Writer out = new OutputStreamWriter(context.outputStream(), UTF_8);
        ItemTable table = new ItemTable(out, "zh".equals(context.queryParam("lang")), zone);
        table.head();
        Optional<ItemOrder.Position> behind = Optional.empty();
        do {
            Page page = model.items()
                    .page(asked(context)
                            .ordered(order, behind.orElse(null))
                            .sample(null)
                            .limit(TABLE_PAGE));
            for (Map.Entry<String, ItemView> item : page.items().entrySet()) {
                table.item(Answers.item(item.getKey(), item.getValue()));
            }
            out.flush();
            behind = page.next();
        } while (behind.isPresent());
    }

    /** The search that the query of a request asks for, among the items that the person may see. */
    private Search asked(Context context) throws Problem, FeedUnavailableException {
        String from = Requests.instant(context, "from");
        String to = Requests.instant(context, "to");
        Search search = visibility
                .search(context)
                .id(context.queryParam("id"))
                .linkedTo(context.queryParam("case"))
                .marked(SearchTerms.STATE, context.queryParam("state"))
                .text(context.queryParam("q"))
                .marked(SearchTerms.OFFICER, context.queryParam("officer_no"))
                .marked(SearchTerms.DEVICE, context.queryParam("device"))
                .beginning(SearchTerms.UNIT, context.queryParam("unit"))
                .beginning(SearchTerms.TYPE, context.queryParam("type"))
                .begun(from, to)
                .at(place(context.queryParam("bbox")))
                .ordered(order(context.queryParam("sort")), behind(context.queryParam("before")))
                .sample(context.queryParam("seed"))
                .limit(Requests.limit(context));
        if ("true".equals(context.queryParam("undecided"))) {
            search.where(Piles.UNDECIDED);
        }
        String person = Access.person(context).id();
        if ("true".equals(context.queryParam("mine"))) {
            search.mine(person);
        }
        visibility.words(context, search, words(context));
        String desk = context.queryParam("desk");
        if (desk != null) {
            Pile pile = pile(desk, Access.person(context));
            search.where(pile.sql(), pile.values().toArray());
        }
        return counted(context, search);
    }

    /** The conditions by which a list has the items that a figure of {@code GET /api/units} counts. */
    private static Search counted(Context context, Search search) throws Problem {
        Counted.declared(search, instant(context, "uploaded_from"), instant(context, "uploaded_to"));
        Counted.ofUnit(search, context.queryParam("of_unit"));
        Counted.ofOfficer(search, context.queryParam("of_officer"));
        String figure = context.queryParam("figure");
        return figure == null
                ? search
                : search.where(Counted.items(figure)
                        .orElseThrow(() -> new Problem(400, "RV-105", "figure is one of " + Counted.words())));
    }

    private static Instant instant(Context context, String name) throws Problem {
        String text = Requests.instant(context, name);
        return text == null ? null : Instant.parse(text);
    }

    private static ItemOrder order(String sort) throws Problem {
        if (sort == null) {
            return ItemOrder.NEWEST;
        }
        return ItemOrder.of(sort)
                .orElseThrow(() -> new Problem(
                        400,
                        "RV-105",
                        "sort is one of " + ItemOrder.words() + ", with a - before it for the greatest first"));
    }

    private static ItemOrder.Position behind(String cursor) throws Problem {
        if (cursor == null) {
            return null;
        }
        return ItemOrder.Position.of(cursor)
                .orElseThrow(() -> new Problem(
                        400, "RV-105", "before is the member next of the answer before, or an evidence ID"));
    }

    /** A box in degrees: west, south, east and north, as in GeoJSON (RFC 7946, section 5). Null where none is given. */
    static Place place(String bbox) throws Problem {
        if (bbox == null) {
            return null;
        }
        try {
            double[] sides = Arrays.stream(bbox.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            return Place.around(sides[0], sides[1], sides[2], sides[3]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException invalid) {
            throw new Problem(
                    400,
                    "RV-105",
                    "bbox is west,south,east,north in degrees, such as 116.38,39.90,116.40,39.91 (RFC 7946)");
        }
    }

    private static Pile pile(String name, Person person) throws Problem {
        Optional<Pile> pile = Piles.of(name, person);
        if (pile.isEmpty()) {
            Set<String> known = new TreeSet<>(Piles.PILES.keySet());
            known.addAll(Piles.PERSONAL);
            throw new Problem(400, "RV-105", "desk is one of " + known);
        }
        return pile.get();
    }
}
