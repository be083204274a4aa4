package org.liuhen.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.DescriptionFailed;
import org.liuhen.custody.event.CustodyEvent.StepFailed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.log.LogStore;
import org.liuhen.describe.Describer;
import org.liuhen.describe.Description;
import org.liuhen.describe.Item;
import org.liuhen.describe.Profiles;
import org.liuhen.describe.readback.Structure;
import org.liuhen.ingest.feed.FeedFunction;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step that describes an item from its skeleton, a local file that is removed after the step. The description is durable beside the log
 * before the event that names it exists.
 */
abstract class DescribeFunction<E extends CustodyEvent> extends StorageFunction<E> {
    /** The system property that names the folder for skeletons; else they go where temporary files go. */
    static final String SCRATCH = "liuhen.scratch";

    private static final Logger LOG = LoggerFactory.getLogger(DescribeFunction.class);
    private static final ObjectMapper JSON =
            new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

    private static final int PROBE_BYTES = 1 << 20;

    private transient Path scratch;
    private transient Describer describer;

    DescribeFunction(JobSettings settings, Class<E> kind) {
        super(settings, kind);
    }

    /** At most so many parser processes at a time. */
    protected abstract int processes();

    /** Whether this step looks at its start whether the media programs start. */
    protected boolean checksAtStart() {
        return false;
    }

    /** The step for one item, with a place for its skeleton. */
    protected abstract ItemOnItsWay step(Vault vault, ItemOnItsWay item, E cause, Path skeleton)
            throws IOException, InterruptedException;

    @Override
    protected final void opened() throws IOException {
        scratch = Files.createTempDirectory(
                Path.of(System.getProperty(SCRATCH, System.getProperty("java.io.tmpdir"))), "liuhen-describe");
        if (!Describer.isolation().contains("no network")
                || Describer.isolation().contains("NOT")) {
            LOG.warn("DS-101 Parser processes are not cut off from this machine: {}", Describer.isolation());
        }
        Profiles profiles = Profiles.read(Path.of(settings().profiles()));
        describer = new Describer(processes(), scratch, profiles, settings().previews());
        metrics().gauge("parser_deaths_total", describer::parserDeaths);
        if (checksAtStart()) {
            describer.checkInBackground();
        }
    }

    @Override
    protected final ItemOnItsWay step(Vault vault, ItemOnItsWay item, E cause)
            throws IOException, InterruptedException {
        Path skeleton = Files.createTempFile(scratch, "item", "");
        try {
            return step(vault, item, cause, skeleton);
        } finally {
            Files.deleteIfExists(skeleton);
        }
    }

    /**
     * The item with the events of its description. A describer that breaks costs only the description; a store that does not take the
     * description is tried again.
     */
    protected final ItemOnItsWay described(
            Vault vault,
            ItemOnItsWay item,
            E cause,
            Item about,
            StoredObject object,
            Path skeleton,
            Structure structure)
            throws IOException, InterruptedException {
        try {
            LogStore log = vault.log(new LogName(item.log()));
            Description description = describer.describe(skeleton, about, structure, new Describer.Original() {
                @Override
                public void fetch(long from, long to) throws IOException {
                    try (InputStream in = vault.evidence().open(object, from, to);
                            FileChannel file = FileChannel.open(skeleton, StandardOpenOption.WRITE)) {
                        in.transferTo(Channels.newOutputStream(file.position(from)));
                    }
                }

                @Override
                public void keep(Sha256Digest digest, byte[] bytes) throws IOException {
                    log.write(Described.metadataPath(digest), bytes);
                }
            });
            stopIfClosing();
            byte[] metadata = JSON.writeValueAsBytes(description);
            Described described = new Described(
                    context(Described.class, cause),
                    Sha256Digest.of(metadata),
                    description.mediaType(),
                    describer.tools(),
                    description.place().orElse(null),
                    description.captureTime(about).orElse(null));
            log.write(described.metadataPath(), metadata);
            ItemOnItsWay further = item.with(described);
            return description.failures().isEmpty()
                    ? further
                    : failed(further, cause, String.join("; ", description.failures()));
        } catch (JsonProcessingException unfit) { // an answer of a parser process
            return failed(item, cause, FeedFunction.BROKEN + " " + Reason.of(unfit, StepFailed.REASON_MAX));
        } catch (IOException failed) {
            throw new PartlyDoneException(item, failed);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError broken) {
            LOG.error("{} describing {}", FeedFunction.BROKEN, about.id(), broken);
            return failed(item, cause, FeedFunction.BROKEN + " " + Reason.of(broken, StepFailed.REASON_MAX));
        }
    }

    /** The item with the event that holds the failures. */
    protected final ItemOnItsWay failed(ItemOnItsWay item, E cause, String reason) {
        return item.with(new DescriptionFailed(
                context(DescriptionFailed.class, cause), Reason.of(reason, StepFailed.REASON_MAX)));
    }

    /** The parts that a description needs are the store and the folder for skeletons. */
    @Override
    protected boolean worksForOthers(Vault vault, ItemOnItsWay item) throws IOException {
        Path probe = Files.createTempFile(scratch, "probe", "");
        try {
            Files.write(probe, new byte[PROBE_BYTES]);
        } finally {
            Files.deleteIfExists(probe);
        }
        return super.worksForOthers(vault, item);
    }

    private static EventContext context(Class<? extends CustodyEvent> type, CustodyEvent cause) {
        return EventContext.of(
                EventContext.idFor(type, cause.context().eventId()),
                cause.context().evidenceId(),
                Instant.now(),
                Actor.component("describe"),
                null,
                Part.INGEST_JOB.id());
    }

    @Override
    protected void closing() {
        if (describer != null) {
            describer.close();
        }
    }

    @Override
    public void close() throws Exception {
        super.close();
        if (scratch != null) {
            remove(scratch);
        }
    }

    /** Removes a folder as far as that goes: a step that still ends may add and remove files meanwhile. */
    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return removeOne(file);
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failed) {
                return removeOne(emptied);
            }
        });
    }

    private static FileVisitResult removeOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException left) {
            LOG.warn("{} could not be removed: {}", path, left.toString());
        }
        return FileVisitResult.CONTINUE;
    }
}
