package org.liuhen.review.notify;

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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswered;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.model.Directory;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.review.notify.Announcements.Announcement;
import org.liuhen.review.notify.Announcements.Office;
import org.liuhen.review.notify.Announcements.One;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people whom {@link Announcements} tell of entries, out of the page. Only what waits still, and only a person who may see the item and do what
 * waits: what the page would show in a pile of this person. Nobody is told of what he did himself.
 */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final LogName log;
    private final ReadModel model;
    private final Access access;
    private final Announcements announcements;
    private final List<Notification> found = new ArrayList<>();
    private final Map<String, Announcement> exports = new LinkedHashMap<>(); // by kind and cause: each once
    private final Set<String> brokenExports = new HashSet<>();
    private final Set<String> told = new HashSet<>();
    private final Set<String> toldBefore;
    private final Set<String> only;
    private Directory directory; // read where it is needed first

    Notices(LogName log, ReadModel model, Access access) {
        this(log, model, access, Set.of());
    }

    /**
     * Of entries that follow on others.
     *
     * @param toldBefore the exports that were {@linkplain #told() told} with those
     */
    Notices(LogName log, ReadModel model, Access access, Set<String> toldBefore) {
        this(log, model, access, null, null, toldBefore);
    }

    /**
     * Of these people alone.
     *
     * @param directory all people; null to read them
     * @param only the numbers of those who are told; null for all
     */
    Notices(LogName log, ReadModel model, Access access, Directory directory, Set<String> only) {
        this(log, model, access, directory, only, Set.of());
    }

    private Notices(
            LogName log,
            ReadModel model,
            Access access,
            Directory directory,
            Set<String> only,
            Set<String> toldBefore) {
        this.log = log;
        this.model = model;
        this.access = access;
        this.directory = directory;
        this.only = only;
        this.toldBefore = toldBefore;
        this.announcements = new Announcements(Announcements.source(model, this::person));
    }

    /**
     * Adds what follows from an entry.
     *
     * @param row the entry as it was {@linkplain EntryRow#proven() proven}
     * @throws AlteredRowException where the row was altered by which it would be known who is told
     */
    void add(EntryRow row) throws SQLException, IOException {
        for (Announcement one : announcements.of(row, row.event())) {
            if (one.whole() > 0 && toldBefore.contains(nameOf(one))) {
                told.add(nameOf(one));
            } else if (one.whole() > 0) {
                exports.put(nameOf(one), one);
            } else if (waits(one)) {
                tell(one, Set.of(one.item()));
            }
        }
    }

    /** Adds what has to be mended within a day. */
    void addDue(Instant now) throws SQLException, IOException {
        for (Announcement one : Announcements.due(model, log, 0, now)) {
            tell(one, Set.of(one.item()));
        }
    }

    /** How many were found so far. */
    int size() {
        return found.size();
    }

    /** All that was found; exports are looked at last, each once however many of its items are here. */
    List<Notification> all() throws SQLException, IOException {
        for (Announcement one : exports.values()) {
            try {
                List<String> items =
                        model.exports().items(log, one.subject(), one.kind().exportIs());
                // the entries of a large one come in several lots
                if (one.kind().isComplete(items.size(), one.whole())) {
                    tell(one, items);
                    told.add(nameOf(one));
                }
            } catch (RuntimeException | SQLException broken) {
                AlteredRowException.requireBroken(broken);
                LOG.error("NT-104 nobody is notified of the export {}", one.subject(), broken);
                brokenExports.add(nameOf(one));
            }
        }
        exports.clear();
        return List.copyOf(found);
    }

    /** The exports of these entries, each as kind and cause, that were told: now, or with the entries before. */
    Set<String> told() {
        return told;
    }

    /** The exports, each as kind and cause, for which it could not be found out who is told. */
    Set<String> brokenExports() {
        return brokenExports;
    }

    private static String nameOf(Announcement one) {
        return one.kind().word() + " " + one.cause();
    }

    /** Whether what is said is not answered or decided; of what is only to be seen, and of exports, it is asked elsewhere. */
    private boolean waits(Announcement one) throws SQLException, IOException {
        return switch (one.kind()) {
            case HANDOVER_OFFERED ->
                model.items()
                        .byId(one.item())
                        .flatMap(ItemView::handover)
                        .filter(open -> open.id().equals(one.subject()))
                        .isPresent();
            case REVIEW_RETURNED ->
                model.items()
                                .byId(one.item())
                                .flatMap(ItemView::returnedReview)
                                .filter(one.subject()::equals)
                                .isPresent()
                        && announcements.isLast(one, ReviewReturned.class);
            case REVIEW_ANSWERED ->
                model.items()
                                .byId(one.item())
                                .filter(item -> item.reviews().contains(one.subject()))
                                .isPresent()
                        && announcements.isLast(one, ReviewAnswered.class);
            case PERSON_PROPOSED -> access.waits(one.subject());
            default -> true;
        };
    }

    /** Tells the people of the audience who may do what waits with all of these items. */
    private void tell(Announcement one, Collection<String> items) throws SQLException, IOException {
        for (Person person : audience(one).toList()) {
            if (person.may(one.act())
                    && !person.id().equals(one.actor())
                    && !person.id().equals(one.holder())
                    && (only == null || only.contains(person.id()))
                    && reaches(person, one, items)) {
                add(person, one);
            }
        }
    }

    private Stream<Person> audience(Announcement one) throws SQLException, IOException {
        if (one.audience() instanceof One named) {
            return person(named.number()).stream();
        }
        Stream<Person> all = directory().people().values().stream();
        return one.audience() instanceof Office office
                ? all.filter(person -> Units.within(person.unitCode(), office.unitCode()))
                : all;
    }

    private boolean reaches(Person person, Announcement one, Collection<String> items) throws SQLException {
        if (one.kind() == Kind.PERSON_PROPOSED) {
            return person.may(Act.MANAGE_PEOPLE)
                    || one.units().stream().allMatch(unit -> unit.startsWith(Units.prefix(person.unitCode())));
        }
        if (one.audience() instanceof Office) {
            return true; // who is of the office sees the item
        }
        return sees(person, one.act(), items)
                && !(one.isToBeSeen() && announcements.hasSeen(person.id(), one.item(), one.index()));
    }

    private boolean sees(Person person, Act act, Collection<String> items) throws SQLException {
        Search search = new Search(log, Scope.of(person, Set.of(act))).among(items);
        return model.items().count(search) == items.size();
    }

    private void add(Person person, Announcement one) {
        String all = one.kind().word() + "\n" + one.cause() + "\n" + person.id();
        String id = "msg_"
                + Sha256Digest.of(all.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
        String place = one.kind().place(one.item());
        found.add(
                new Notification(id, one.kind().word(), person.id(), person.unitCode(), one.at(), place, one.cause()));
    }

    private Optional<Person> person(String number) throws SQLException, IOException {
        return directory().find(number);
    }

    private Directory directory() throws SQLException, IOException {
        if (directory == null) {
            directory = Directory.of(access, model, log);
        }
        return directory;
    }
}
