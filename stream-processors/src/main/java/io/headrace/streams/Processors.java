package io.headrace.streams;

import io.headrace.registry.RegistryClient;
import io.headrace.streams.hot.HotFragment;
import io.headrace.streams.hot.HotServer;
import io.headrace.streams.mapping.MappingTrials;
import io.headrace.streams.normalize.DryRuns;
import io.headrace.streams.route.KafkaRoutedTopics;
import io.headrace.streams.route.RoutedTopics;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.Topology;

/**
 * One running application of the configured fragments: exactly once from {@code telemetry.raw} to all that is derived.
 * The topics of the catalogue must be there when it starts.
 */
public final class Processors implements AutoCloseable {
    /** Below Kafka's 5 min without a poll, after which a thread's partitions go to another. */
    private static final Duration REGISTRY_PATIENCE = Duration.ofMinutes(3);

    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;
    private final FailurePolicy failures;
    private final Optional<HotServer> server;
    private final RoutedTopics routedTopics;
    private final RocksDbMemory memory;

    private Processors(ProcessorsConfig config, MeterRegistry meters) {
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
        Topology topology = new ProcessorsTopology(config, serdes, routedTopics, meters).build();
        failures = new FailurePolicy(meters);
        streams = new KafkaStreams(
                topology,
                StreamsSettings.of(
                        config,
                        serdes,
                        memory,
                        server.map(HotServer::advertised).orElse("")));
        streams.setUncaughtExceptionHandler(failures);
        metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(meters);
    }

    /**
     * Starts and returns at once; {@link #isReady} says when it processes.
     *
     * @throws io.headrace.config.ConfigException where the query address can't be listened on
     */
    public static Processors start(ProcessorsConfig config, MeterRegistry meters) {
        Processors processors = new Processors(config, meters);
        try {
            processors.streams.start();
        } catch (RuntimeException e) {
            processors.close();
            throw e;
        }
        processors.server.ifPresent(hot -> hot.serve(processors.streams));
        return processors;
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

    /** Finishes and commits what is in hand, and leaves the group so that the next instance needn't wait for it. */
    @Override
    public void close() {
        streams.close(CloseOptions.timeout(DRAIN)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        server.ifPresent(HotServer::close);
        routedTopics.close();
        metrics.close();
        memory.close();
    }
}
