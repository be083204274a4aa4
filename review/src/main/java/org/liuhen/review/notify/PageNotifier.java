package org.liuhen.review.notify;

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
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.Directory;
import org.liuhen.review.model.NoticeWriter;
import org.liuhen.review.model.NoticeWriter.End;
import org.liuhen.review.model.NoticeWriter.Notice;
import org.liuhen.review.model.PageNotices;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.notify.Announcements.Announcement;
import org.liuhen.review.notify.Announcements.Office;
import org.liuhen.review.notify.Announcements.One;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the list of what people are told on the page: it goes through the entries of the last days that the read model has, in a thread of its own and
 * in the process that follows the log alone. Whether anybody may see what it adds is asked when the list is read.
 */
public final class PageNotifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageNotifier.class);
    private static final int ENTRIES_AT_A_TIME = 256;
    private static final long DUE_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

    private final LogName log;
    private final ReadModel model;
    private final NoticeWriter writer;
    private final Announcements.Source source;
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
        this.source = Announcements.source(
                model, number -> Directory.of(access, model, log).find(number));
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
        Announcements announcements = new Announcements(source);
        for (EntryRow row : model.entries().range(log, from, to).values()) {
            try {
                Instant at = row.eventType().equals(EntryRow.UNREADABLE) ? Instant.EPOCH : time(row);
                Optional<EntryRow> proven = at.isAfter(old) ? row.proven() : Optional.empty();
                if (proven.isPresent()) {
                    say(proven.get(), announcements, said);
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

    private static void say(EntryRow row, Announcements announcements, Said said) throws SQLException, IOException {
        CustodyEvent event = row.event();
        said.ends().addAll(Announcements.ends(row, event));
        for (Announcement one : announcements.of(row, event)) {
            Notice notice = notice(one);
            if (one.whole() > 0) {
                said.exports().merge(notice.kind() + " " + notice.cause(), notice, Notice::and);
            } else {
                said.notices().add(notice);
            }
        }
    }

    private static Notice notice(Announcement one) {
        return new Notice(
                one.index(),
                one.cause(),
                one.kind().word(),
                audience(one),
                one.act(),
                one.actor(),
                one.at(),
                one.item(),
                one.subject(),
                one.whole(),
                one.units(),
                one.holder(),
                one.whole() > 0 ? List.of(one.item()) : List.of());
    }

    private static String audience(Announcement one) {
        if (one.audience() instanceof One named) {
            return NoticeWriter.person(named.number());
        }
        return one.audience() instanceof Office office
                ? NoticeWriter.office(office.unitCode())
                : NoticeWriter.whoMay(one.act());
    }

    /** What came back and has to be mended within a day. */
    private List<Notice> due(long index, Instant now) throws SQLException {
        try {
            return Announcements.due(model, log, index, now).stream()
                    .map(PageNotifier::notice)
                    .toList();
        } catch (RuntimeException | SQLException broken) {
            AlteredRowException.requireBroken(broken);
            LOG.error("NT-104 nobody is notified of what is due in {}", log.value(), broken);
            return List.of();
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
