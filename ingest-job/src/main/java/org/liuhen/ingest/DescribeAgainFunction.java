package org.liuhen.ingest;

import java.io.IOException;
import java.nio.file.Path;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.describe.Item;
import org.liuhen.describe.readback.Skeleton;
import org.liuhen.describe.readback.Structure;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Vault;

/**
 * Describes an item again on request. Only the parts that the parsers need are read from storage. It is an operator beside the steps of new
 * items, so that a million old items do not delay the next new one.
 */
final class DescribeAgainFunction extends DescribeFunction<DescriptionRequested> {
    DescribeAgainFunction(JobSettings settings) {
        super(settings, DescriptionRequested.class);
    }

    @Override
    protected int processes() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    @Override
    protected String stepName() {
        return "describe";
    }

    @Override
    protected ItemOnItsWay putAside(ItemOnItsWay item, DescriptionRequested cause, String code, String reason) {
        return failed(item, cause, code + " " + reason);
    }

    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, DescriptionRequested request, Path skeleton)
            throws IOException, InterruptedException {
        Item about = new Item(request.context().evidenceId(), request.fileName(), request.sender(), request.capture());
        try {
            Structure structure = Skeleton.ofParts(
                    (from, to) -> vault.evidence().open(request.object(), from, to), request.sizeBytes(), skeleton);
            return described(vault, item, request, about, request.object(), skeleton, structure);
        } catch (Skeleton.ShorterException shorter) {
            return failed(item, request, shorter.getMessage());
        }
    }
}
