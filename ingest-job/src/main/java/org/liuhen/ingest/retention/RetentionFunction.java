package org.liuhen.ingest.retention;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.liuhen.custody.event.CaseEvent.CaseClosed;
import org.liuhen.custody.event.CaseEvent.CaseReopened;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalRefused;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.event.RetentionEvent.RetentionExtended;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.ingest.feed.FeedFunction;
import org.liuhen.ingest.feed.ToFeed;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.EvidenceStore.Seal;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extends locks when an item's category asks for it, and ends items whose disposal was approved: their bytes, previews and texts.
 *
 * <p>Bytes go only after the record has decided: when the days of grace are over and nothing keeps the item, {@code disposed} goes into
 * the feed; when it comes back from there, the state machine is asked as the record asks it, at the same place of the same order. Only if it
 * accepts are the bytes deleted. A hold that was placed a moment earlier is therefore never too late, and a job that dies in between deletes when it
 * reads the feed again.
 */
public final class RetentionFunction extends FeedFunction {
    /** The kinds of event that count here. */
    public static final List<String> KINDS = List.of(
            "declared",
            "withdrawn",
            "received",
            "described",
            "verified",
            "rejected",
            "sealed",
            "linkedToCase",
            "unlinkedFromCase",
            "categorised",
            "retentionExtended",
            "holdPlaced",
            "holdReleased",
            "disposalProposed",
            "disposalApproved",
            "disposalRefused",
            "disposed",
            "caseClosed",
            "caseReopened",
            "retentionRuleProposed",
            "retentionRuleApproved",
            "retentionRuleRefused");

    private static final Logger LOG = LoggerFactory.getLogger(RetentionFunction.class);
    private static final Actor KEEPER = Actor.component("retention");
    private static final long AGAIN_MILLIS = 15_000;
    private static final long BEHIND_MILLIS = 10_000;
    private static final long QUIET_MILLIS = 2_000;
    private static final int AT_ONCE = 200;
    private static final String EXTEND = "extend ";
    private static final String JUDGE = "judge ";
    private static final String DELETE = "delete ";
    private static final String FORGET = "forget ";

    private final JobSettings settings;
    private final long graceMillis;
    private transient Vault vault;
    private transient MapState<String, Kept> items;
    private transient MapState<String, Boolean> closed;

    /** The category that each item is in. */
    private transient MapState<String, String> categories;

    /** Rules that are proposed and not decided, by their IDs: {@code days category}. */
    private transient MapState<String, String> proposed;

    /** The days for which a category keeps items, where a rule is in force. */
    private transient MapState<String, Integer> inForce;

    /** The state of the log's own chain, as far as rules are concerned; under one key. */
    private transient MapState<String, String> decided;

    /** The digests of the descriptions of each item, with a space after each. */
    private transient MapState<String, String> descriptions;

    private transient MapState<String, Long> work;

    /** When the newest event of each log was fed, and when it came here, in milliseconds: one log may be behind while others are not. */
    private transient Map<String, Long> newestMillis;

    private transient Map<String, Long> lastCame;

    /** Works on this vault. */
    public RetentionFunction(JobSettings settings) {
        super("retention", KINDS);
        this.settings = settings;
        this.graceMillis = Duration.ofSeconds(settings.disposalGraceSeconds()).toMillis();
    }

    @Override
    public void open(OpenContext context) {
        super.open(context);
        items = state("items", TypeInformation.of(Kept.class));
        closed = state("closed", Types.BOOLEAN);
        categories = state("categories", Types.STRING);
        proposed = state("proposed-rules", Types.STRING);
        inForce = state("rules-in-force", Types.INT);
        decided = state("decided-rules", Types.STRING);
        descriptions = state("descriptions", Types.STRING);
        work = state("work", Types.LONG);
        newestMillis = new HashMap<>();
        lastCame = new HashMap<>();
    }

    @Override
    public void processElement(FeedRecord fed, Context context, Collector<FeedRecord> out) throws Exception {
        newestMillis.put(fed.log(), fed.appendedMillis());
        lastCame.put(fed.log(), context.timerService().currentProcessingTime());
        super.processElement(fed, context, out);
    }

