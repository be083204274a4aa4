package org.liuhen.review.notify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.event.AccessEvent.PersonDismissed;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRefused;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.ExportWithdrawn;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PeopleEvent.AdmissionProposed;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.event.PeopleEvent.RoleChangeProposed;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswered;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.model.NoticeWriter.Decided;
import org.liuhen.review.model.NoticeWriter.Dismissed;
import org.liuhen.review.model.NoticeWriter.End;
import org.liuhen.review.model.NoticeWriter.Seen;
import org.liuhen.review.model.Piles;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemProjection;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.NamedPeople;

/**
 * Who is told of what: what each entry says to whom, and what it ends. The list on the page ({@link PageNotifier}) and the ways out of it
 * ({@link Notices}) both take it from here. Whether a person of the audience may see it, and whether it waits still, they ask themselves.
 * One is for some entries: it remembers who asked for the exports among them.
 */
final class Announcements {
    /** What comes back within this time is told of once more. */
    private static final String DUE_WITHIN = "24 hours";

    private static final int DUE_MAX = 10_000;

    private final Source source;
    private final Map<String, EntryRow> requests = new HashMap<>(); // of exports, each with many entries

    /** What is read beside an entry, and only for those kinds that need it. */
    interface Source {
        /** The entries of an item. */
        List<EntryRow> chain(String item) throws SQLException;

        /** Those to whom an item belongs; nobody where it is not known. */
        Set<String> owners(String item) throws SQLException;

        /** A person of the list of people. */
        Optional<Person> listed(String number) throws SQLException, IOException;
    }

    /** A person of the list of people; empty where nobody has the number. */
    interface People {
        Optional<Person> find(String number) throws SQLException, IOException;
    }

    /** What the read model has, and this list of people. */
    static Source source(ReadModel model, People people) {
        return new Source() {
            @Override
            public List<EntryRow> chain(String item) throws SQLException {
                return model.entries().chain(item);
            }

            @Override
            public Set<String> owners(String item) throws SQLException {
                return model.items().byId(item).map(ItemView::owners).orElse(Set.of());
            }

            @Override
            public Optional<Person> listed(String number) throws SQLException, IOException {
                return people.find(number);
            }
        };
    }

    /** Who is told; of these, those only who may do the act. */
    sealed interface Audience permits One, Office, Everybody {}

    /** One person. */
    record One(String number) implements Audience {}

    /** The people of an office and of those below it. */
    record Office(String unitCode) implements Audience {}

    /** All who may do the act. */
    record Everybody() implements Audience {}

    /**
     * What an entry says to somebody.
     *
     * @param index the place of the entry in the log
     * @param cause the ID of the event, of the export, or of the review and its time: what makes it another one
     * @param act what whoever is told needs to be allowed to do
     * @param actor who did it, and is not told
     * @param item the ID of the item; empty where it is about none
     * @param subject the ID of the handover, the review, the export or the change; empty where it is only to be seen
     * @param whole of how many items an export is, each with an entry of its own; 0 where it is none
     * @param units the prefixes of the units that a change of the list of people is about
     * @param holder the person that it is about, who is not told; empty where there is none
     */
    record Announcement(
            long index,
            Kind kind,
            String cause,
            Audience audience,
            Act act,
            String actor,
            Instant at,
            String item,
            String subject,
            int whole,
            List<String> units,
            String holder) {
        Announcement {
            units = List.copyOf(units);
        }

        /** Whether it is over once the person has seen the item, and not when something is done. */
        boolean isToBeSeen() {
            return subject.isEmpty();
        }
    }

    Announcements(Source source) {
        this.source = source;
    }

