package org.liuhen.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.DescriptionFailed;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.ingest.describe.Describer;
import org.liuhen.ingest.describe.Describer.Description;
import org.liuhen.ingest.verify.ReadBack;
import org.liuhen.storage.Vault;

/**
 * Verify and describe in one pass over the stored bytes: the digest's pass also writes the skeleton that the parsers read.
 * They are one operator because the skeleton is a local file, which must not have to survive a move to another machine.
 */
final class InspectFunction extends StorageFunction {
    /** The system property that names the folder for skeletons; else they go where temporary files go. */
    static final String SCRATCH = "liuhen.scratch";

    private static final ObjectMapper JSON =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
    private static final int REASON_CHARACTERS_MAX = 500;

    private final boolean sm3;
    private transient Describer describer;
    private transient Path scratch;

    InspectFunction(JobSettings settings) {
        super(settings);
        this.sm3 = settings.sm3();
    }

    @Override
    protected void opened() throws IOException {
        scratch = Files.createTempDirectory(
                Path.of(System.getProperty(SCRATCH, System.getProperty("java.io.tmpdir"))), "liuhen-describe");
        describer = new Describer(Math.max(1, Runtime.getRuntime().availableProcessors()), scratch);
    }

    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, Received received)
            throws IOException, InterruptedException {
        Path skeleton = Files.createTempFile(scratch, "item", ".bin");
        try {
            ReadBack readBack = ReadBack.read(vault, received, skeleton, sm3);
            ItemOnItsWay verified = item.with(readBack.verdict(received, Instant.now()));
            if (readBack.sha256() == null) {
                return verified; // there are no bytes to describe
            }
            Description description = describer.describe(
                    skeleton, received.fileName(), readBack.kind(), readBack.damage(), readBack.sizeBytes());
            return verified.with(events(vault, new LogName(item.log()), received, description)
                    .toArray(CustodyEvent[]::new));
        } finally {
            Files.deleteIfExists(skeleton);
        }
    }

    /** The description is durable beside the log before the event that names it exists. */
    private static List<CustodyEvent> events(Vault vault, LogName log, Received received, Description description)
            throws IOException {
        byte[] metadata = JSON.writeValueAsBytes(description);
        List<CustodyEvent> events = new ArrayList<>();
        Described described =
                new Described(context(Described.class, received), Sha256Digest.of(metadata), description.mediaType());
        vault.log(log).write(described.metadataPath(), metadata);
        events.add(described);
        if (!description.failures().isEmpty()) {
            String reason = String.join("; ", description.failures());
            events.add(new DescriptionFailed(
                    context(DescriptionFailed.class, received),
                    reason.length() > REASON_CHARACTERS_MAX ? reason.substring(0, REASON_CHARACTERS_MAX) : reason));
        }
        return events;
    }

    private static EventContext context(Class<? extends CustodyEvent> type, Received received) {
        return EventContext.of(
                EventContext.idFor(type, received.context().eventId()),
                received.context().evidenceId(),
                Instant.now(),
                Actor.component("describe"),
                null,
                "ingest-job");
    }

    @Override
    public void close() throws Exception {
        super.close();
        if (describer != null) {
            describer.close();
        }
        if (scratch != null) {
            try (var left = Files.list(scratch)) {
                for (Path file : (Iterable<Path>) left::iterator) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(scratch);
        }
    }
}