    @Override
    protected void process(CustodyEvent event, FeedRecord fed, Context context, Collector<FeedRecord> out)
            throws Exception {
        if (event instanceof CaseClosed over) {
            closed.put(over.caseId().value(), true);
            return;
        }
        if (event instanceof CaseReopened again) {
            closed.remove(again.caseId().value());
            return;
        }
        EvidenceId id = event.context().evidenceId();
        if (id == null) {
            changeRules(event, context);
            return;
        }
        Kept before = items.contains(id.value()) ? items.get(id.value()) : Kept.NOTHING;
        if (event instanceof Described described) {
            remember(id, described, before, context);
            return;
        }
        Decision decision = StateTable.apply(before.itemState(), event);
        if (!decision.accepted()) {
            return; // the record refuses it too
        }
        Kept now = before.after(event).in(decision.next());
        if (event instanceof Categorised categorised) {
            categories.put(id.value(), categorised.category());
            Integer rule = inForce.get(categorised.category());
            now = rule == null
                    ? now
                    : now.keptFor(Kept.daysOrNull(rule)); // approved while an officer chose the category
        }
        items.put(id.value(), now);
        if (event instanceof Categorised || event instanceof Sealed) {
            schedule(EXTEND + id, context.timerService().currentProcessingTime(), context);
        } else if (event instanceof DisposalApproved) {
            schedule(JUDGE + id + " " + event.context().eventId(), fed.appendedMillis() + graceMillis, context);
        } else if (event instanceof Disposed) {
            schedule(DELETE + id, context.timerService().currentProcessingTime(), context);
            schedule(FORGET + id, context.timerService().currentProcessingTime(), context);
        }
    }

    /** A description that comes when the item is disposed of is refused by the record; what it named goes all the same. */
    private void remember(EvidenceId id, Described described, Kept item, Context context) throws Exception {
        String before = descriptions.contains(id.value()) ? descriptions.get(id.value()) : "";
        String digest = described.metadataSha256().hex();
        if (!before.contains(digest)) { // the feed may say it more than once
            descriptions.put(id.value(), before + digest + " ");
        }
        if (item.itemState().phase() == ItemState.Phase.DISPOSED) {
            schedule(FORGET + id, context.timerService().currentProcessingTime(), context);
        }
    }

    /** A rule that the record accepts lengthens the time of items in its category; a shorter rule shortens none. */
    private void changeRules(CustodyEvent event, Context context) throws Exception {
        String log = Entry.LOG_CHAIN;
        ItemState before = decided.contains(log) ? ItemState.parse(decided.get(log)) : ItemState.NOTHING;
        Decision decision = StateTable.apply(before, event);
        if (!decision.accepted()) {
            return; // the record refuses it too
        }
        decided.put(log, decision.next().toText());
        if (event instanceof RetentionRuleProposed rule) {
            int days = rule.retentionDays() == null ? Kept.PERMANENT : rule.retentionDays();
            proposed.put(rule.ruleId(), days + " " + rule.category());
            return;
        }
        String[] rule = proposed.get(event.key()).split(" ", 2);
        proposed.remove(event.key());
        if (event instanceof RetentionRuleApproved) {
            int days = Integer.parseInt(rule[0]);
            inForce.put(rule[1], days);
            lengthen(rule[1], days, context);
        }
    }

    private void lengthen(String category, int days, Context context) throws Exception {
        List<String> ids = new ArrayList<>();
        for (var item : categories.entries()) {
            if (item.getValue().equals(category)) {
                ids.add(item.getKey());
            }
        }
        for (String id : ids) {
            Kept before = items.get(id);
            Kept after = before.keptFor(Kept.daysOrNull(days));
            if (after.days() != before.days()) {
                items.put(id, after);
                schedule(EXTEND + id, context.timerService().currentProcessingTime(), context);
            }
        }
    }

    private void schedule(String what, long atMillis, Context context) throws Exception {
        work.put(what, atMillis);
        context.timerService().registerProcessingTimeTimer(atMillis);
    }

