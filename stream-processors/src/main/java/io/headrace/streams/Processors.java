package io.headrace.streams;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.registry.RegistryClient;
import io.headrace.streams.hot.HotFragment;
import io.headrace.streams.hot.HotServer;
import io.headrace.streams.mapping.MappingTrials;
import io.headrace.streams.normalize.DryRuns;
import io.headrace.streams.route.KafkaRoutedTopics;
import io.headrace.streams.route.RoutedTopics;
import io.headrace.streams.status.InstanceStatus;
import io.headrace.streams.status.StatusMeters;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running application of the configured fragments: exactly once from {@code telemetry.raw} to all that is derived.
 * The topics of the catalogue must be there when it starts.
 */
public final class Processors implements AutoCloseable {
    /** Below Kafka's 5 min without a poll, after which a thread's partitions go to another. */
    private static final Duration REGISTRY_PATIENCE = Duration.ofMinutes(3);

    private static final Duration DRAIN = Duration.ofSeconds(30);

    /** Sooner than a producer gives up on a topic that is gone, after which Kafka Streams would make it anew. */
    private static final Duration INTERNAL_TOPICS_EVERY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Processors.class);

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;
    private final FailurePolicy failures;
    private final Optional<HotServer> server;
    private final RoutedTopics routedTopics;
    private final RocksDbMemory memory;
    private final StatusMeters statusMeters;
    private final InternalTopics internalTopics;
    private final ClockWatch clock;
    private final Counter setBacks;
    private final int threads;
    private final GroupMembershipOperation leaves;

    private Processors(ProcessorsConfig config, MeterRegistry meters, Time time, Map<String, Object> more) {
        // first what may be refused: nothing is to be given back where the address is taken
        server = config.fragments().has(BuiltIn.HOT)
                ? Optional.of(new HotServer(config.hot(), HotFragment.storeName(BuiltIn.HOT)))
                : Optional.empty();
        if (config.fragments().has(BuiltIn.NORMALIZE)) {
            DryRuns dryRuns = new DryRuns(
                    config.normalize(), config.catalogue().mappings(), new RegistryClient(config.registry()));
            server.ifPresent(hot -> hot.answer("/dry-run", dryRuns::answer));
            MappingTrials trials = new MappingTrials(
                    config.normalize().limits(), new RegistryClient(config.registry()), Clock.systemUTC());
            server.ifPresent(hot -> hot.answer("/mapping-trial", (_, question) -> trials.answer(question)));
        }
        memory = new RocksDbMemory(config.runtime().rocksDbBytes());
        routedTopics = new KafkaRoutedTopics(config.kafka().clientSettings());
        TopicSerdes serdes =
                new TopicSerdes(new PatientRegistry(new RegistryClient(config.registry()), REGISTRY_PATIENCE));
        Topology topology = new ProcessorsTopology(
                        config,
                        serdes,
                        routedTopics,
                        meters,
                        (path, said) -> server.ifPresent(hot -> hot.gather(path, _ -> said.get())))
                .build();
        failures = new FailurePolicy(meters);
        String address = server.map(HotServer::advertised).orElse("");
        Properties settings = StreamsSettings.of(config, serdes, memory, address);
        if (!Beginning.isAnew(config.kafka().clientSettings(), config.applicationId(), topology)) {
            settings.putIfAbsent(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        }
        settings.putAll(more);
        streams = new KafkaStreams(topology, settings, time);
        streams.setUncaughtExceptionHandler(failures);
        InstanceStatus status =
                new InstanceStatus(config.applicationId(), address, topology, memory::used, memory.limit());
        server.ifPresent(hot -> hot.gather("/topology", status::describe));
        statusMeters = new StatusMeters(streams, memory::used, meters);
        internalTopics = new InternalTopics(
                topology, config.applicationId(), config.kafka().clientSettings());
        threads = config.runtime().threads();
        setBacks = meters.counter("headrace.processors.clock.set.back");
        clock = new ClockWatch(System::currentTimeMillis, System::nanoTime, this::renewThreads);
        leaves = config.runtime().isStaticMember()
                ? GroupMembershipOperation.REMAIN_IN_GROUP
                : GroupMembershipOperation.LEAVE_GROUP;
        metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(meters);
    }

    /**
     * Starts and returns at once; {@link #isReady} says when it processes. State on disk that is damaged is thrown away,
     * to be restored from Kafka.
     *
     * @throws io.headrace.config.ConfigException where the query address can't be listened on, the topics of state on disk
     *     are gone, or running instances don't know all stores of this one
     */
    public static Processors start(ProcessorsConfig config, MeterRegistry meters) {
        return start(config, meters, Time.SYSTEM, Map.of());
    }

    /**
     * As {@link #start(ProcessorsConfig, MeterRegistry)}, for a run over history.
     *
     * @param time the wall clock that fragments go by
     * @param more settings of Kafka Streams and its clients; they win over all others
     */
    public static Processors start(ProcessorsConfig config, MeterRegistry meters, Time time, Map<String, Object> more) {
        try {
            return started(config, meters, time, more);
        } catch (ProcessorStateException e) {
            if (!isDamage(e)) {
                throw e;
            }
            LOG.warn("the state on disk is damaged, and is restored from Kafka: {}", e.getMessage());
            meters.counter("headrace.processors.state.wiped").increment();
            return started(config, meters, time, more);
        }
    }

    private static Processors started(
            ProcessorsConfig config, MeterRegistry meters, Time time, Map<String, Object> more) {
        Processors processors = new Processors(config, meters, time, more);
        try {
            processors.start(config);
            return processors;
        } catch (RuntimeException e) {
            processors.close();
            if (isDamage(e)) {
                processors.streams.cleanUp();
            }
            throw e;
        }
    }

    private void start(ProcessorsConfig config) {
        internalTopics.requireThoseOf(config.runtime().stateDirectory(), config.applicationId());
        internalTopics.awaitThoseOf(config.applicationId());
        streams.start();
        server.ifPresent(hot -> hot.serve(streams));
        internalTopics.watch(INTERNAL_TOPICS_EVERY, failures::stopFor);
        clock.start();
    }

    /** And not a disk that is full, or that can't be read now. */
    private static boolean isDamage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RocksDBException fault
                    && fault.getStatus() != null
                    && fault.getStatus().getCode() == Status.Code.Corruption) {
                return true;
            }
        }
        return false;
    }

    /** New threads plan by the clock as it is now; one at a time, so that the others go on. */
    void renewThreads(long setBackMs) {
        LOG.warn("the clock was set back by {} ms: all threads are replaced, since theirs are ahead", setBackMs);
        setBacks.increment();
        for (int i = 0; i < threads; i++) {
            streams.addStreamThread();
            streams.removeStreamThread(DRAIN);
        }
    }

    /** Full names of the topics that an application writes, but for those that routes name. */
    public static Set<String> written(ProcessorsConfig config) {
        TopicSerdes serdes = new TopicSerdes(new RegistryClient(config.registry()));
        TopologyDescription topology = new ProcessorsTopology(config, serdes, new NoTopics(), new SimpleMeterRegistry())
                .build()
                .describe();
        Set<String> written = topology.subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .filter(node -> node instanceof TopologyDescription.Sink sink && sink.topic() != null)
                .map(node -> ((TopologyDescription.Sink) node).topic())
                .collect(Collectors.toCollection(TreeSet::new));
        Catalogue catalogue = config.catalogue();
        written.add(catalogue.deadLetters(catalogue.readings()).name());
        return written;
    }

    /** For a topology that doesn't run. */
    private static final class NoTopics implements RoutedTopics {
        @Override
        public void ensure(Topic<?> topic) {}

        @Override
        public boolean isReady(String topic) {
            return false;
        }
    }

    /** How often fragments were called by a clock so far, over all threads. */
    public long punctuations() {
        return (long) streams.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("punctuate-total"))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
    }

    /** A line for each address that it answers at. */
    public List<String> endpoints() {
        return server.map(hot -> "hot-queries http://" + hot.address()).stream().toList();
    }

    /** Whether all its partitions are being processed, and not just moving or restoring. */
    public boolean isReady() {
        return streams.state() == State.RUNNING;
    }

    /** Why it stopped for good, in one line; empty while it runs, waits, or was closed. */
    public Optional<String> failure() {
        return streams.state() == State.ERROR || streams.state() == State.PENDING_ERROR
                ? Optional.of(failures.reason().orElse("the processors stopped"))
                : failures.reason();
    }

    /**
     * Finishes and commits what is in hand, and leaves the group so that the next instance needn't wait for it. A static
     * member stays: its partitions wait for it to come back until its session ends.
     */
    @Override
    public void close() {
        clock.close();
        internalTopics.close();
        streams.close(CloseOptions.timeout(DRAIN).withGroupMembershipOperation(leaves));
        server.ifPresent(HotServer::close);
        routedTopics.close();
        metrics.close();
        statusMeters.close();
        memory.close();
    }
}
