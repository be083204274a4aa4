package org.liuhen.ingest.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogKey;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.config.VaultSettings;

/** What waits for a key, as Flink runs it. Each test has folders of its own: what a process read of one of them, it keeps. */
@SuppressWarnings("try") // a harness that is interrupted
class WaitForKeyTest {
    private static final String BROKEN = "site-1";
    private static final String OTHER = "site-2";

    @TempDir
    Path folder;

    private Path keys;
    private byte[] whole;

    @BeforeEach
    void keys() throws IOException {
        keys = Files.createDirectories(folder.resolve("keys"));
        for (String log : List.of(BROKEN, OTHER)) {
            LogKey.readOrCreate(keys.resolve(log + ".pem"), new LogName(log));
        }
        whole = Files.readAllBytes(key(keys));
    }

    private static Path key(Path folder) {
        return folder.resolve(BROKEN + ".pem");
    }

    private void breakKey() throws IOException {
        Files.write(key(keys), Arrays.copyOf(whole, whole.length / 2));
    }

    /** The operator of a job with its keys here; restored where there is a state. */
    private KeyedOneInputStreamOperatorTestHarness<String, LogEntry, LogEntry> job(
            Path here, OperatorSubtaskState state) throws Exception {
        JobSettings settings = new JobSettings(
                Map.of(),
                VaultSettings.directory(folder.resolve("vault"), false),
                here.toString(),
                JobSettings.RETENTION_DAYS_MIN,
                1,
                false,
                false,
                "",
                "",
                0);
        var job = new KeyedOneInputStreamOperatorTestHarness<String, LogEntry, LogEntry>(
                new KeyedProcessOperator<>(new WaitForKey(settings)), LogEntry::log, Types.STRING);
        if (state != null) {
            job.initializeState(state);
        }
        job.open();
        return job;
    }

    private static void give(
            KeyedOneInputStreamOperatorTestHarness<String, LogEntry, LogEntry> job, String log, long from, long to)
            throws Exception {
        for (long index = from; index < to; index++) {
            job.processElement(new LogEntry(log, index, new byte[] {1}), 0);
        }
    }

    private static List<Long> passed(
            KeyedOneInputStreamOperatorTestHarness<String, LogEntry, LogEntry> job, String log) {
        return job.extractOutputValues().stream()
                .filter(entry -> entry.log().equals(log))
                .map(LogEntry::index)
                .toList();
    }

    @Test
    void aKeyThatCannotBeReadHoldsBackItsOwnLogAlone() throws Exception {
        breakKey();
        try (var job = job(keys, null)) {
            job.setProcessingTime(1_000);
            give(job, BROKEN, 0, 3);
            give(job, OTHER, 0, 5);
            job.setProcessingTime(10_000);
            give(job, BROKEN, 3, 4);
            give(job, OTHER, 5, 6);
            assertEquals(List.of(), passed(job, BROKEN));
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), passed(job, OTHER));
            String trouble = PublishedLogs.keyTroubles().get(BROKEN);
            assertTrue(trouble.startsWith("RC-106 ") && trouble.contains("wait"), trouble);
            Files.write(key(keys), whole);
            give(job, BROKEN, 4, 5); // its order is kept: it goes behind the others
            assertEquals(List.of(), passed(job, BROKEN));
            job.setProcessingTime(12_000);
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L), passed(job, BROKEN));
            assertNull(PublishedLogs.keyTroubles().get(BROKEN));
            breakKey(); // the publication has it now
            give(job, BROKEN, 5, 7);
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L), passed(job, BROKEN));
            assertEquals(0, job.numProcessingTimeTimers());
        }
    }

    @Test
    void whatWaitsIsInTheStateOfTheJob() throws Exception {
        breakKey();
        OperatorSubtaskState state;
        try (var job = job(keys, null)) {
            give(job, BROKEN, 0, 3);
            state = job.snapshot(1, 1);
        }
        try (var job = job(keys, state)) {
            give(job, BROKEN, 3, 5);
            assertEquals(List.of(), passed(job, BROKEN));
            Files.write(key(keys), whole);
            give(job, BROKEN, 5, 6);
            assertEquals(List.of(), passed(job, BROKEN));
            job.setProcessingTime(100_000);
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), passed(job, BROKEN));
        }
    }

    /** A log that had a key waits for it; a name that never had one is not published. */
    @Test
    void aKeyThatWasTakenAwayIsWaitedForAndANameWithoutOneIsNot() throws Exception {
        OperatorSubtaskState state;
        try (var job = job(keys, null)) {
            give(job, BROKEN, 0, 3);
            give(job, "site-3", 0, 2);
            assertEquals(List.of(0L, 1L, 2L), passed(job, BROKEN));
            assertEquals(List.of(), passed(job, "site-3"));
            assertTrue(PublishedLogs.troubles().get("site-3").startsWith("RC-103 "));
            state = job.snapshot(1, 1);
        }
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere")); // a new process, which has read nothing
        try (var job = job(elsewhere, state)) {
            give(job, BROKEN, 3, 5);
            give(job, "site-3", 2, 3);
            assertEquals(List.of(), passed(job, BROKEN));
            assertEquals(List.of(), passed(job, "site-3"));
            Files.write(key(elsewhere), whole);
            job.setProcessingTime(100_000);
            assertEquals(List.of(3L, 4L), passed(job, BROKEN));
        }
    }
}
