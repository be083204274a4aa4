package org.liuhen.ingest.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.runtime.operators.sink.CommitterOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogPublisher.OvertakenException;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/** Committers of the record job, as Flink runs them, on one vault. */
class PublishedLogsTest {
    private static final LogName SITE = new LogName("site-1");
    private static final int ROUNDS = 150;

    @TempDir
    Path folder;

    private JobSettings settings;
    private SignedNote.Signer signer;

    @BeforeEach
    void keys() throws IOException {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        signer = LogKey.readOrCreate(keys.resolve("site-1.pem"), SITE);
        settings = settings(keys);
    }

    private JobSettings settings(Path keys) {
        return new JobSettings(
                Map.of(),
                VaultSettings.directory(folder.resolve("vault"), false),
                keys.toString(),
                JobSettings.RETENTION_DAYS_MIN,
                1,
                false,
                false,
                "",
                "",
                0);
    }

    /** The committer of one job; each commit is of a Flink checkpoint of its own. */
    private final class Job implements AutoCloseable {
        private final OneInputStreamOperatorTestHarness<CommittableMessage<LogBatch>, CommittableMessage<LogBatch>>
                committer = new OneInputStreamOperatorTestHarness<>(
                        new CommitterOperatorFactory<>(new PublishedLogs(settings), false, true));
        private long checkpoint;

        Job() throws Exception {
            committer.open();
        }

        /** The committer of a job that starts again from this state, with the checkpoint that the state is of. */
        Job(OperatorSubtaskState state, long checkpoint) throws Exception {
            this.checkpoint = checkpoint;
            committer.setRestoredCheckpointId(checkpoint);
            committer.initializeState(state);
            committer.open();
        }

        void commit(LogBatch... batches) throws Exception {
            take(batches);
            complete();
        }

        /** Gives the committer the batches of the next checkpoint, which is not complete yet. */
        OperatorSubtaskState take(LogBatch... batches) throws Exception {
            checkpoint++;
            committer.processElement(new StreamRecord<>(new CommittableSummary<>(0, 1, checkpoint, batches.length, 0)));
            for (LogBatch batch : batches) {
                committer.processElement(new StreamRecord<>(new CommittableWithLineage<>(batch, checkpoint, 0)));
            }
            return committer.snapshot(checkpoint, checkpoint);
        }

        void complete() throws Exception {
            committer.notifyOfCompletedCheckpoint(checkpoint);
        }

        @Override
        public void close() throws IOException {
            try {
                committer.close();
            } catch (Exception failed) {
                throw new IOException(failed);
            }
        }
    }

    private static byte[] entry(long index) {
        return ("entry " + index).getBytes(StandardCharsets.UTF_8);
    }

    private static LogBatch batch(LogName log, long from, long to) {
        List<byte[]> entries = new ArrayList<>();
        for (long index = from; index < to; index++) {
            entries.add(entry(index));
        }
        return new LogBatch(log.value(), from, entries);
    }

    private static void requirePublished(LogStore log, LogName name, SignedNote.Verifier key, long size)
            throws Exception {
        SignedNote note = SignedNote.parse(log.read(Tiles.CHECKPOINT).orElseThrow());
        assertTrue(note.isSignedBy(key));
        Checkpoint head = Checkpoint.parse(note.text());
        assertEquals(size, head.size(), name.value());
        Tiles tiles = new Tiles(log, size);
        assertArrayEquals(head.root().bytes(), tiles.root());
        for (long index = 0; index < size; index++) {
            assertArrayEquals(entry(index), tiles.entry(index));
        }
    }

