package org.liuhen.review.notify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.AccessEvent.PersonDismissed;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRefused;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.ExportWithdrawn;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PeopleEvent;
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
import org.liuhen.review.model.Directory;
import org.liuhen.review.model.NoticeWriter;
import org.liuhen.review.model.NoticeWriter.Decided;
import org.liuhen.review.model.NoticeWriter.Dismissed;
import org.liuhen.review.model.NoticeWriter.End;
import org.liuhen.review.model.NoticeWriter.Notice;
import org.liuhen.review.model.NoticeWriter.Seen;
import org.liuhen.review.model.PageNotices;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the list of what people are told on the page: it goes through the entries of the last days that the read model has, in a thread of its own and
 * in the process that follows the log alone. Whether anybody may see what it adds is asked when the list is read.
 */
public final class PageNotifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageNotifier.class);
    private static final int ENTRIES_AT_A_TIME = 256;
    private static final int DUE_MAX = 10_000;
    private static final long DUE_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

    private final LogName log;
    private final ReadModel model;
    private final NoticeWriter writer;
    private final Access access;
    private final EntryLoop loop;
    private long dueAt = System.nanoTime() - DUE_EVERY_NANOS;

    /** What some entries say, and what they end; of each export one notice with the items that came. */
    private record Said(List<Notice> notices, Map<String, Notice> exports, List<End> ends) {
        Said() {
            this(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
        }

        List<Notice> all() {
            List<Notice> all = new ArrayList<>(notices);
            all.addAll(exports.values());
            return all;
        }
    }

    /**
     * Begins to fill it.
     *
     * @param access says of which unit somebody is whose roles change
     * @param leads whether this process is the one of several that follows the log
     */
    public PageNotifier(LogName log, ReadModel model, Access access, BooleanSupplier leads) {
        this.log = log;
        this.model = model;
        this.writer = model.notices().writer();
        this.access = access;
        this.loop = new EntryLoop(
                "page-notifier",
                "nobody is notified on the page of what is new",
                log,
                model,
                leads,
                NotifyMetrics::pageBehind,
                new EntryLoop.Work() {
                    @Override
                    public boolean step() throws SQLException, IOException {
                        return PageNotifier.this.step();
                    }

                    @Override
                    public void failed() {
                        writer.doubt();
                    }
                });
    }

    /** Goes through the next entries; whether there were any. */
    private boolean step() throws SQLException, IOException {
        long position = writer.position(log).orElse(0);
        long followed = model.followedSize(log);
        Instant now = Instant.now();
        Instant old = now.minus(Duration.ofDays(PageNotices.KEPT_DAYS));
        long from = position < followed ? since(position, followed, old) : position;
        NotifyMetrics.pageBehind(Math.max(0, followed - from));
        long to = Math.min(followed, from + ENTRIES_AT_A_TIME);
        if (to <= from) {
            if (followed == from && followed > 0 && System.nanoTime() - dueAt > DUE_EVERY_NANOS) {
                dueAt = System.nanoTime();
                writer.forget();
                writer.add(log, from, due(from - 1, now), List.of());
            }
            if (from > position) {
                writer.add(log, from, List.of(), List.of());
            }
            return false;
        }
        Said said = new Said();
        for (EntryRow row : model.entries().range(log, from, to).values()) {
            try {
                Instant at = row.eventType().equals(EntryRow.UNREADABLE) ? Instant.EPOCH : time(row);
                if (at.isAfter(old)) {
                    row.requireWhole();
                    say(row, at, said);
                }
            } catch (RuntimeException | SQLException broken) {
                AlteredRowException.requireBroken(broken);
                LOG.error("NT-104 nobody is notified of entry {} of {}", row.index(), log.value(), broken);
            }
        }
        writer.add(log, to, said.all(), said.ends());
        NotifyMetrics.pageBehind(Math.max(0, followed - to));
        return true;
    }

    /** When an entry was recorded; never later than tomorrow, so that no altered row stays for ever. */
    private static Instant time(EntryRow row) {
        Instant at = Instant.parse(row.recordedAt());
        if (at.isAfter(Instant.now().plus(Duration.ofDays(1)))) {
            throw new DateTimeException("recorded in times to come: " + at);
        }
        return at;
    }

    /** The first entry from here on that is not old. Entries stand in the order of their times. */
    private long since(long from, long followed, Instant old) throws SQLException {
        if (!isOld(from, old)) {
            return from;
        }
        long last = from; // this one is old
        long end = followed;
        while (end - last > 1) {
            long middle = last + (end - last) / 2;
            if (isOld(middle, old)) {
                last = middle;
            } else {
                end = middle;
            }
        }
        return end;
    }

    private boolean isOld(long index, Instant old) throws SQLException {
        EntryRow row = model.entries().range(log, index, index + 1).get(index);
        try {
            return row != null && Instant.parse(row.recordedAt()).isBefore(old);
        } catch (DateTimeException altered) { // or no time is known: gone through like one that is new
            return false;
        }
    }

    private void say(EntryRow row, Instant at, Said said) throws SQLException, IOException {
        CustodyEvent event = row.event();
        String item = row.chain();
        if (ItemProjection.showsNotes(event)) {
            said.ends().add(new Seen(row.index(), item, row.actor()));
        }
        if (event instanceof HandoverOffered offered) {
            tell(
                    said,
                    row,
                    at,
                    Kind.HANDOVER_OFFERED,
                    NoticeWriter.person(offered.to()),
                    Act.ANSWER_HANDOVER,
                    event.key());
        } else if (event instanceof HandoverOfferedToUnit offered) {
            if (!Units.prefix(offered.toUnit()).isEmpty()) {
                String office = NoticeWriter.office(offered.toUnit());
                tell(said, row, at, Kind.HANDOVER_OFFERED, office, Act.ANSWER_HANDOVER, event.key());
            }
        } else if (event instanceof HandoverRefused refused) {
            end(said, row, item, false);
            Optional<String> giver = giver(item, refused.handoverId());
            if (giver.isPresent()) {
                tell(said, row, at, Kind.HANDOVER_RETURNED, NoticeWriter.person(giver.get()), Act.VIEW, "");
            }
        } else if (event instanceof NoteAdded note) {
            for (String number : NamedPeople.in(note.words())) {
                tell(said, row, at, Kind.NOTE_NAMED, NoticeWriter.person(number), Act.VIEW, "");
            }
        } else if (event instanceof ReviewReturned) {
            Optional<ItemView> now = model.items().byId(item);
            if (now.isPresent()) {
                for (String owner : now.get().owners()) {
                    String person = NoticeWriter.person(owner);
                    tell(said, row, at, Kind.REVIEW_RETURNED, person, Act.ANSWER_REVIEW, event.key());
                }
            }
        } else if (event instanceof ExportRequested asked) {
            ofExport(said, row, at, Kind.EXPORT_REQUESTED, asked.items(), null);
        } else if (event instanceof Exported exported) {
            for (EntryRow before : model.entries().chain(item)) {
                if (before.event() instanceof ExportRequested asked
                        && asked.exportId().equals(exported.exportId())) {
                    ofExport(said, row, at, Kind.EXPORT_READY, exported.items(), before.actor());
                }
            }
        } else if (event instanceof PeopleEvent change) {
            sayOfPeople(change, row, at, said);
        } else if (event instanceof PersonDismissed dismissed) {
            said.ends().add(new Dismissed(row.index(), dismissed.officerNo()));
        } else if (event instanceof HandoverWithdrawn || event instanceof ExportWithdrawn) {
            end(said, row, item, true);
        } else if (event instanceof HandoverAccepted
                || event instanceof ReviewAnswered
                || event instanceof ReviewSigned
                || event instanceof ExportApproved
                || event instanceof ExportRefused) {
            end(said, row, item, false);
        }
    }

    private void sayOfPeople(PeopleEvent change, EntryRow row, Instant at, Said said) throws SQLException, IOException {
        Optional<String> unit = Notices.proposedUnit(change);
        if (unit.isEmpty()) {
            if (!change.changeId().isEmpty()) {
                end(said, row, "", false);
            }
            return;
        }
        List<String> units = new ArrayList<>(List.of(Units.prefix(unit.get())));
        String holder = Optional.ofNullable(change.holder()).orElse("");
        Directory.of(access, model, log).find(holder).ifPresent(listed -> units.add(Units.prefix(listed.unitCode())));
        said.notices()
                .add(new Notice(
                        row.index(),
                        row.eventId(),
                        Kind.PERSON_PROPOSED.word(),
                        NoticeWriter.whoMay(Act.APPROVE_PERSON),
                        Act.APPROVE_PERSON,
                        row.actor(),
                        at,
                        "",
                        change.changeId(),
                        0,
                        units,
                        holder,
                        List.of()));
    }

    private static void tell(Said said, EntryRow row, Instant at, Kind kind, String audience, Act act, String subject) {
        said.notices()
                .add(new Notice(
                        row.index(),
                        row.eventId(),
                        kind.word(),
                        audience,
                        act,
                        row.actor(),
                        at,
                        row.chain(),
                        subject,
                        0,
                        List.of(),
                        "",
                        List.of()));
    }

    /** Adds an item of an export: for those who may approve it, or for the one who asked for it. */
    private static void ofExport(Said said, EntryRow row, Instant at, Kind kind, int items, String asker)
            throws SQLException {
        String export = row.event().key();
        Act act = asker == null ? Act.APPROVE_EXPORT : Act.FETCH_EXPORT;
        Notice one = new Notice(
                row.index(),
                export,
                kind.word(),
                asker == null ? NoticeWriter.whoMay(act) : NoticeWriter.person(asker),
                act,
                row.actor(),
                at,
                row.chain(),
                export,
                items,
                List.of(),
                "",
                List.of(row.chain()));
        said.exports().merge(kind.word() + " " + export, one, Notice::and);
    }

    private static void end(Said said, EntryRow row, String item, boolean takenBack) throws SQLException {
        said.ends().add(new Decided(row.index(), item, row.event().key(), takenBack));
    }

    /** Who offered this handover; empty where the chain has no such offer. */
    private Optional<String> giver(String item, String handoverId) throws SQLException {
        for (EntryRow row : model.entries().chain(item)) {
            CustodyEvent event = row.event();
            if ((event instanceof HandoverOffered || event instanceof HandoverOfferedToUnit)
                    && event.key().equals(handoverId)) {
                return Optional.of(row.actor());
            }
        }
        return Optional.empty();
    }

    private List<Notice> due(long index, Instant now) throws SQLException {
        try {
            return dueAt(index, now);
        } catch (RuntimeException | SQLException broken) {
            AlteredRowException.requireBroken(broken);
            LOG.error("NT-104 nobody is notified of what is due in {}", log.value(), broken);
            return List.of();
        }
    }

    /** What came back and has to be mended within a day, said as if by the entry at this place. */
    private List<Notice> dueAt(long index, Instant now) throws SQLException {
        List<Notice> due = new ArrayList<>();
        Map<String, ItemView> items = model.items()
                .search(new Search(log, Scope.EVERYTHING)
                        .where(Piles.returnedDueWithin(Notices.DUE_WITHIN))
                        .limit(DUE_MAX));
        for (Map.Entry<String, ItemView> item : items.entrySet()) {
            JsonNode last = ItemJson.write(item.getValue()).path("lastReview");
            String review = last.path("id").asText();
            for (String owner : item.getValue().owners()) {
                due.add(new Notice(
                        index,
                        review + " " + last.path("due").asText(),
                        Kind.REVIEW_DUE.word(),
                        NoticeWriter.person(owner),
                        Act.ANSWER_REVIEW,
                        last.path("by").asText(),
                        now,
                        item.getKey(),
                        review,
                        0,
                        List.of(),
                        "",
                        List.of()));
            }
        }
        return due;
    }

    @Override
    public void close() {
        loop.close();
    }
}
