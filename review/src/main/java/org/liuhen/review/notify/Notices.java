package org.liuhen.review.notify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PeopleEvent.AdmissionProposed;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.event.PeopleEvent.RoleChangeProposed;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.model.Directory;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.Piles;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.NamedPeople;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is told what of entries. Only what waits still, and only a person who may see the item and do what waits: what the page would show in a pile of
 * this person. Nobody is told of what he did himself.
 */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    /** What comes back within this time is told of once more. */
    static final String DUE_WITHIN = "24 hours";

    private static final int DUE_MAX = 10_000;
    static final String ITEM = "#/item/";

    private final LogName log;
    private final ReadModel model;
    private final Access access;
    private final List<Notification> found = new ArrayList<>();
    private final Map<String, Requested> requested = new LinkedHashMap<>();
    private final Map<String, Ready> ready = new LinkedHashMap<>();
    private final Set<String> brokenExports = new HashSet<>();
    private final Set<String> only;
    private Directory directory; // read where it is needed first

    /** An export that somebody asked for, with the number of its items. */
    private record Requested(String by, Instant at, int items) {}

    /** An export that is recorded as exported for an item, with that item and the number of all. */
    private record Ready(String item, int items, Instant at) {}

    Notices(LogName log, ReadModel model, Access access) {
        this(log, model, access, null, null);
    }

    /**
     * Of these people alone.
     *
     * @param directory all people; null to read them
     * @param only the numbers of those who are told; null for all
     */
    Notices(LogName log, ReadModel model, Access access, Directory directory, Set<String> only) {
        this.log = log;
        this.model = model;
        this.access = access;
        this.directory = directory;
        this.only = only;
    }

    /** Adds what follows from an entry. */
    void add(EntryRow row) throws SQLException, IOException {
        CustodyEvent event = event(row);
        Instant at = Instant.parse(row.recordedAt());
        String item = row.chain();
        if (event instanceof HandoverOffered offered) {
            if (waits(item, offered.handoverId())) {
                Optional<Person> to = person(offered.to());
                if (to.isPresent() && sees(to.get(), Act.ANSWER_HANDOVER, Set.of(item))) {
                    tell(to.get(), Kind.HANDOVER_OFFERED, row.eventId(), at, ITEM + item);
                }
            }
        } else if (event instanceof HandoverOfferedToUnit offered) {
            if (waits(item, offered.handoverId())) {
                for (Person one : able(Act.ANSWER_HANDOVER, row.actor())) {
                    if (Units.within(one.unitCode(), offered.toUnit())) { // who is of the office sees the item
                        tell(one, Kind.HANDOVER_OFFERED, row.eventId(), at, ITEM + item);
                    }
                }
            }
        } else if (event instanceof HandoverRefused refused) {
            Optional<Person> giver = person(giver(item, refused.handoverId()));
            if (giver.isPresent() && isNamed(giver.get(), item)) { // and has not seen it yet
                tell(giver.get(), Kind.HANDOVER_RETURNED, row.eventId(), at, ITEM + item);
            }
        } else if (event instanceof NoteAdded note) {
            for (String number : NamedPeople.in(note.words())) {
                Optional<Person> named = person(number);
                if (named.isPresent() && !number.equals(row.actor()) && isNamed(named.get(), item)) {
                    tell(named.get(), Kind.NOTE_NAMED, row.eventId(), at, ITEM + item);
                }
            }
        } else if (event instanceof ReviewReturned returned) {
            Optional<ItemView> now = model.items().byId(item);
            if (now.isPresent()
                    && now.get()
                            .returnedReview()
                            .filter(returned.reviewId()::equals)
                            .isPresent()) {
                tellOwners(item, now.get(), Kind.REVIEW_RETURNED, row.eventId(), row.actor(), at);
            }
        } else if (event instanceof ExportRequested asked) {
            requested.putIfAbsent(asked.exportId(), new Requested(row.actor(), at, asked.items()));
        } else if (event instanceof Exported exported) {
            ready.put(exported.exportId(), new Ready(item, exported.items(), at));
        } else if (event instanceof PeopleEvent proposed) {
            tellApprovers(proposed, row, at);
        }
    }

    /** How many were found so far. */
    int size() {
        return found.size();
    }

    /** All that was found; exports are looked at last, each once however many of its items are here. */
    List<Notification> all() throws SQLException, IOException {
        for (Map.Entry<String, Requested> one : requested.entrySet()) {
            try {
                tellApprovers(one.getKey(), one.getValue());
            } catch (RuntimeException | SQLException broken) {
                AlteredRowException.requireBroken(broken);
                LOG.error("NT-104 nobody is notified of the export {}", one.getKey(), broken);
                brokenExports.add(one.getKey());
            }
        }
        for (Map.Entry<String, Ready> one : ready.entrySet()) {
            try {
                tellWhoAsked(one.getKey(), one.getValue());
            } catch (RuntimeException | SQLException broken) {
                AlteredRowException.requireBroken(broken);
                LOG.error("NT-104 nobody is notified of the export {}", one.getKey(), broken);
            }
        }
        requested.clear();
        ready.clear();
        return List.copyOf(found);
    }

    /** The exports for which it could not be found out who is told. */
    Set<String> brokenExports() {
        return brokenExports;
    }

    /** Tells those who see all items of an export, once the read model has all of them: the entries of a large one come in several lots. */
    private void tellApprovers(String id, Requested export) throws SQLException, IOException {
        List<String> items = model.exports().requested(log, id);
        if (items.size() < export.items()) {
            return;
        }
        for (Person approver : able(Act.APPROVE_EXPORT, export.by())) {
            if (sees(approver, Act.APPROVE_EXPORT, items)) {
                tell(approver, Kind.EXPORT_REQUESTED, id, export.at(), "#/exports");
            }
        }
    }

    /** Adds what has to be mended within a day. */
    void addDue(Instant now) throws SQLException, IOException {
        Map<String, ItemView> due = model.items()
                .search(new Search(log, Scope.EVERYTHING)
                        .where(Piles.returnedDueWithin(DUE_WITHIN))
                        .limit(DUE_MAX));
        for (Map.Entry<String, ItemView> item : due.entrySet()) {
            JsonNode last = ItemJson.write(item.getValue()).path("lastReview");
            tellOwners(
                    item.getKey(),
                    item.getValue(),
                    Kind.REVIEW_DUE,
                    last.path("id").asText() + " " + last.path("due").asText(),
                    last.path("by").asText(),
                    now);
        }
    }

    /** Those to whom the item belongs and who may answer its review. */
    private void tellOwners(String id, ItemView item, Kind kind, String cause, String without, Instant at)
            throws SQLException, IOException {
        for (String owner : item.owners()) {
            Optional<Person> person = person(owner)
                    .filter(one -> one.may(Act.ANSWER_REVIEW) && !one.id().equals(without));
            if (person.isPresent() && sees(person.get(), Act.ANSWER_REVIEW, Set.of(id))) {
                tell(person.get(), kind, cause, at, ITEM + id);
            }
        }
    }

    /** Tells who asked for an export once it is recorded as exported for each of its items. */
    private void tellWhoAsked(String id, Ready export) throws SQLException, IOException {
        if (model.exports().exported(log, id) < export.items()) {
            return;
        }
        for (EntryRow row : model.entries().chain(export.item())) {
            if (event(row) instanceof ExportRequested asked && asked.exportId().equals(id)) {
                Optional<Person> person = person(row.actor()).filter(one -> one.may(Act.FETCH_EXPORT));
                if (person.isPresent()) {
                    tell(person.get(), Kind.EXPORT_READY, id, export.at(), "#/exports");
                }
            }
        }
    }

    private void tellApprovers(PeopleEvent proposed, EntryRow row, Instant at) throws SQLException, IOException {
        Optional<String> wanted = proposedUnit(proposed);
        if (wanted.isEmpty()) {
            return;
        }
        if (!access.waits(proposed.changeId())) {
            return; // decided meanwhile
        }
        List<String> units = new ArrayList<>(List.of(wanted.get()));
        person(proposed.holder()).ifPresent(listed -> units.add(listed.unitCode()));
        for (Person one : able(Act.APPROVE_PERSON, row.actor())) {
            boolean reaches = one.may(Act.MANAGE_PEOPLE)
                    || units.stream().allMatch(unit -> Units.prefix(unit).startsWith(Units.prefix(one.unitCode())));
            if (reaches && !one.id().equals(proposed.holder())) {
                tell(one, Kind.PERSON_PROPOSED, row.eventId(), at, "#/people");
            }
        }
    }

    /** The unit that a change of the list of people is proposed for, an empty text for the whole site; empty where the event proposes none. */
    static Optional<String> proposedUnit(PeopleEvent event) {
        if (event instanceof AdmissionProposed admission) {
            return Optional.of(Objects.requireNonNullElse(admission.unitCode(), ""));
        } else if (event instanceof RoleChangeProposed change) {
            return Optional.of(Objects.requireNonNullElse(change.unitCode(), ""));
        } else if (event instanceof CredentialResetProposed reset) {
            return Optional.of(Objects.requireNonNullElse(reset.unitCode(), ""));
        }
        return Optional.empty();
    }

    /** The event of an entry; null where its row was altered, which the audit finds. */
    private static CustodyEvent event(EntryRow row) {
        try {
            return row.event();
        } catch (SQLException altered) {
            LOG.error("NT-104 nobody is notified of entry {}: {}", row.index(), altered.getMessage());
            return null;
        }
    }

    private void tell(Person person, Kind kind, String cause, Instant at, String place) {
        if (only != null && !only.contains(person.id())) {
            return;
        }
        String all = kind.word() + "\n" + cause + "\n" + person.id();
        String id = "msg_"
                + Sha256Digest.of(all.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
        found.add(new Notification(id, kind.word(), person.id(), person.unitCode(), at, place, cause));
    }

    /** Whether this offer of the item is not answered. */
    private boolean waits(String item, String handoverId) throws SQLException {
        return model.items()
                .byId(item)
                .flatMap(ItemView::handover)
                .filter(open -> open.id().equals(handoverId))
                .isPresent();
    }

    /** Who offered this handover; null where the chain has no such offer. */
    private String giver(String item, String handoverId) throws SQLException {
        for (EntryRow row : model.entries().chain(item)) {
            CustodyEvent event = event(row);
            if ((event instanceof HandoverOffered offered
                            && offered.handoverId().equals(handoverId))
                    || (event instanceof HandoverOfferedToUnit office
                            && office.handoverId().equals(handoverId))) {
                return row.actor();
            }
        }
        return null;
    }

    private boolean isNamed(Person person, String item) throws SQLException {
        Piles.Pile naming = Piles.of(Piles.NAMED, person).orElseThrow();
        return !model.items()
                .search(new Search(log, Scope.of(person, Set.of(Act.VIEW)))
                        .id(item)
                        .where(naming.sql(), naming.values().toArray()))
                .isEmpty();
    }

    private boolean sees(Person person, Act act, Collection<String> items) throws SQLException {
        return model.items()
                        .search(new Search(log, Scope.of(person, Set.of(act))).among(items))
                        .size()
                == items.size();
    }

    private Optional<Person> person(String number) throws SQLException, IOException {
        return directory().find(number);
    }

    /** The people who may do this, without this one. */
    private List<Person> able(Act act, String without) throws SQLException, IOException {
        return directory().people().values().stream()
                .filter(one -> one.may(act) && !one.id().equals(without) && (only == null || only.contains(one.id())))
                .toList();
    }

    private Directory directory() throws SQLException, IOException {
        if (directory == null) {
            directory = Directory.of(access, model, log);
        }
        return directory;
    }
}
