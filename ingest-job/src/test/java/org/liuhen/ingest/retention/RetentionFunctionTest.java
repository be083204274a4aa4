package org.liuhen.ingest.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CaseEvent.CaseClosed;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.RetentionEvent.DisposalRefused;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.event.RetentionEvent.HoldPlaced;
import org.liuhen.custody.event.RetentionEvent.RetentionExtended;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.Parts;
import org.liuhen.describe.Describer;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;
import org.liuhen.storage.config.VaultSettings;

class RetentionFunctionTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final Instant THEN = NOW.minus(Duration.ofDays(200));
    private static final Duration GRACE = Duration.ofDays(7);
    private static final LogName SITE = new LogName("site-1");
    private static final byte[] BYTES = {1, 2, 3};
    private static final Sha256Digest DIGEST = Sha256Digest.of(BYTES);
    private static final CaseId CASE = new CaseId("C-1");

    @TempDir
    private Path folder;

    private final EvidenceId id = EvidenceId.create(THEN, new SecureRandom());
    private final List<FeedRecord> feed = new ArrayList<>();
    private Vault vault;
    private StoredObject object;
    private KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord> operator;
    private Instant now = NOW;
    private int number;

    @BeforeEach
    void open() throws Exception {
        vault = settings().vault().open();
        Declared declared =
                new Declared(by("1", Declared.class), new FileName("a.mp4"), "video/mp4", DIGEST, 3, List.of(), null);
        vault.uploads().declare(Declaration.of(SITE, declared));
        vault.uploads().append(SITE, id, 0, new ByteArrayInputStream(BYTES));
        object = vault.uploads().complete(vault.uploads().find(SITE, id).orElseThrow());
        vault.uploads().markAnnounced(vault.uploads().find(SITE, id).orElseThrow());
        Instant until = THEN.plus(Duration.ofDays(184));
        vault.evidence().seal(object, until);
        operator = harness();
        feed(
                declared,
                new Received(by("1", Received.class), object, 3, DIGEST, DIGEST, declared.fileName(), List.of(), null),
                new Verified(by("1", Verified.class), object, 3, DIGEST),
                new Sealed(by("1", Sealed.class), object, 3, DIGEST, until, "test"));
    }

    private JobSettings settings() {
        VaultSettings there = VaultSettings.directory(folder.resolve("vault"), false);
        return new JobSettings(Map.of(), there, "", 184, 1, false, false, "", "", GRACE.toSeconds());
    }

    private KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord> harness() throws Exception {
        return harness(null);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord> harness(OperatorSubtaskState kept)
            throws Exception {
        var opened = new KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord>(
                new KeyedProcessOperator<>(new RetentionFunction(settings())), FeedRecord::log, Types.STRING);
        if (kept != null) {
            opened.initializeState(kept);
        }
        opened.open();
        opened.setProcessingTime(now.toEpochMilli());
        return opened;
    }

    @AfterEach
    void close() throws Exception {
        operator.close();
        vault.close();
    }

    @Test
    void bytesGoWhenTheRecordHasDecidedAndNotBefore() throws Exception {
        feed(category(184), proposed(), approved());
        wait(GRACE.minusSeconds(1));
        assertEquals(List.of(), said());
        wait(Duration.ofSeconds(10));
        Disposed disposed = (Disposed) said().get(0);
        assertTrue(there(), "it is said, and not decided");
        feed(disposed);
        wait(Duration.ofSeconds(1));
        assertFalse(there());
        operator.close();
        operator = harness();
        for (FeedRecord again : feed) {
            operator.processElement(again, 0);
        }
        wait(Duration.ofSeconds(30));
        assertTrue(said().stream().allMatch(disposed::equals), "again is the same: " + said());
    }

    /** A description as the ingest job stores it; its event. */
    private Described described(String text, String preview) throws Exception {
        Sha256Digest words = Sha256Digest.of(text.getBytes(StandardCharsets.UTF_8));
        Sha256Digest picture = Sha256Digest.of(preview.getBytes(StandardCharsets.UTF_8));
        byte[] metadata = ("{\"mediaType\":\"text/plain\",\"values\":[{\"name\":\"title\",\"value\":\"x\"},{\"name\":\""
                        + Describer.TEXT_DIGEST + "\",\"value\":\"" + words.hex() + "\"},{\"name\":\""
                        + Describer.PREVIEW_DIGEST + "\",\"value\":\"" + picture.hex() + "\"},{\"name\":\""
                        + Describer.TRACK_DIGEST + "\",\"value\":\"" + DIGEST.hex() + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        vault.log(SITE).write(Described.metadataPath(words), text.getBytes(StandardCharsets.UTF_8));
        vault.log(SITE).write(Described.metadataPath(picture), preview.getBytes(StandardCharsets.UTF_8));
        vault.log(SITE).write(Described.metadataPath(DIGEST), BYTES);
        vault.log(SITE).write(Described.metadataPath(Sha256Digest.of(metadata)), metadata);
        return new Described(by("1", Described.class), Sha256Digest.of(metadata), "text/plain", List.of(), null, null);
    }

    @Test
    void theWordsAndPreviewsOfAnItemGoWithIt() throws Exception {
        Described first = described("words", "picture");
        Described again = described("more words", "another picture");
        Described altered = described("words that stay", "a picture that stays");
        vault.log(SITE).write(altered.metadataPath(), "{}".getBytes(StandardCharsets.UTF_8));
        feed(first, altered, again, category(184), proposed(), approved());
        assertEquals(10, vault.log(SITE).list("metadata").size());
        wait(GRACE.plusSeconds(10));
        feed(last());
        operator.close();
        operator = harness(); // a job that dies between the decision and the deletion
        for (FeedRecord before : feed) {
            operator.processElement(before, 0);
        }
        wait(Duration.ofSeconds(30));
        assertFalse(there());
        Set<String> left = Set.copyOf(vault.log(SITE).list("metadata"));
        assertEquals(6, left.size(), left.toString());
        assertTrue(left.contains(first.metadataPath()) && left.contains(again.metadataPath()), "the record names them");
        assertTrue(left.contains(Described.metadataPath(DIGEST)), "another item may have the same track");

        feed(described("words of one who was late", "and a picture"));
        wait(Duration.ofSeconds(30));
        left = Set.copyOf(vault.log(SITE).list("metadata"));
        assertEquals(7, left.size(), "its description is all that is left of it: " + left);
    }

    @Test
    void aLogThatIsBehindWaitsAlsoWhereAnotherOneIsFresh() throws Exception {
        feed(category(184), proposed(), approved());
        OperatorSubtaskState kept = operator.snapshot(1, 1);
        operator.close();
        now = now.plus(GRACE).minusMillis(1); // the job was away so long
        operator = harness(kept);
        CustodyEvent other = new CaseClosed(by("3", CaseClosed.class), CASE);
        operator.processElement(
                new FeedRecord("site-2", CanonicalJson.encode(other), now.toEpochMilli(), Parts.UNSIGNED), 0);
        wait(Duration.ofMillis(10));
        assertEquals(List.of(), said(), "a later hold may not be read yet");
        wait(Duration.ofSeconds(5));
        assertTrue(last() instanceof Disposed, said().toString());
    }

    @Test
    void anApprovalThatTheReviewDidNotFeedIsNone() throws Exception {
        feedBy(Part.REVIEW.id(), category(184), proposed());
        for (String part : new String[] {Parts.NOBODY, "intake", "ingest-job", "record-job"}) {
            feedBy(part, approved());
        }
        wait(GRACE.plusSeconds(10));
        assertEquals(List.of(), said());
        feedBy(Part.REVIEW.id(), approved());
        wait(GRACE.plusSeconds(10));
        assertTrue(last() instanceof Disposed, said().toString());
    }

    @Test
    void aHoldThatComesAMomentEarlierIsNotTooLate() throws Exception {
        feed(category(184), proposed(), approved());
        wait(GRACE.plusSeconds(10));
        CustodyEvent disposed = said().get(0);
        feed(new HoldPlaced(by("2", HoldPlaced.class), "H-1"), disposed);
        wait(Duration.ofDays(1));
        assertTrue(there());
    }

    @Test
    void whatKeepsAnItemIsSaid() throws Exception {
        feed(proposed(), approved());
        wait(GRACE.plusSeconds(10));
        assertTrue(why().contains("has none"), why());
        feed(said().get(0), category(184), linked(), proposed(), approved());
        wait(GRACE.plusSeconds(10));
        assertTrue(why().contains("C-1 is open"), why());
        feed(said().get(1), category(400), proposed(), approved());
        wait(GRACE.plusSeconds(10));
        assertTrue(said().stream().anyMatch(RetentionExtended.class::isInstance));
        assertTrue(why().contains("its time has not come"), why());
        feed(new CaseClosed(by("2", CaseClosed.class), CASE), category(null), last(), proposed(), approved());
        wait(GRACE.plusSeconds(10));
        assertTrue(why().contains("for ever"), why());
        assertTrue(there());
    }

    @Test
    void aCategoryExtendsTheLock() throws Exception {
        feed(category(null));
        wait(Duration.ofSeconds(10));
        RetentionExtended extended = (RetentionExtended) said().get(0);
        assertTrue(extended.retainUntil().isAfter(THEN.plus(Duration.ofDays(30 * 365))));
        assertEquals(
                "VT-110",
                assertThrows(VaultException.class, () -> vault.evidence().dispose(object))
                        .code());
    }

    @Test
    void aRuleThatASecondPersonApprovedLengthensWhatIsHereAndAShorterOneTakesNothingBack() throws Exception {
        feed(category(184), rule("R-1", 400), new RetentionRuleApproved(by("1", RetentionRuleApproved.class), "R-1"));
        wait(Duration.ofSeconds(10));
        assertEquals(List.of(), said(), "who proposed it does not approve it");
        feed(new RetentionRuleApproved(by("2", RetentionRuleApproved.class), "R-1"));
        wait(Duration.ofSeconds(10));
        RetentionExtended extended = (RetentionExtended) last();
        assertEquals(
                id.declaredAt().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(400)), extended.retainUntil());
        feed(
                extended,
                rule("R-2", 184),
                new RetentionRuleApproved(by("2", RetentionRuleApproved.class), "R-2"),
                proposed(),
                approved());
        wait(GRACE.plusSeconds(10));
        assertTrue(why().contains("its time has not come"), why());
        assertTrue(there());
    }

    @Test
    void aRuleCountsForAnItemWhoseCategoryWasChosenWhileItWasApproved() throws Exception {
        feed(
                rule("R-1", 400),
                new RetentionRuleApproved(by("2", RetentionRuleApproved.class), "R-1"),
                category(184)); // as the one who chose it saw the rule
        wait(Duration.ofSeconds(10));
        assertEquals(
                id.declaredAt().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(400)),
                ((RetentionExtended) last()).retainUntil());
    }

    @Test
    void aRuleThatTouchesManyItemsReachesAllOfThem() throws Exception {
        feed(category(184));
        Set<EvidenceId> all = new HashSet<>(Set.of(id));
        for (int i = 0; i < 450; i++) {
            EvidenceId other = EvidenceId.create(THEN, new SecureRandom());
            all.add(other);
            for (FeedRecord fed :
                    List.copyOf(feed.subList(0, 5))) { // the same way as the first one, on the same object
                String json = new String(fed.bytes(), StandardCharsets.UTF_8).replace(id.value(), other.value());
                String eventId = EventContext.idFor(Declared.class, other + json);
                json = json.replaceFirst("\"eventId\":\"[0-9a-f]{32}\"", "\"eventId\":\"" + eventId + "\"");
                json = json.replace(
                        "\"key\":\"" + object.key().replace(id.value(), other.value()), "\"key\":\"" + object.key());
                operator.processElement(
                        new FeedRecord(
                                SITE.value(),
                                json.getBytes(StandardCharsets.UTF_8),
                                now.toEpochMilli(),
                                Parts.UNSIGNED),
                        0);
            }
        }
        feed(rule("R-1", 400), new RetentionRuleApproved(by("2", RetentionRuleApproved.class), "R-1"));
        for (int second = 0; second < 10; second++) { // so many at a time
            wait(Duration.ofSeconds(1));
        }
        Set<EvidenceId> extended = new HashSet<>();
        said().forEach(event -> extended.add(event.context().evidenceId()));
        assertEquals(all, extended);
    }

    private RetentionRuleProposed rule(String ruleId, Integer days) {
        return new RetentionRuleProposed(by("1", RetentionRuleProposed.class), ruleId, "X", days, "an order");
    }

    private boolean there() throws Exception {
        try {
            vault.evidence().open(object).close();
            return true;
        } catch (VaultException gone) {
            return false;
        }
    }

    private CustodyEvent last() throws Exception {
        return said().get(said().size() - 1);
    }

    private String why() throws Exception {
        return ((DisposalRefused) last()).context().purpose();
    }

    private Categorised category(Integer days) {
        return new Categorised(by("1", Categorised.class), "X", days);
    }

    private DisposalProposed proposed() {
        return new DisposalProposed(by("1", DisposalProposed.class), "its time is over");
    }

    private DisposalApproved approved() {
        return new DisposalApproved(by("2", DisposalApproved.class));
    }

    private LinkedToCase linked() {
        return new LinkedToCase(by("1", LinkedToCase.class), CASE, Basis.OFFICER);
    }

    private EventContext by(String officer, Class<? extends CustodyEvent> type) {
        Actor actor = new Actor(Actor.Kind.OFFICER, officer, null, "password");
        EvidenceId item = type == CaseClosed.class || type.getSimpleName().startsWith("RetentionRule") ? null : id;
        return EventContext.of(EventContext.idFor(type, "act " + number++), item, NOW, actor, null, "test");
    }

    private void feed(CustodyEvent... events) throws Exception {
        feedBy(Parts.UNSIGNED, events);
    }

    private void feedBy(String part, CustodyEvent... events) throws Exception {
        for (CustodyEvent event : events) {
            FeedRecord fed = new FeedRecord(SITE.value(), CanonicalJson.encode(event), now.toEpochMilli(), part);
            feed.add(fed);
            operator.processElement(fed, 0);
        }
    }

    private void wait(Duration duration) throws Exception {
        Instant end = now.plus(duration);
        while (now.isBefore(end)) { // timers that set timers
            now = now.plus(Duration.ofHours(3)).isBefore(end) ? now.plus(Duration.ofHours(3)) : end;
            operator.setProcessingTime(now.toEpochMilli());
        }
    }

    private List<CustodyEvent> said() throws Exception {
        List<CustodyEvent> said = new ArrayList<>();
        for (FeedRecord fed : operator.extractOutputValues()) {
            said.add(CanonicalJson.decode(fed.bytes()));
        }
        return said;
    }
}
