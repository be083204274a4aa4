package org.liuhen.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.ingest.describe.Item;
import org.liuhen.ingest.verify.Skeleton;
import org.liuhen.ingest.verify.Structure;
import org.liuhen.storage.Vault;

/**
 * Describes an item once more because somebody asked for it. Only the parts that the parsers need are read from storage. It is an
 * operator beside the way of new items, so that a million old ones do not stand before the next one.
 */
final class DescribeAgainFunction extends StorageFunction<DescriptionRequested> {
    private final JobSettings settings;
    private transient DescribeStep describe;

    DescribeAgainFunction(JobSettings settings) {
        super(settings, DescriptionRequested.class);
        this.settings = settings;
    }

    @Override
    protected void opened() throws IOException {
        describe = new DescribeStep(settings, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, DescriptionRequested request)
            throws IOException, InterruptedException {
        Path skeleton = describe.place();
        try {
            Structure structure = Skeleton.ofParts(
                    (from, to) -> vault.open(request.object(), from, to), request.sizeBytes(), skeleton);
            return item.with(describe.describe(
                            vault,
                            new LogName(item.log()),
                            request.context().eventId(),
                            new Item(
                                    request.context().evidenceId(),
                                    request.fileName(),
                                    request.sender(),
                                    request.capture()),
                            request.object(),
                            skeleton,
                            structure)
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