    /**
     * What an entry says.
     *
     * @param row the entry as it was {@linkplain EntryRow#proven() proven}
     * @param event the event of the entry
     * @throws AlteredRowException where the row was altered by which it would be known who is told
     */
    List<Announcement> of(EntryRow row, CustodyEvent event) throws SQLException, IOException {
        if (event instanceof HandoverOffered offered) {
            return List.of(said(row, Kind.HANDOVER_OFFERED, new One(offered.to()), Act.ANSWER_HANDOVER, event.key()));
        } else if (event instanceof HandoverOfferedToUnit offered) {
            Audience office = new Office(offered.toUnit());
            return Units.prefix(offered.toUnit()).isEmpty()
                    ? List.of() // the whole site is no office
                    : List.of(said(row, Kind.HANDOVER_OFFERED, office, Act.ANSWER_HANDOVER, event.key()));
        } else if (event instanceof HandoverRefused) {
            return whoOffered(row, event, Kind.HANDOVER_RETURNED);
        } else if (event instanceof HandoverAccepted) {
            return whoOffered(row, event, Kind.HANDOVER_ACCEPTED);
        } else if (event instanceof NoteAdded note) {
            return NamedPeople.in(note.words()).stream()
                    .map(number -> said(row, Kind.NOTE_NAMED, new One(number), Act.VIEW, ""))
                    .toList();
        } else if (event instanceof ReviewReturned) {
            return source.owners(row.chain()).stream()
                    .map(owner -> said(row, Kind.REVIEW_RETURNED, new One(owner), Act.ANSWER_REVIEW, event.key()))
                    .toList();
        } else if (event instanceof ReviewAnswered) {
            return last(row.chain(), row.index(), event.key(), List.of(ReviewReturned.class))
                    .map(last -> said(row, Kind.REVIEW_ANSWERED, new One(last.actor()), Act.REVIEW, event.key()))
                    .stream()
                    .toList();
        } else if (event instanceof ExportRequested asked) {
            return List.of(ofExport(row, event, Kind.EXPORT_REQUESTED, new Everybody(), asked.items()));
        } else if (event instanceof Exported) {
            return whoAsked(row, event, Kind.EXPORT_READY);
        } else if (event instanceof ExportRefused) {
            return whoAsked(row, event, Kind.EXPORT_REFUSED);
        } else if (event instanceof PeopleEvent change) {
            return ofPeople(row, change);
        }
        return List.of();
    }

    /** What an entry ends, of what was said before it. */
    static List<End> ends(EntryRow row, CustodyEvent event) {
        List<End> ends = new ArrayList<>();
        if (ItemProjection.showsNotes(event)) {
            ends.add(new Seen(row.index(), row.chain(), row.actor()));
        }
        if (event instanceof HandoverAccepted
                || event instanceof HandoverRefused
                || event instanceof ReviewReturned // of a review that was answered
                || event instanceof ReviewAnswered
                || event instanceof ReviewSigned
                || event instanceof ExportApproved
                || event instanceof ExportRefused) {
            ends.add(new Decided(row.index(), row.chain(), event.key(), false));
        } else if (event instanceof HandoverWithdrawn || event instanceof ExportWithdrawn) {
            ends.add(new Decided(row.index(), row.chain(), event.key(), true));
        } else if (event instanceof PersonDismissed dismissed) {
            ends.add(new Dismissed(row.index(), dismissed.officerNo()));
        } else if (event instanceof PeopleEvent change
                && proposedUnit(change).isEmpty()
                && !change.changeId().isEmpty()) {
            ends.add(new Decided(row.index(), "", change.changeId(), false));
        }
        return ends;
    }

    /** What came back and has to be mended within a day, said as if by the entry at this place. */
    static List<Announcement> due(ReadModel model, LogName log, long index, Instant now) throws SQLException {
        return due(
                model.items()
                        .search(new Search(log, Scope.EVERYTHING)
                                .where(Piles.returnedDueWithin(DUE_WITHIN))
                                .limit(DUE_MAX)),
                index,
                now);
    }

    /** The same of these items, by their IDs. */
    static List<Announcement> due(Map<String, ItemView> items, long index, Instant now) {
        List<Announcement> due = new ArrayList<>();
        items.forEach((id, item) -> {
            JsonNode last = ItemJson.write(item).path("lastReview");
            String review = last.path("id").asText();
            for (String owner : item.owners()) {
                due.add(new Announcement(
                        index,
                        Kind.REVIEW_DUE,
                        review + " " + last.path("due").asText(),
                        new One(owner),
                        Act.ANSWER_REVIEW,
                        last.path("by").asText(),
                        now,
                        id,
                        review,
                        0,
                        List.of(),
                        ""));
            }
        });
        return due;
    }

    /** Whether this person has seen what was said of an item by the entry at this place. */
    boolean hasSeen(String person, String item, long index) throws SQLException {
        for (EntryRow row : source.chain(item)) {
            Optional<EntryRow> look = row.index() > index && row.isWhole() ? row.proven() : Optional.empty();
            if (look.isPresent()
                    && look.get().actor().equals(person)
                    && ItemProjection.showsNotes(look.get().event())) {
                return true;
            }
        }
        return false;
    }

