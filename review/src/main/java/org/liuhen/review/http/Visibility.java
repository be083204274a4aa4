package org.liuhen.review.http;

import io.javalin.http.Context;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.model.DocumentSearch;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.review.projection.ItemView;
import org.liuhen.web.Problem;

/** Decides which items and cases the person who asks may see. What was refused is on the record. */
public final class Visibility {
    private final LogName log;
    private final ReadModel model;
    private final Access access;

    /** Decides for one log. */
    public Visibility(LogName log, ReadModel model, Access access) {
        this.log = log;
        this.model = model;
        this.access = access;
    }

    /** The sign-in and the rights of this site. */
    public Access access() {
        return access;
    }

    /** The log whose items these are. */
    public LogName log() {
        return log;
    }

    /** A search among the items that the person may see by the acts of the address. */
    public Search search(Context context) {
        return search(context, Access.acts(context));
    }

    private Search search(Context context, Set<Act> acts) {
        return new Search(log, Scope.of(Access.person(context), acts));
    }

    /**
     * Adds the words of documents to a search, of which only those are searched that the person may read.
     *
     * @param words null where no words are asked for
     * @throws Problem with code RV-146 where none of the person's roles may see what a document says
     * @throws FeedUnavailableException where that refusal could not be recorded
     */
    public Search words(Context context, Search search, DocumentSearch words) throws Problem, FeedUnavailableException {
        Set<Act> reads = Set.of(Act.PREVIEW);
        if (words != null && Access.person(context).rolesFor(reads).isEmpty()) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "RV-146",
                            "None of your roles may see what documents say, so they are not searched for you."
                                    + " Search without text=. The attempt is on the record"));
        }
        return search.words(words, Scope.of(Access.person(context), reads));
    }

    /**
     * An item that the person may see by the acts of the address.
     *
     * @throws Problem with code RV-101 where there is no such item, with RV-120 where the person may not see it
     * @throws FeedUnavailableException where the refusal could not be recorded
     * @throws SQLException where the read model does not answer
     */
    public ItemView item(Context context, EvidenceId id) throws SQLException, Problem, FeedUnavailableException {
        return item(context, id, Access.acts(context));
    }

    /** An item that the person may see by one of these acts; throws as {@link #item(Context, EvidenceId)} does. */
    public ItemView item(Context context, EvidenceId id, Set<Act> acts)
            throws SQLException, Problem, FeedUnavailableException {
        Map<String, ItemView> found = model.items().search(search(context, acts).id(id.value()));
        if (found.isEmpty()) {
            if (model.items().byId(id.value()).isEmpty()) {
                throw new Problem(404, "RV-101", "The record knows no such item (yet)");
            }
            throw access.refuse(
                    context,
                    id,
                    new Problem(
                            403,
                            "RV-120",
                            "This item is not yours to see: it belongs to another unit, or its case is protected. The attempt is on the record"));
        }
        return found.get(id.value());
    }

    /**
     * Whether the person reaches the item by one of these acts. Nothing is recorded.
     *
     * @throws SQLException where the read model does not answer
     */
    public boolean reaches(Context context, EvidenceId id, Set<Act> acts) throws SQLException {
        return !model.items().search(search(context, acts).id(id.value())).isEmpty();
    }

    /**
     * Those of these items that the person may see, in the same order.
     *
     * @throws SQLException where the read model does not answer
     */
    public Map<String, ItemView> visible(Context context, Map<String, ItemView> items) throws SQLException {
        if (items.isEmpty()) {
            return items;
        }
        Map<String, ItemView> visible = new LinkedHashMap<>(items);
        visible.keySet()
                .retainAll(model.items()
                        .search(search(context).among(items.keySet()))
                        .keySet());
        return visible;
    }

    /**
     * Makes sure that the person may see each of these items.
     *
     * @throws Problem with code RV-101 or RV-120 for the first item that the person may not see
     * @throws FeedUnavailableException where the refusal could not be recorded
     * @throws SQLException where the read model does not answer
     */
    public void requireAll(Context context, List<String> items) throws SQLException, Problem, FeedUnavailableException {
        if (items.isEmpty()) {
            return;
        }
        Map<String, ItemView> visible = model.items().search(search(context).among(items));
        for (String item : items) {
            if (!visible.containsKey(item)) {
                item(context, new EvidenceId(item));
            }
        }
    }

    /**
     * Whether the case belongs to the unit of the person or to a unit below it. A case without items belongs to nobody.
     *
     * @throws SQLException where the read model does not answer
     */
    public boolean owns(Context context, String caseId) throws SQLException {
        return model.cases().byId(log, caseId).belongsTo(Access.person(context))
                && !model.items()
                        .search(new Search(log, Scope.EVERYTHING)
                                .linkedTo(caseId)
                                .limit(1))
                        .isEmpty();
    }

    /**
     * Makes sure that the person may decide about the case. For that the person need not see its items.
     *
     * @throws Problem with code RV-120 where the case does not belong to the unit of the person
     * @throws FeedUnavailableException where the refusal could not be recorded
     * @throws SQLException where the read model does not answer
     */
    public void requireOwnCase(Context context, String caseId) throws SQLException, Problem, FeedUnavailableException {
        if (!owns(context, caseId)) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "RV-120",
                            "This case does not belong to your unit, so you do not decide about it. The attempt is on the record"));
        }
    }

    /**
     * Makes sure that the person may link items to the case and take them out.
     *
     * @throws Problem with code RV-127 where the case is protected or of another unit, and the person is not assigned to it
     * @throws FeedUnavailableException where the refusal could not be recorded
     * @throws SQLException where the read model does not answer
     */
    public void requireOpenCase(Context context, String caseId) throws SQLException, Problem, FeedUnavailableException {
        if (!model.cases().byId(log, caseId).isOpenTo(Access.person(context))) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "RV-127",
                            "This case belongs to another unit, or is protected. Its legal officer has to assign you to it first."
                                    + " The attempt is on the record"));
        }
    }

    /**
     * Makes sure that the person belongs to the whole site, not to a unit of it.
     *
     * @throws Problem with code RV-128 where the person belongs to a unit
     * @throws FeedUnavailableException where the refusal could not be recorded
     */
    public void requireWholeSite(Context context) throws Problem, FeedUnavailableException {
        if (!Scope.unit(Access.person(context), Access.acts(context))
                .filter(String::isEmpty)
                .isPresent()) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "RV-128",
                            "This is the whole site's, not a unit's. Ask somebody whose unit is the whole site."
                                    + " The attempt is on the record"));
        }
    }
}
