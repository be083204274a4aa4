package org.liuhen.station;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.Tiles;
import org.liuhen.describe.Describer;
import org.liuhen.ingest.IngestJob;
import org.liuhen.ingest.record.PublishedLogs;
import org.liuhen.ingest.record.RecordJob;
import org.liuhen.intake.UploadService;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.StatisticsQueries;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Vault;

/**
 * Whether a station does its work: one line for each thing that can go wrong, each with its limit. A line over its limit makes the
 * station unhealthy (HTTP 503), and {@code problems} names it. Some of it changes over time, so threads look every few seconds; an
 * answer costs no more than a look at the databases.
 *
 * <p>Fewer lines say whether a process can take requests at this moment ({@link #ready}): an item that waits for somebody is no reason to
 * send the next one elsewhere.
 */
final class Health implements AutoCloseable {
    /** A job that was started again within this time is not healthy: a job that restarts in a loop never is. */
    static final Duration RESTARTED = Duration.ofMinutes(2);

    /** A job that completes no checkpoint for this long does not publish or keep what it does. */
    static final Duration CHECKPOINT_AGE_MAX = Duration.ofSeconds(90);

    /** The feed may be read behind for this long. */
    static final Duration BEHIND_MAX = Duration.ofSeconds(90);

    /** An item may be on its way for this long after it was received. */
    static final Duration WAITING_MAX = Duration.ofMinutes(15);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long EVERY_MILLIS = 2_000;

    /** Kafka and the store are asked every few seconds; one that did not answer for so long does not. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

    private final LogName site;
    private final Vault vault;
    private final Parts parts;
    private final FeedLag feed;
    private final List<Thread> threads;
    private volatile boolean draining;
    private String storeTrouble = ""; // guarded by this
    private Instant storeAnswered = Instant.EPOCH; // guarded by this
    private Instant headChanged = Instant.now(); // guarded by this
    private String head = ""; // guarded by this

    /** What runs in this process; what does not is null. */
    record Parts(
            EmbeddedFlink flink,
            Follower follower,
            ReadModel model,
            UploadService uploads,
            EvidenceStore.LockProbe probe,
            Policy policy) {}

    Health(LogName site, Vault vault, Map<String, String> kafka, Parts parts) {
        this.site = site;
        this.vault = vault;
        this.parts = parts;
        feed = new FeedLag(kafka, parts.flink() == null ? List.of() : List.of(RecordJob.NAME, IngestJob.NAME));
        threads = List.of(looking("health-feed", feed::look), looking("health-store", this::lookAtHead));
    }

    private interface Look {
        void look() throws InterruptedException;
    }

