import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.HttpLog;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;

/**
 * The record job of a running station: from Kafka to the signed head, each event durable at both ends. The events are views of
 * items that were uploaded before. Beside it: how long after a Flink checkpoint was complete the head of its entries was seen.
 * usage: RecordJob CHECKPOINTS-FOLDER LOG-URL KAFKA-PROPERTIES EVENTS ID...
 */
public final class RecordJob {
    private static final long PATIENCE_MILLIS = 120_000;

    private static Properties client(Path file) throws IOException {
        Properties client = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            client.load(in);
        }
        client.putAll(Map.of("linger.ms", 5, "batch.size", 1 << 18));
        return client;
    }

    public static void main(String[] arguments) throws Exception {
        HttpLog log = new HttpLog(URI.create(arguments[1]));
        int events = Integer.parseInt(arguments[3]);
        PartKey key = PartKey.read(Path.of(arguments[2]).resolveSibling("keys"), Part.REVIEW);
        for (int round = 1; round <= 3; round++) {
            long before = size(log);
            long start = System.nanoTime();
            try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                    client(Path.of(arguments[2])),
                    new StringSerializer(),
                    new ByteArraySerializer())) {
                for (int i = 0; i < events; i++) {
                    EvidenceId id = new EvidenceId(arguments[4 + i % (arguments.length - 4)]);
                    String eventId = EventContext.idFor(Viewed.class, start + " " + i);
                    Actor actor = new Actor(Actor.Kind.OFFICER, "110023", null, "claimed");
                    byte[] event = CanonicalJson.encode(
                            new Viewed(EventContext.of(eventId, id, Instant.now(), actor, "benchmark", "bench")));
                    producer.send(new ProducerRecord<>(
                            CustodyEvent.TOPIC,
                            null,
                            "site-1",
                            event,
                            List.of(new RecordHeader(PartKey.HEADER, key.sign("site-1", event)))));
                }
                producer.flush();
            }
            double fed = (System.nanoTime() - start) / 1e9;
            List<Long> delays = new ArrayList<>();
            long last = size(log);
            long since = System.currentTimeMillis();
            while (last < before + events) {
                long now = size(log);
                if (now > last) {
                    delays.add(System.currentTimeMillis() - lastCheckpoint(Path.of(arguments[0])));
                    last = now;
                    since = System.currentTimeMillis();
                } else if (System.currentTimeMillis() - since > PATIENCE_MILLIS) {
                    throw new IOException("the log has not grown for 120 s");
                }
                Thread.sleep(5);
            }
            Collections.sort(delays);
            double published = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "record job: %d events, in Kafka after %.1f s, under a signed head after %.1f s: %.0f events/s; %s%n",
                    events,
                    fed,
                    published,
                    events / published,
                    delays.isEmpty()
                            ? "all were under a head before one could be watched"
                            : String.format(
                                    "from a Flink checkpoint to its head: median %d ms, longest %d ms of %d",
                                    delays.get(delays.size() / 2), delays.get(delays.size() - 1), delays.size()));
        }
    }

    /** When the newest complete checkpoint in this folder was written, in milliseconds since 1970. */
    private static long lastCheckpoint(Path folder) throws IOException {
        long newest = 0;
        try (DirectoryStream<Path> checkpoints = Files.newDirectoryStream(folder, "chk-*")) {
            for (Path checkpoint : checkpoints) {
                try {
                    FileTime complete = Files.getLastModifiedTime(checkpoint.resolve("_metadata"));
                    newest = Math.max(newest, complete.toMillis());
                } catch (NoSuchFileException unfinishedOrGone) {
                    continue;
                }
            }
        }
        return newest;
    }

    private static long size(HttpLog log) throws Exception {
        return Checkpoint.parse(SignedNote.parse(log.read(Tiles.CHECKPOINT).orElseThrow()).text()).size();
    }
}
