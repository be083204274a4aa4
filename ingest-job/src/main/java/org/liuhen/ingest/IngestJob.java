package org.liuhen.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.StepFailed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.feed.Part;
import org.liuhen.ingest.feed.ToFeed;
import org.liuhen.ingest.link.FromDispatch;
import org.liuhen.ingest.link.GapFunction;
import org.liuhen.ingest.link.LinkFunction;
import org.liuhen.ingest.retention.RetentionFunction;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.FeedSource;
import org.liuhen.job.JobMetrics;
import org.liuhen.job.JobSettings;

/**
 * The steps of an item as a Flink job: received → verify and describe → attach → seal. Beside it: descriptions that were requested later, dispatch
 * records from Kafka, links between them and recordings, gaps, and retention.
 */
public final class IngestJob {
    /** The job's name, its Kafka group, and the prefix of its operators' names. */
    public static final String NAME = "liuhen-ingest";

    /** The Kafka group of the operators that process the whole feed. */
    public static final String WHOLE_FEED = NAME + "-whole-feed";

    private static final long NO_TIMEOUT = 0; // a large item takes as long as it takes

    private IngestJob() {}

    /** Submits the job to a cluster. */
    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        define(environment, JobSettings.parse(arguments));
        environment.execute(NAME);
    }

    /** Defines the job. */
    public static void define(StreamExecutionEnvironment environment, JobSettings settings) {
        environment.setMaxParallelism(FeedSource.MAX_PARALLELISM);
        int capacity = 2 * settings.readers();
        KeyedStream<FeedRecord, String> wholeFeed = wholeFeed(environment, settings);
        DataStream<FeedRecord> feed = environment
                .fromSource(
                        FeedSource.of(
                                settings,
                                NAME,
                                committedOffsets(),
                                FeedRecord.marks(List.of(
                                        CustodyEvent.typeName(Received.class),
                                        CustodyEvent.typeName(DescriptionRequested.class)))),
                        WatermarkStrategy.noWatermarks(),
                        "feed")
                .uid("feed");
        DataStream<ItemOnItsWay> received = eventsOf(Received.class, feed, "only received", "only-received");
        DataStream<ItemOnItsWay> requested =
                eventsOf(DescriptionRequested.class, feed, "only descriptions asked for", "only-description-requested");
        DataStream<ItemOnItsWay> describedAgain = AsyncDataStream.unorderedWait(
                        spread(requested),
                        new DescribeAgainFunction(settings),
                        NO_TIMEOUT,
                        TimeUnit.MILLISECONDS,
                        capacity)
                .name("describe again")
                .uid("describe-again");
        DataStream<ItemOnItsWay> inspected = AsyncDataStream.unorderedWait(
                        spread(received), new InspectFunction(settings), NO_TIMEOUT, TimeUnit.MILLISECONDS, capacity)
                .name("verify and describe")
                .uid("inspect");
        DataStream<ItemOnItsWay> attached = inspected
                .map(IngestJob::attach)
                .returns(TypeInformation.of(ItemOnItsWay.class))
                .name("attach")
                .uid("attach");
        AsyncDataStream.unorderedWait(attached, new SealFunction(settings), NO_TIMEOUT, TimeUnit.MILLISECONDS, capacity)
                .name("seal")
                .uid("seal")
                .union(describedAgain)
                .flatMap(new Events())
                .returns(TypeInformation.of(FeedRecord.class))
                .name("events")
                .uid("events")
                .union(
                        links(wholeFeed),
                        wholeFeed
                                .process(new GapFunction())
                                .returns(TypeInformation.of(FeedRecord.class))
                                .name("find gaps")
                                .uid("gaps"),
                        wholeFeed(
                                        environment,
                                        settings,
                                        WHOLE_FEED + "-retention",
                                        "whole feed of retention",
                                        "whole-feed-retention",
                                        RetentionFunction.KINDS)
                                .process(new RetentionFunction(settings))
                                .returns(TypeInformation.of(FeedRecord.class))
                                .name("keep and dispose")
                                .uid("retention"),
                        dispatches(environment, settings))
                .sinkTo(sink(settings))
                .name("feed of the record")
                .uid("to-feed");
    }

    /**
     * One site is one partition of the feed, and so one subtask. To verify and describe an item needs no other item: where there are more
     * subtasks, all of them take part.
     */
    private static DataStream<ItemOnItsWay> spread(DataStream<ItemOnItsWay> items) {
        return items.getExecutionEnvironment().getParallelism() > 1 ? items.rebalance() : items;
    }

    /**
     * The feed by log, for operators that process the whole feed. Without Flink state it is read from the beginning, which the steps of items
     * do not need.
     */
    public static KeyedStream<FeedRecord, String> wholeFeed(
            StreamExecutionEnvironment environment, JobSettings settings) {
        List<String> kinds = Stream.concat(LinkFunction.KINDS.stream(), GapFunction.KINDS.stream())
                .distinct()
                .toList();
        return wholeFeed(environment, settings, WHOLE_FEED, "whole feed", "whole-feed", kinds);
    }

    /** The feed with a source of its own: an operator that is added to a running site then gets the earlier events, too. */
    private static KeyedStream<FeedRecord, String> wholeFeed(
            StreamExecutionEnvironment environment,
            JobSettings settings,
            String group,
            String name,
            String uid,
            List<String> kinds) {
        return environment
                .fromSource(
                        FeedSource.of(settings, group, OffsetsInitializer.earliest(), FeedRecord.marks(kinds)),
                        WatermarkStrategy.noWatermarks(),
                        name)
                .uid(uid)
                .keyBy(FeedRecord::log);
    }

    /** The operator that links recordings to incidents. */
    public static DataStream<FeedRecord> links(KeyedStream<FeedRecord, String> wholeFeed) {
        return wholeFeed
                .process(new LinkFunction())
                .returns(TypeInformation.of(FeedRecord.class))
                .name("link to incidents")
                .uid("link");
    }

    /** The source of the command centre's dispatch records. */
    private static DataStream<FeedRecord> dispatches(StreamExecutionEnvironment environment, JobSettings settings) {
        KafkaSource<FeedRecord> topic = KafkaSource.<FeedRecord>builder()
                .setProperties(settings.kafkaProperties())
                .setTopics(DispatchRecords.TOPIC)
                .setGroupId(NAME + "-dispatch")
                .setStartingOffsets(OffsetsInitializer.earliest()) // the same record again is the same event
                .setDeserializer(new FromDispatch())
                .build();
        return environment
                .fromSource(topic, WatermarkStrategy.noWatermarks(), "dispatch records")
                .uid("dispatch-records");
    }

    /** Without Flink state the job starts from the committed offsets of its Kafka group, and from the beginning where there are none. */
    @SuppressWarnings("deprecation") // the connector takes no other type yet
    private static OffsetsInitializer committedOffsets() {
        return OffsetsInitializer.committedOffsets(org.apache.kafka.clients.consumer.OffsetResetStrategy.EARLIEST);
    }

    private static KafkaSink<FeedRecord> sink(JobSettings settings) {
        return KafkaSink.<FeedRecord>builder()
                .setKafkaProducerConfig(settings.kafkaProperties())
                .setBootstrapServers(settings.kafka().get("bootstrap.servers"))
                .setDeliveryGuarantee(
                        DeliveryGuarantee.AT_LEAST_ONCE) // event IDs are derived, the record drops repeats
                .setProperty("acks", "all")
                .setProperty("enable.idempotence", "true")
                // Fewer and larger requests: each is forced to the disk, and the intake's requests wait for them.
                .setProperty("max.in.flight.requests.per.connection", "1")
                .setProperty("linger.ms", "20")
                .setRecordSerializer(new ToFeed(settings.keyFolder()))
                .build();
    }

    private static DataStream<ItemOnItsWay> eventsOf(
            Class<? extends CustodyEvent> kind, DataStream<FeedRecord> feed, String name, String uid) {
        return feed.flatMap(new OfKind(kind, FeedRecord.marks(List.of(CustodyEvent.typeName(kind)))))
                .returns(TypeInformation.of(ItemOnItsWay.class))
                .name(name)
                .uid(uid);
    }

    /** Takes events of one kind. */
    private record OfKind(Class<? extends CustodyEvent> kind, Pattern marks)
            implements FlatMapFunction<FeedRecord, ItemOnItsWay> {
        @Override
        public void flatMap(FeedRecord fed, Collector<ItemOnItsWay> out) {
            if (fed.decoded(marks).filter(kind::isInstance).isPresent()) {
                out.collect(new ItemOnItsWay(fed.log(), fed.bytes(), new byte[0][]));
            }
        }
    }

    /** Links an item to the cases that the sender declared. */
    private static ItemOnItsWay attach(ItemOnItsWay item) throws MalformedEventException {
        Received received = (Received) CanonicalJson.decode(item.cause());
        ItemOnItsWay attached = item;
        for (CaseId caseId : received.cases()) {
            String cause = received.context().eventId() + "\n" + caseId.value();
            attached = attached.with(new LinkedToCase(
                    EventContext.of(
                            EventContext.idFor(LinkedToCase.class, cause),
                            received.context().evidenceId(),
                            Instant.now(),
                            Actor.component("attach"),
                            "declared by the sender",
                            Part.INGEST_JOB.id()),
                    caseId,
                    CustodyEvent.Basis.DECLARED));
        }
        return attached;
    }

    /** Gives the events of an item to the feed, and counts them. */
    private static final class Events extends RichFlatMapFunction<ItemOnItsWay, FeedRecord> {
        private transient JobMetrics metrics;

        @Override
        public void open(OpenContext context) {
            metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
        }

        @Override
        public void flatMap(ItemOnItsWay item, Collector<FeedRecord> out) throws MalformedEventException {
            Instant began = CanonicalJson.decode(item.cause()).context().occurredAt();
            for (byte[] bytes : item.events()) {
                CustodyEvent event = CanonicalJson.decode(bytes);
                metrics.count("item_events_total", "type", event.typeName());
                long millis = Math.max(
                        0, Duration.between(began, event.context().occurredAt()).toMillis());
                if (event instanceof Verified || event instanceof Rejected) {
                    metrics.took("received_to_verified_milliseconds", millis);
                } else if (event instanceof Sealed) {
                    metrics.took("received_to_sealed_milliseconds", millis);
                } else if (event instanceof StepFailed failed) {
                    metrics.count("put_aside_total", "code", failed.code());
                }
                out.collect(new FeedRecord(item.log(), bytes, 0, Part.INGEST_JOB.id()));
            }
        }
    }
}
