package org.liuhen.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.describe.Item;
import org.liuhen.describe.readback.ReadBack;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Vault;

/**
 * Verify and describe in one pass over the stored bytes: the digest's pass also writes the skeleton that the parsers read.
 * They are one operator because the skeleton is a local file, which must not have to survive a move to another machine.
 */
final class InspectFunction extends DescribeFunction<Received> {
    InspectFunction(JobSettings settings) {
        super(settings, Received.class);
    }

    @Override
    protected String stepName() {
        return "verify";
    }

    /** An item that was verified continues without a description; one that could not be read back waits. */
    @Override
    protected ItemOnItsWay putAside(ItemOnItsWay item, Received cause, String code, String reason) {
        return item.events().length > 0
                ? failed(item, cause, code + " " + reason)
                : super.putAside(item, cause, code, reason);
    }

    @Override
    protected boolean checksAtStart() {
        return true;
    }

    @Override
    protected int processes() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }

    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, Received received, Path skeleton)
            throws IOException, InterruptedException {
        ReadBack readBack =
                ReadBack.read(vault.evidence(), received, skeleton, settings().sm3());
        ItemOnItsWay verified = item.with(readBack.verdict(received, Instant.now()));
        if (readBack.sha256() == null) {
            return verified; // there are no bytes to describe
        }
        if (readBack.sha256()
                .equals(received.declaredSha256())) { // the intake looks for this note when the same bytes come again
            LogName site = new LogName(item.log());
            vault.notes(site)
                    .write(
                            Vault.digestNote(readBack.sha256()),
                            received.context().evidenceId().value().getBytes(StandardCharsets.US_ASCII));
        }
        Item about = new Item(
                received.context().evidenceId(),
                received.fileName(),
                received.context().actor(),
                received.capture());
        return described(vault, verified, received, about, received.object(), skeleton, readBack.structure());
    }
}
