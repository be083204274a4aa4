package org.liuhen.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.DescriptionFailed;
import org.liuhen.custody.event.CustodyEvent.StoredObject;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.ingest.describe.Describer;
import org.liuhen.ingest.describe.Description;
import org.liuhen.ingest.describe.Item;
import org.liuhen.ingest.describe.Profiles;
import org.liuhen.ingest.verify.Structure;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes items from their skeletons, and writes what was found beside the log before the event that names it exists. */
final class DescribeStep implements AutoCloseable {
    /** The system property that names the folder for skeletons; else they go where temporary files go. */
    static final String SCRATCH = "liuhen.scratch";

    private static final Logger LOG = LoggerFactory.getLogger(DescribeStep.class);
    private static final ObjectMapper JSON =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
    private static final int REASON_CHARACTERS_MAX = 500;

    private final Path scratch;
    private final Describer describer;

    /**
     * Opens it.
     *
     * @param processes at most so many parser processes at a time
     */
    DescribeStep(JobSettings settings, int processes) throws IOException {
        scratch = Files.createTempDirectory(
                Path.of(System.getProperty(SCRATCH, System.getProperty("java.io.tmpdir"))), "liuhen-describe");
        if (!Describer.isolation().contains("no network")
                || Describer.isolation().contains("NOT")) {
            LOG.warn("DS-101 Parser processes are not cut off from this machine: {}", Describer.isolation());
        }
        describer = new Describer(processes, scratch, Profiles.read(Path.of(settings.profiles())), settings.previews());
    }

    /** A place for a skeleton; the one who asks deletes it. */
    Path place() throws IOException {
        return Files.createTempFile(scratch, "item", "");
    }

    /**
     * The events that tell what was found.
     *
     * @param cause the ID of the event that led to this description
     */
    List<CustodyEvent> describe(
            Vault vault, LogName log, String cause, Item item, StoredObject object, Path skeleton, Structure structure)
            throws IOException, InterruptedException {
        Description description = describer.describe(skeleton, item, structure, new Describer.Original() {
            @Override
            public void fetch(long from, long to) throws IOException {
                try (InputStream in = vault.open(object, from, to);
                        FileChannel file = FileChannel.open(skeleton, StandardOpenOption.WRITE)) {
                    in.transferTo(Channels.newOutputStream(file.position(from)));
                }
            }

            @Override
            public void keep(Sha256Digest digest, byte[] bytes) throws IOException {
                vault.log(log).write(Described.metadataPath(digest), bytes);
            }
        });
        byte[] metadata = JSON.writeValueAsBytes(description);
        List<CustodyEvent> events = new ArrayList<>();
        Described described = new Described(
                context(Described.class, cause, item),
                Sha256Digest.of(metadata),
                description.mediaType(),
                describer.tools());
        vault.log(log).write(described.metadataPath(), metadata);
        events.add(described);
        if (!description.failures().isEmpty()) {
            String reason = String.join("; ", description.failures());
            events.add(new DescriptionFailed(
                    context(DescriptionFailed.class, cause, item),
                    reason.length() > REASON_CHARACTERS_MAX ? reason.substring(0, REASON_CHARACTERS_MAX) : reason));
        }
        return events;
    }

    private static EventContext context(Class<? extends CustodyEvent> type, String cause, Item item) {
        return EventContext.of(
                EventContext.idFor(type, cause),
                item.id(),
                Instant.now(),
                Actor.component("describe"),
                null,
                "ingest-job");
    }

    @Override
    public void close() throws IOException {
        describer.close();
        try (Stream<Path> all = Files.walk(scratch)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