    @Override
    public void onTimer(long at, OnTimerContext context, Collector<FeedRecord> out) throws Exception {
        long now = context.timerService().currentProcessingTime();
        String log = context.getCurrentKey();
        boolean behind = now - newestMillis.getOrDefault(log, 0L) > BEHIND_MILLIS;
        if (behind
                && now - lastCame.computeIfAbsent(log, started -> now)
                        < QUIET_MILLIS) { // later decisions may not be read yet
            context.timerService().registerProcessingTimeTimer(now + QUIET_MILLIS);
            return;
        }
        List<String> due = new ArrayList<>();
        for (var one : work.entries()) {
            if (one.getValue() <= now) {
                due.add(one.getKey());
            }
            if (due.size() == AT_ONCE) { // a rule may touch a million items; checkpoints do not wait for all of them
                context.timerService().registerProcessingTimeTimer(now + 1);
                break;
            }
        }
        for (String what : due) {
            work.remove(what);
            try {
                act(what, now, log, out);
            } catch (VaultException refused) {
                if (refused.retryable()) {
                    LOG.warn("{}: {}; trying again", what, refused.getMessage());
                    schedule(what, now + AGAIN_MILLIS, context);
                } else {
                    LOG.error("{}: {}", what, refused.getMessage());
                    putAside(what, item(what), refused.code(), refused.getMessage(), log, out);
                }
            } catch (IOException away) {
                LOG.warn("{}: {}; trying again", what, away.getMessage());
                schedule(what, now + AGAIN_MILLIS, context);
            } catch (RuntimeException | StackOverflowError broken) {
                putAside(what, item(what), broken, log, out);
            }
        }
    }

    private static EvidenceId item(String what) {
        return new EvidenceId(what.split(" ", -1)[1]);
    }

    private void act(String what, long now, String log, Collector<FeedRecord> out) throws Exception {
        String[] words = what.split(" ", -1);
        EvidenceId id = item(what);
        Kept item = items.get(id.value());
        if (what.startsWith(EXTEND)) {
            extend(id, item, log, out);
        } else if (what.startsWith(JUDGE)) {
            judge(id, item, words[2], now, log, out);
        } else if (what.startsWith(FORGET)) {
            forget(id, log);
        } else {
            delete(item, log);
        }
    }

    private void extend(EvidenceId id, Kept item, String log, Collector<FeedRecord> out) throws IOException {
        Instant until = item.until(id);
        if (item.lockedUntilMillis() == 0
                || item.days() == Kept.UNKNOWN
                || until.toEpochMilli() <= item.lockedUntilMillis()) {
            return;
        }
        Seal seal = vault().evidence().seal(item.object(), until);
        EventContext context = context(RetentionExtended.class, until.toString(), id, null);
        RetentionExtended extended =
                new RetentionExtended(context, item.object(), seal.retainUntil(), seal.enforcement());
        out.collect(ToFeed.record(log, extended));
    }

    /** The days of grace are over: feeds the disposal, or its refusal with the reason that keeps the item. */
    private void judge(EvidenceId id, Kept item, String approval, long now, String log, Collector<FeedRecord> out)
            throws Exception {
        ItemState state = item.itemState();
        if (state.phase() != ItemState.Phase.DISPOSED
                && !state.register("approvedDisposals").isEmpty()) {
            Disposed end = new Disposed(
                    context(Disposed.class, approval, id, null),
                    item.object(),
                    item.sha256() == null ? null : new Sha256Digest(item.sha256()));
            String keeps = item.keeps(id, end, now, openCases(item));
            CustodyEvent answer =
                    keeps == null ? end : new DisposalRefused(context(DisposalRefused.class, approval, id, keeps));
            out.collect(ToFeed.record(log, answer));
        }
    }

    private List<String> openCases(Kept item) throws Exception {
        List<String> open = new ArrayList<>();
        for (CaseId caseId : item.itemState().cases()) {
            if (!closed.contains(caseId.value())) {
                open.add(caseId.value());
            }
        }
        return open;
    }

    /** Deletes the bytes, after the note by which the same bytes would be found again. */
    private void delete(Kept item, String log) throws IOException {
        if (item.sha256() != null) {
            vault().notes(new LogName(log)).write(Vault.digestNote(new Sha256Digest(item.sha256())), new byte[0]);
        }
        vault().evidence().dispose(item.object());
    }

    /** Removes the previews and texts of an item that was disposed of. */
    private void forget(EvidenceId id, String log) throws Exception {
        if (!descriptions.contains(id.value())) {
            return;
        }
        for (String digest : descriptions.get(id.value()).strip().split(" ", -1)) {
            DerivedFiles.remove(vault().log(new LogName(log)), id, new Sha256Digest(digest));
        }
        descriptions.remove(id.value());
    }

    private Vault vault() throws IOException {
        if (vault == null) {
            vault = settings.vault().open();
        }
        return vault;
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, String cause, EvidenceId item, String purpose) {
        return EventContext.of(
                EventContext.idFor(type, item + "\n" + cause),
                item,
                Instant.now(),
                KEEPER,
                purpose,
                Part.INGEST_JOB.id());
    }

    @Override
    public void close() throws Exception {
        if (vault != null) {
            vault.close();
        }
    }
}
