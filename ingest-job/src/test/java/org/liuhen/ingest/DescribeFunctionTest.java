package org.liuhen.ingest;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

class DescribeFunctionTest {
    /** A step that no interrupt ends, which adds and removes files beside its skeleton all the time. */
    private static final class Restless extends DescribeFunction<Received> {
        private final transient CountDownLatch begun = new CountDownLatch(1);
        private transient volatile Path folder;
        private volatile boolean over;

        Restless(JobSettings settings) {
            super(settings, Received.class);
        }

        @Override
        protected int processes() {
            return 1;
        }

        @Override
        protected String stepName() {
            return "restless";
        }

        @Override
        protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, Received cause, Path skeleton) {
            folder = skeleton.getParent();
            for (int i = 0; !over; i++) {
                Path made = folder.resolve("parser" + i % 50);
                try {
                    Files.createDirectory(made);
                    Files.write(made.resolve("item"), new byte[1]);
                    begun.countDown();
                    Files.delete(made.resolve("item"));
                    Files.delete(made);
                } catch (IOException removed) {
                    begun.countDown();
                }
            }
            return item;
        }
    }

    @TempDir
    Path temporary;

    /** A failure while operators are closed makes a job fail that is stopped with a savepoint. */
    @Test
    void closesWhileAStepStillAddsAndRemovesFiles() throws Exception {
        JobSettings settings = new JobSettings(
                Map.of(),
                VaultSettings.directory(temporary.resolve("vault"), false),
                "",
                JobSettings.RETENTION_DAYS_MIN,
                1,
                false,
                false,
                temporary.resolve("none").toString(),
                "",
                60);
        Restless function = new Restless(settings);
        TypeInformation<ItemOnItsWay> type = TypeInformation.of(ItemOnItsWay.class);
        var operator = new OneInputStreamOperatorTestHarness<>(
                new AsyncWaitOperatorFactory<>(function, 0, 2, OutputMode.UNORDERED),
                type.createSerializer(new SerializerConfigImpl()));
        operator.open();
        operator.processElement(new ItemOnItsWay("site-1", CanonicalJson.encode(received()), new byte[0][]), 0);
        function.begun.await();
        assertDoesNotThrow(function::close);
        function.over = true;
        assertEquals(List.of(), List.copyOf(operator.getOutput()), "the item waits in the state");
        operator.close();
        assertTrue(Files.notExists(function.folder.resolve("programs")));
    }

    private static Received received() {
        EvidenceId id = EvidenceId.create(Instant.now(), new SecureRandom());
        Sha256Digest digest = Sha256Digest.of(new byte[1]);
        return new Received(
                EventContext.of(
                        EventContext.idFor(Received.class, "1"),
                        id,
                        Instant.now(),
                        Actor.component("test"),
                        null,
                        "test"),
                new StoredObject("vault", "k", null),
                1,
                digest,
                digest,
                new FileName("a.mp4"),
                List.of(),
                null);
    }
}