    /** Whether what was said of a review is the last of its kind of that review. */
    boolean isLast(Announcement one, Class<? extends CustodyEvent> kind) throws SQLException {
        return last(one.item(), Long.MAX_VALUE, one.subject(), List.of(kind))
                .filter(row -> row.eventId().equals(one.cause()))
                .isPresent();
    }

    private static Announcement said(EntryRow row, Kind kind, Audience audience, Act act, String subject) {
        return said(row, kind, row.eventId(), audience, act, subject, 0);
    }

    private static Announcement ofExport(EntryRow row, CustodyEvent event, Kind kind, Audience audience, int items) {
        Act act = audience instanceof Everybody ? Act.APPROVE_EXPORT : Act.FETCH_EXPORT;
        return said(row, kind, event.key(), audience, act, event.key(), items);
    }

    private static Announcement said(
            EntryRow row, Kind kind, String cause, Audience audience, Act act, String subject, int whole) {
        Instant at = Instant.parse(row.recordedAt());
        return new Announcement(
                row.index(), kind, cause, audience, act, row.actor(), at, row.chain(), subject, whole, List.of(), "");
    }

    private List<Announcement> ofPeople(EntryRow row, PeopleEvent change) throws SQLException, IOException {
        Optional<String> unit = proposedUnit(change);
        if (unit.isEmpty()) {
            return List.of();
        }
        List<String> units = new ArrayList<>(List.of(Units.prefix(unit.get())));
        String holder = Objects.requireNonNullElse(change.holder(), "");
        source.listed(holder).ifPresent(listed -> units.add(Units.prefix(listed.unitCode())));
        return List.of(new Announcement(
                row.index(),
                Kind.PERSON_PROPOSED,
                row.eventId(),
                new Everybody(),
                Act.APPROVE_PERSON,
                row.actor(),
                Instant.parse(row.recordedAt()),
                "",
                change.changeId(),
                0,
                units,
                holder));
    }

    /** The unit that a change of the list of people is proposed for, an empty text for the whole site; empty where the event proposes none. */
    private static Optional<String> proposedUnit(PeopleEvent event) {
        if (event instanceof AdmissionProposed admission) {
            return Optional.of(Objects.requireNonNullElse(admission.unitCode(), ""));
        } else if (event instanceof RoleChangeProposed change) {
            return Optional.of(Objects.requireNonNullElse(change.unitCode(), ""));
        } else if (event instanceof CredentialResetProposed reset) {
            return Optional.of(Objects.requireNonNullElse(reset.unitCode(), ""));
        }
        return Optional.empty();
    }

    /** Tells who offered this handover what became of it; nobody where the chain has no such offer. */
    private List<Announcement> whoOffered(EntryRow row, CustodyEvent answer, Kind kind) throws SQLException {
        return last(row.chain(), row.index(), answer.key(), List.of(HandoverOffered.class, HandoverOfferedToUnit.class))
                .map(offer -> said(row, kind, new One(offer.actor()), Act.VIEW, ""))
                .stream()
                .toList();
    }

    /** Tells who asked for an export what became of it; nobody where the chain has no such request. */
    private List<Announcement> whoAsked(EntryRow row, CustodyEvent outcome, Kind kind) throws SQLException {
        EntryRow request = requests.get(outcome.key());
        if (request == null) {
            request = last(row.chain(), row.index(), outcome.key(), List.of(ExportRequested.class))
                    .orElse(null);
            requests.put(outcome.key(), request); // null: the next item may have it
        }
        return request != null && request.event() instanceof ExportRequested asked
                ? List.of(ofExport(row, outcome, kind, new One(request.actor()), asked.items()))
                : List.of();
    }

    /**
     * The last entry of an item before this place that is of one of these kinds, about this handover, review or export.
     *
     * @throws AlteredRowException where there is none, and a row was altered that could have been it
     */
    private Optional<EntryRow> last(String item, long before, String key, List<Class<? extends CustodyEvent>> kinds)
            throws SQLException {
        AlteredRowException altered = null;
        List<EntryRow> chain = source.chain(item);
        for (int i = chain.size() - 1; i >= 0; i--) {
            EntryRow row = chain.get(i);
            if (row.index() >= before) {
                continue;
            }
            try {
                Optional<EntryRow> proven = row.proven();
                if (proven.isPresent()) {
                    CustodyEvent event = proven.get().event();
                    if (kinds.contains(event.getClass()) && event.key().equals(key)) {
                        return proven;
                    }
                }
            } catch (AlteredRowException broken) {
                altered = broken;
            }
        }
        if (altered != null) {
            throw altered;
        }
        return Optional.empty();
    }
}
