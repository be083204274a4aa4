package org.liuhen.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.ingest.describe.Item;
import org.liuhen.ingest.verify.ReadBack;
import org.liuhen.storage.Vault;

/**
 * Verify and describe in one pass over the stored bytes: the digest's pass also writes the skeleton that the parsers read.
 * They are one operator because the skeleton is a local file, which must not have to survive a move to another machine.
 */
final class InspectFunction extends StorageFunction<Received> {
    private final JobSettings settings;
    private transient DescribeStep describe;

    InspectFunction(JobSettings settings) {
        super(settings, Received.class);
        this.settings = settings;
    }

    @Override
    protected void opened() throws IOException {
        describe = new DescribeStep(settings, Math.max(1, Runtime.getRuntime().availableProcessors()));
    }

    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, Received received)
            throws IOException, InterruptedException {
        Path skeleton = describe.place();
        try {
            ReadBack readBack = ReadBack.read(vault, received, skeleton, settings.sm3());
            ItemOnItsWay verified = item.with(readBack.verdict(received, Instant.now()));
            if (readBack.sha256() == null) {
                return verified; // there are no bytes to describe
            }
            return verified.with(describe.describe(
                            vault,
                            new LogName(item.log()),
                            received.context().eventId(),
                            new Item(
                                    received.context().evidenceId(),
                                    received.fileName(),
                                    received.context().actor(),
                                    received.capture()),
                            received.object(),
                            skeleton,
                            readBack.structure())
                    .toArray(CustodyEvent[]::new));
        } finally {
            Files.deleteIfExists(skeleton);
        }
    }

    @Override
    public void close() throws Exception {
        super.close();
        if (describe != null) {
            describe.close();
        }
    }
}