    /** Each looks by itself: one that hangs keeps the other from nothing. */
    private static Thread looking(String name, Look look) {
        Thread thread = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        try {
                            look.look();
                            Thread.sleep(EVERY_MILLIS);
                        } catch (InterruptedException end) {
                            return;
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void lookAtHead() {
        try {
            String now = vault.log(site)
                    .read(Tiles.CHECKPOINT)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("");
            synchronized (this) {
                storeTrouble = "";
                storeAnswered = Instant.now();
                if (!now.equals(head)) {
                    head = now;
                    headChanged = Instant.now();
                }
            }
        } catch (IOException | RuntimeException away) {
            synchronized (this) {
                storeTrouble = "the store does not answer: " + away.getMessage();
            }
        }
    }

    /** From now on this process is not ready: it ends. */
    void drain() {
        draining = true;
    }

    /** Whether this process can take requests: {@code healthy} is true where {@code problems} is empty. */
    ObjectNode ready() {
        Map<String, String> problems = new LinkedHashMap<>();
        if (draining) {
            problems.put("draining", "the process ends; what arrived is kept");
        }
        answers(problems, Instant.now());
        if (parts.follower() != null) {
            following(problems);
        }
        ObjectNode ready = JSON.createObjectNode();
        ready.put("healthy", problems.isEmpty());
        ready.set("problems", JSON.valueToTree(problems));
        return ready;
    }

    private synchronized void answers(Map<String, String> problems, Instant now) {
        String away = feed.silence(ANSWER_MAX, now);
        if (!away.isEmpty()) {
            problems.put("feed", away);
        }
        if (!storeTrouble.isEmpty() || storeAnswered.plus(ANSWER_MAX).isBefore(now)) {
            problems.put(
                    "store",
                    storeTrouble.isEmpty() ? "the store has not answered yet, or not for a while" : storeTrouble);
        }
    }

    private void following(Map<String, String> problems) {
        try {
            parts.model().followedSize(site);
        } catch (SQLException away) {
            problems.put("database", "RM-101 PostgreSQL does not answer: " + away.getMessage());
        }
        String trouble = parts.follower().trouble();
        if (!trouble.isEmpty()) {
            problems.put("readModel", trouble);
        } else if (parts.follower().behindFor().compareTo(BEHIND_MAX) > 0) {
            problems.put(
                    "readModel",
                    "it has been behind the published log for "
                            + parts.follower().behindFor().toSeconds() + " s");
        }
    }

    /** All lines; {@code healthy} is true where {@code problems} is empty. */
    ObjectNode report() {
        ObjectNode health = JSON.createObjectNode();
        Map<String, String> problems = new LinkedHashMap<>();
        Instant now = Instant.now();
        jobs(health, problems, now);
        feed.report(health.putObject("feed"), problems, BEHIND_MAX, now);
        head(health, problems, now);
        String readModel = parts.follower().trouble();
        health.put("readModel", readModel.isEmpty() ? "FOLLOWING" : readModel);
        if (!readModel.isEmpty()) {
            problems.put("readModel", readModel);
        }
        items(health, problems);
        int unreadable = parts.uploads().unreadableUploads();
        health.put("unreadableUploads", unreadable);
        if (unreadable > 0) {
            problems.put(
                    "unreadableUploads",
                    "VT-201 " + unreadable
                            + " uploads have notes that cannot be read; the log says which. Restore them");
        }
        String parsers = Describer.trouble();
        health.put("parsers", parsers.isEmpty() ? "OK" : parsers);
        if (!parsers.isEmpty()) {
            problems.put("parsers", parsers);
        }
        Map<String, String> unpublished = PublishedLogs.troubles();
        health.set("unpublishedLogs", JSON.valueToTree(new TreeMap<>(unpublished)));
        if (unpublished.containsKey(site.value())) { // another name in the feed is a note, not this site's trouble
            problems.put("unpublishedLogs", unpublished.get(site.value()));
        }
        Map<String, String> keys = PublishedLogs.keyTroubles();
        health.set("logKeys", JSON.valueToTree(new TreeMap<>(keys)));
        if (keys.containsKey(site.value())) {
            problems.put("logKeys", keys.get(site.value()));
        }
        String witnesses = witnessTroubles();
        health.put("witnesses", witnesses);
        if (witnesses.contains("WT-102")) { // a witness that is away delays receipts; one that refuses is an alarm
            problems.put("witnesses", witnesses);
        }
        health.put("objectLock", parts.probe().enforced() ? "enforced" : "not enforced by Object Lock");
        health.set("problems", JSON.valueToTree(problems));
        health.put("healthy", problems.isEmpty());
        return health;
    }

    private void jobs(ObjectNode health, Map<String, String> problems, Instant now) {
        ObjectNode details = health.putObject("jobs");
        parts.flink().health().forEach((name, job) -> {
            health.put(name, job.state());
            ObjectNode one = details.putObject(name);
            one.put("restarts", job.restarts());
            if (job.lastRestart() != null) {
                one.put("lastRestart", job.lastRestart().toString());
            }
            if (!job.failure().isEmpty()) {
                one.put("lastFailure", job.failure());
            }
            Duration age = Duration.between(job.lastCheckpoint(), now);
            one.put("checkpointAgeSeconds", age.toSeconds());
            if (!job.state().equals("RUNNING")) {
                problems.put(name, job.state() + " " + job.failure());
            } else if (job.lastRestart() != null
                    && job.lastRestart().plus(RESTARTED).isAfter(now)) {
                problems.put(name, "it was started again at " + job.lastRestart() + ": " + job.failure());
            } else if (age.compareTo(CHECKPOINT_AGE_MAX) > 0) {
                problems.put(name, "no checkpoint was completed for " + age.toSeconds() + " s");
            }
        });
    }

    private synchronized void head(ObjectNode health, Map<String, String> problems, Instant now) {
        long age = Duration.between(headChanged, now).toSeconds();
        health.put("headAgeSeconds", age);
        if (feed.behindEvents(RecordJob.NAME) > 0 && age > BEHIND_MAX.toSeconds()) {
            problems.put("head", "the log's head has not changed for " + age + " s while events wait for it");
        }
    }

    private void items(ObjectNode health, Map<String, String> problems) {
        ObjectNode items = health.putObject("items");
        try {
            if (parts.model().isOfOtherVersion()) {
                health.put("readModel", "FOLLOWING in tables of another version; this one is filled beside them");
            }
            StatisticsQueries.Backlog backlog = parts.model().statistics().backlog(site, WAITING_MAX);
            items.put("waitingTooLong", backlog.waiting());
            items.put("putAside", backlog.putAside());
            items.put("putAsideNotSealed", backlog.notSealed());
            items.put("chainsBroken", backlog.broken());
            items.put("entriesNotShown", backlog.unreadable());
            if (backlog.waiting() > 0) {
                problems.put(
                        "waitingTooLong",
                        backlog.waiting() + " items were received more than " + WAITING_MAX.toMinutes()
                                + " minutes ago and are neither sealed nor put aside");
            }
            if (backlog.notSealed() > 0) {
                problems.put(
                        "putAsideNotSealed",
                        backlog.notSealed() + " items are put aside and not sealed: see the pile on the page, mend the"
                                + " cause, then: liuhen describe ID");
            }
            if (backlog.broken() > 0) {
                problems.put(
                        "chainsBroken",
                        backlog.broken() + " items have chains that do not verify: see the pile on the page, then:"
                                + " liuhen verify --all");
            }
            if (backlog.unreadable() > 0) {
                problems.put("entriesNotShown", "RM-102 " + backlog.unreadable() + " entries cannot be shown");
            }
        } catch (SQLException away) {
            items.put("trouble", "RM-101 " + away.getMessage());
            problems.put("items", "RM-101 PostgreSQL does not answer: " + away.getMessage());
        }
    }

    private String witnessTroubles() {
        try {
            LogStore log = vault.log(site);
            String troubles = log.read(Tiles.WITNESS_TROUBLES)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                    .orElse("");
            boolean named = !parts.policy().witnesses().isEmpty();
            return troubles.isEmpty() ? named ? "OK" : "NONE" : troubles;
        } catch (IOException away) {
            return "UNKNOWN: " + away.getMessage();
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        feed.close();
    }
}
