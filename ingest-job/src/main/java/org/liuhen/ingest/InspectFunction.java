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
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.ingest.describe.Describer;
import org.liuhen.ingest.describe.Description;
import org.liuhen.ingest.describe.Profiles;
import org.liuhen.ingest.verify.ReadBack;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verify and describe in one pass over the stored bytes: the digest's pass also writes the skeleton that the parsers read.
 * They are one operator because the skeleton is a local file, which must not have to survive a move to another machine.
 */
final class InspectFunction extends StorageFunction {
    /** The system property that names the folder for skeletons; else they go where temporary files go. */
    static final String SCRATCH = "liuhen.scratch";

    private static final Logger LOG = LoggerFactory.getLogger(InspectFunction.class);
    private static final ObjectMapper JSON =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
    private static final int REASON_CHARACTERS_MAX = 500;

    private final boolean sm3;
    private final String profiles;
    private transient Describer describer;
    private transient Path scratch;

    InspectFunction(JobSettings settings) {
        super(settings);
        this.sm3 = settings.sm3();
        this.profiles = settings.profiles();
    }

    @Override
    protected void opened() throws IOException {
        scratch = Files.createTempDirectory(
                Path.of(System.getProperty(SCRATCH, System.getProperty("java.io.tmpdir"))), "liuhen-describe");
        if (!Describer.isolation().contains("no network")) {
            LOG.warn("DS-101 Parser processes are not cut off from the network: {}", Describer.isolation());
        }
        describer = new Describer(
                Math.max(1, Runtime.getRuntime().availableProcessors()), scratch, Profiles.read(Path.of(profiles)));
    }

    @Override
    protected ItemOnItsWay step(Vault vault, ItemOnItsWay item, Received received)
            throws IOException, InterruptedException {
        Path place = Files.createTempDirectory(scratch, "item");
        try {
            Path skeleton = place.resolve("file");
            Path derived = Files.createDirectory(place.resolve("derived"));
            ReadBack readBack = ReadBack.read(vault, received, skeleton, sm3);
            ItemOnItsWay verified = item.with(readBack.verdict(received, Instant.now()));
            if (readBack.sha256() == null) {
                return verified; // there are no bytes to describe
            }
            LogName log = new LogName(item.log());
            Description description = describer.describe(
                    skeleton,
                    derived,
                    received.fileName(),
                    received.context().actor(),
                    readBack,
                    new Stored(vault, log, received, skeleton));
            return verified.with(events(vault, log, received, description).toArray(CustodyEvent[]::new));
        } finally {
            delete(place);
        }
    }

    /** The item in the vault, and the log beside which its derivatives lie. */
    private record Stored(Vault vault, LogName log, Received received, Path skeleton) implements Describer.Original {
        @Override
        public void fetch(long from, long to) throws IOException {
            try (InputStream in = vault.open(received.object(), from, to);
                    FileChannel file = FileChannel.open(skeleton, StandardOpenOption.WRITE)) {
                in.transferTo(Channels.newOutputStream(file.position(from)));
            }
        }

        @Override
        public void keep(Sha256Digest digest, byte[] bytes) throws IOException {
            vault.log(log).write(Described.metadataPath(digest), bytes);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
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
            delete(scratch);
        }
    }
}