    /** A job that was held up commits at the same moments as the one that took over: neither fails, and the log is the same as of one. */
    @Test
    void twoJobsThatPublishTheSameLogBothGoOn() throws Exception {
        Random random = new Random(102);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier begin = new CyclicBarrier(2);
        try (Job one = new Job();
                Job other = new Job();
                Vault vault = settings.vault().open()) {
            long[] published = new long[2];
            for (int round = 0; round < ROUNDS; round++) {
                List<Future<?>> both = new ArrayList<>();
                long end = Math.max(published[0], published[1]);
                for (int who = 0; who < 2; who++) {
                    Job job = who == 0 ? one : other;
                    long from = published[who];
                    long to = Math.max(from, end) + 1 + random.nextInt(40);
                    published[who] = to;
                    both.add(threads.submit(() -> {
                        begin.await();
                        job.commit(batch(SITE, from, to));
                        return null;
                    }));
                }
                for (Future<?> committed : both) {
                    committed.get();
                }
            }
            requirePublished(vault.log(SITE), SITE, signer.verifier(), Math.max(published[0], published[1]));
            assertNull(PublishedLogs.troubles().get(SITE.value()));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Between the reading and the writing of the checkpoint somebody else publishes: exactly what a publisher must not pass over. */
    @Test
    void aHeadThatWasReplacedMeanwhileIsNeverReplacedUnseen() throws Exception {
        try (Vault vault = settings.vault().open()) {
            LogStore store = vault.log(SITE);
            LogPublisher late = new LogPublisher(
                    new LogStore() {
                        @Override
                        public Optional<byte[]> read(String path) throws IOException {
                            return store.read(path);
                        }

                        @Override
                        public void write(String path, byte[] bytes) throws IOException {
                            store.write(path, bytes);
                        }

                        @Override
                        public List<String> list(String folder) throws IOException {
                            return store.list(folder);
                        }

                        @Override
                        public void remove(String path) throws IOException {
                            store.remove(path);
                        }

                        @Override
                        public boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException {
                            try {
                                new LogPublisher(store, SITE, signer)
                                        .publish(0, batch(SITE, 0, 400).entries());
                            } catch (LogPublisher.ForkException fork) {
                                throw new IOException(fork);
                            }
                            return store.replace(path, before, after);
                        }
                    },
                    SITE,
                    signer);
            OvertakenException overtaken = assertThrows(
                    OvertakenException.class,
                    () -> late.publish(0, batch(SITE, 0, 300).entries()));
            assertTrue(overtaken.getMessage().startsWith("LG-102 "), overtaken.getMessage());
            requirePublished(store, SITE, signer.verifier(), 400);
            late.publish(300, batch(SITE, 300, 390).entries()); // all of it is there
            requirePublished(store, SITE, signer.verifier(), 400);
        }
    }

    /** Nothing is published before its checkpoint is complete, and what the store did not take is published by the job that starts again. */
    @Test
    void whatTheStoreDidNotTakeIsPublishedAfterARestart() throws Exception {
        Path log = folder.resolve("vault/custody/site-1");
        Path away = folder.resolve("away");
        OperatorSubtaskState state;
        try (Job job = new Job();
                Vault vault = settings.vault().open()) {
            job.commit(batch(SITE, 0, 5));
            state = job.take(batch(SITE, 5, 8), batch(SITE, 8, 300));
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 5);
            Files.move(log, away);
            Files.createFile(log); // no folder: every access fails
            assertThrows(IOException.class, job::complete);
        }
        Files.delete(log);
        Files.move(away, log);
        try (Job job = new Job(state, 2);
                Vault vault = settings.vault().open()) {
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 300);
            job.commit(batch(SITE, 300, 301));
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 301);
        }
    }

    @Test
    void aForkStopsItsOwnLogAlone() throws Exception {
        LogName forked = new LogName("site-2");
        LogName unknown = new LogName("site-3");
        SignedNote.Signer second = LogKey.readOrCreate(folder.resolve("keys/site-2.pem"), forked);
        try (Job job = new Job();
                Vault vault = settings.vault().open()) {
            job.commit(batch(SITE, 0, 5), batch(forked, 0, 5));
            // One entry that differs from what is published, and what comes behind it.
            LogBatch fork = batch(forked, 4, 9);
            fork.entries().set(0, entry(77));
            job.commit(batch(forked, 5, 8), batch(SITE, 5, 300), batch(unknown, 0, 2));
            job.commit(fork, batch(SITE, 300, 301));
            job.commit(batch(SITE, 301, 310));
            job.commit(fork, batch(SITE, 310, 312));
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 312);
            requirePublished(vault.log(forked), forked, second.verifier(), 8);
            Map<String, String> troubles = PublishedLogs.troubles();
            assertTrue(troubles.get("site-2").startsWith("LG-101 "), troubles.toString());
            assertTrue(troubles.get("site-3").startsWith("RC-103 "), troubles.toString());
            assertEquals(2, troubles.size());
        }
    }

    /** Somebody copies a key file, and half of it is there; then it is whole again. */
    @Test
    void aKeyThatCannotBeReadForAWhileStopsNoLog() throws Exception {
        LogName other = new LogName("site-2");
        SignedNote.Signer second = LogKey.readOrCreate(folder.resolve("keys/site-2.pem"), other);
        Path file = folder.resolve("keys/site-1.pem");
        byte[] whole = Files.readAllBytes(file);
        try (Job job = new Job();
                Vault vault = settings.vault().open()) {
            job.commit(batch(SITE, 0, 5), batch(other, 0, 5));
            Files.write(file, Arrays.copyOf(whole, whole.length / 2));
            job.commit(batch(SITE, 5, 8), batch(other, 5, 9));
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 8);
            requirePublished(vault.log(other), other, second.verifier(), 9);
            String trouble = PublishedLogs.keyTroubles().get(SITE.value());
            assertTrue(trouble.startsWith("RC-106 ") && trouble.contains("still signs"), trouble);
            Files.delete(file);
            try (Job again = new Job()) { // in the same process
                again.commit(batch(SITE, 8, 9));
            }
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 9);
            Files.write(file, whole);
            job.commit(batch(SITE, 9, 11));
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 11);
            assertNull(PublishedLogs.keyTroubles().get(SITE.value()));
        }
    }

    /** What was published already needs no key: a process that ends before Flink hears of it does not stop the others. */
    @Test
    void whatIsPublishedAlreadyNeedsNoKeyAfterARestart() throws Exception {
        Path file = folder.resolve("keys/site-1.pem");
        byte[] whole = Files.readAllBytes(file);
        OperatorSubtaskState state;
        OperatorSubtaskState later;
        try (Job job = new Job()) {
            state = job.take(batch(SITE, 0, 9));
            job.complete();
            later = job.take(batch(SITE, 9, 12));
        }
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere")); // a new process, which has read nothing
        Files.write(elsewhere.resolve("site-1.pem"), Arrays.copyOf(whole, whole.length / 2));
        settings = settings(elsewhere);
        new Job(state, 1).close();
        assertNull(PublishedLogs.troubles().get(SITE.value()));
        Files.delete(elsewhere.resolve("site-1.pem"));
        assertThrows(Exception.class, () -> new Job(later, 2).close(), "what is not published waits for its key");
        Files.write(elsewhere.resolve("site-1.pem"), whole);
        try (Job job = new Job(later, 2);
                Vault vault = settings.vault().open()) {
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 12);
            job.commit(batch(SITE, 12, 13));
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 13);
        }
    }

    /** A process that never read the key cannot sign: Flink begins again, and nothing is lost. */
    @Test
    void withoutAKeyThatWasEverReadNothingIsPassedOver() throws Exception {
        Path file = folder.resolve("keys/site-1.pem");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        OperatorSubtaskState state;
        try (Job job = new Job()) {
            state = job.take(batch(SITE, 0, 9));
            assertThrows(IOException.class, job::complete);
        }
        Files.write(file, whole);
        try (Job job = new Job(state, 1);
                Vault vault = settings.vault().open()) {
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 9);
            job.commit(batch(SITE, 9, 10));
            requirePublished(vault.log(SITE), SITE, signer.verifier(), 10);
        }
    }
}
