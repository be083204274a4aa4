package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.liuhen.custody.event.AccessEvent.Searched;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.Tiles;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/**
 * Feeds events of many sites at once, and looks how long after its acknowledgement each stands under a signed head: for {@code bench/sites}.
 * Arguments: brokers, file with the settings of a Kafka client, S3 store, folder with the review's key, how many sites, events a second in all,
 * seconds, a word that makes the sites' names new.
 */
final class Sites {
    private static final long LOOK_EVERY_MILLIS = 1_000;
    private static final long PATIENCE_MILLIS = 120_000;

    private final LogName log;
    private final List<Long> acknowledged = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private int seen;

    private Sites(LogName log) {
        this.log = log;
    }

    public static void main(String[] arguments) throws Exception {
        List<Sites> sites = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
            sites.add(new Sites(new LogName(arguments[7] + "-" + i)));
        }
        int rate = Integer.parseInt(arguments[5]);
        long seconds = Long.parseLong(arguments[6]);
        PartKey key = PartKey.read(Path.of(arguments[3]), Part.REVIEW);
        Map<String, Object> settings = new HashMap<>(JobSettings.kafka(arguments[0], arguments[1]));
        settings.put("acks", "all");
        settings.put("linger.ms", "5");
        ScheduledExecutorService looking = Executors.newScheduledThreadPool(8);
        try (Vault vault = VaultSettings.s3(arguments[2], "default", "liuhen").open();
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            AtomicLong failed = new AtomicLong();
            List<Future<?>> looks = new ArrayList<>();
            for (Sites site : sites) {
                looks.add(looking.scheduleWithFixedDelay(
                        () -> site.look(vault, failed), LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
            }
            long begun = System.nanoTime();
            long count = rate * seconds;
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                long due = begun + TimeUnit.SECONDS.toNanos(1) * i / rate;
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
                Sites site = sites.get((int) (i % sites.size()));
                byte[] event = CanonicalJson.encode(new Searched(
                        EventContext.of(
                                EventContext.idFor(Searched.class, arguments[7] + " " + i),
                                null,
                                Instant.now(),
                                new Actor(Actor.Kind.OFFICER, "110023", null, "password"),
                                null,
                                "bench"),
                        "q=" + i,
                        3));
                sent.add(producer.send(
                        new ProducerRecord<>(
                                CustodyEvent.TOPIC,
                                null,
                                site.log.value(),
                                event,
                                List.of(new RecordHeader(PartKey.HEADER, key.sign(site.log.value(), event)))),
                        (written, trouble) -> site.acknowledged()));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get(1, TimeUnit.MINUTES);
            }
            System.out.printf(
                    "%d sites, %d events in %.1f s%n", sites.size(), count, (System.nanoTime() - begun) / 1e9);
            long end = System.currentTimeMillis() + PATIENCE_MILLIS;
            while (sites.stream().anyMatch(site -> site.waits().size() < count / sites.size())
                    && System.currentTimeMillis() < end) {
                Thread.sleep(500);
            }
            looks.forEach(look -> look.cancel(false));
            said(sites, failed.get(), count);
        } finally {
            looking.shutdownNow();
        }
    }

    private static void said(List<Sites> sites, long failed, long count) {
        List<Long> all = new ArrayList<>();
        List<Long> worst = new ArrayList<>();
        for (Sites site : sites) {
            all.addAll(site.waits());
            worst.add(site.waits().isEmpty() ? Long.MAX_VALUE : Collections.max(site.waits()));
        }
        Collections.sort(all);
        Collections.sort(worst);
        System.out.printf(
                "under a head after: median %d ms, 99 of 100 %d ms, longest %d ms; longest of the site that fared best %d ms, worst %d ms;"
                        + " %d events under no head, %d looks failed%n",
                all.get(all.size() / 2),
                all.get(all.size() * 99 / 100),
                all.get(all.size() - 1),
                worst.get(0),
                worst.get(worst.size() - 1),
                count - all.size(),
                failed);
    }

    private synchronized void acknowledged() {
        acknowledged.add(System.currentTimeMillis());
    }

    private synchronized List<Long> waits() {
        return List.copyOf(waits);
    }

    private void look(Vault vault, AtomicLong failed) {
        try {
            long size = vault.log(log).read(Tiles.CHECKPOINT).map(Sites::size).orElse(0L);
            synchronized (this) {
                while (seen < size && seen < acknowledged.size()) {
                    waits.add(System.currentTimeMillis() - acknowledged.get(seen++));
                }
            }
        } catch (IOException | RuntimeException away) {
            failed.incrementAndGet();
        }
    }

    private static long size(byte[] head) {
        try {
            return Checkpoint.sizeIn(head);
        } catch (IOException damaged) {
            throw new IllegalStateException(damaged);
        }
    }
}
