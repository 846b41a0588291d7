package io.headrace.streams.reprocess;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Shadow;
import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.record.Route;
import io.headrace.record.Rule;
import io.headrace.registry.RegistryClient;
import io.headrace.streams.ProcessorsConfig;
import io.headrace.streams.reprocess.ShadowTopics.Pair;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One run of processors over history, from nothing to its report. Reads the live application's topics, and writes none of
 * them; its own application's group, state and internal topics are gone when it ends, its shadow topics stay to be looked
 * at.
 */
public final class Reprocessing implements AutoCloseable {
    /** Received this long ago, all is in the live topics: more than a window's grace and a device's silence by default. */
    private static final Duration LIVE_IS_THROUGH = Duration.ofMinutes(3);

    /** By how much the clocks of gateways may differ that stamp one partition's records. */
    private static final Duration JITTER = Duration.ofSeconds(10);

    private final Request request;
    private final ShadowTopics topics;
    private final Cluster cluster;
    private final TopicReader reader;
    private final TopicSerdes serdes;
    private final Instant now = Instant.now();

    private Reprocessing(Request request) {
        this.request = request;
        ProcessorsConfig config = request.config();
        Catalogue catalogue = config.catalogue();
        List<Topic<?>> overridden = new ArrayList<>();
        if (!request.rules().isEmpty()) {
            overridden.add(catalogue.rules());
        }
        if (!request.routes().isEmpty()) {
            overridden.add(catalogue.routes());
        }
        topics = ShadowTopics.of(request, overridden, now);
        serdes = new TopicSerdes(new RegistryClient(config.registry()));
        cluster = new Cluster(config.kafka().clientSettings());
        reader = new TopicReader(config.kafka().clientSettings());
    }

    /**
     * Runs, and compares. What is there of an earlier run into the same suffix is removed first.
     *
     * @throws ConfigException where what is asked for can't be, or another run into the same suffix goes on
     * @throws org.apache.kafka.common.KafkaException where the cluster doesn't answer
     */
    public static Report run(Request request, MeterRegistry meters, Progress progress) {
        if (request.config().fragments().has("hot")) {
            throw new ConfigException("hot writes nothing that could be compared: name the others with --fragments");
        }
        if (!Shadow.isSuffix(request.suffix())) {
            throw new ConfigException("--into " + request.suffix() + " must be 1 to 32 of a-z 0-9, and not dlq");
        }
        if (!request.from().isBefore(request.to())) {
            throw new ConfigException("from " + request.from() + " to " + request.to() + " is no stretch of time");
        }
        try (Reprocessing run = new Reprocessing(request)) {
            return run.run(meters, progress);
        }
    }

    /**
     * Removes what runs into a suffix have left.
     *
     * @return full names of the topics that were removed
     */
    public static Set<String> cleanUp(ProcessorsConfig config, String suffix) {
        if (!Shadow.isSuffix(suffix)) {
            throw new ConfigException("--into " + suffix + " must be 1 to 32 of a-z 0-9, and not dlq");
        }
        try (Cluster cluster = new Cluster(config.kafka().clientSettings())) {
            ProcessorsConfig ofRun = config.into(new Shadow(suffix, Set.of(), Duration.ofDays(1)));
            Run.requireNone(cluster, ofRun);
            Set<String> left = ShadowTopics.leftOvers(config, suffix, cluster.topics());
            cluster.remove(left);
            Run.removeTraces(cluster, ofRun);
            return left;
        }
    }

    private Report run(MeterRegistry meters, Progress progress) {
        ProcessorsConfig config = topics.config();
        Run.requireNone(cluster, config);
        Set<String> left = topics.leftOvers(cluster.topics());
        cluster.remove(left);
        Run.removeTraces(cluster, config);
        Catalogue live = request.config().catalogue();
        List<String> inputs = config.fragments().has("normalize")
                ? List.of(live.raw().name(), live.replay().name())
                : List.of(live.readings().name());
        History history = cluster.history(inputs, request.start(), request.to());
        List<Pair> written = topics.written();
        topics.make(cluster, written);
        override(live.rules(), byId(request.rules(), Rule::getId));
        override(live.routes(), byId(request.routes(), Route::getId));
        Intake intake = new Run(cluster, config, history, this::shadows).toTheEnd(meters, progress);
        Instant settled = earlier(request.to().minus(JITTER), now.minus(LIVE_IS_THROUGH));
        return new Report(
                config.applicationId(),
                inputs,
                intake.taken(),
                request.from(),
                settled,
                !left.isEmpty(),
                compare(written, new Range(request.start(), intake.isWhole(), request.from(), settled, request.to())));
    }

    private Collection<String> shadows() {
        Set<String> there = cluster.topics();
        Set<String> shadows = new TreeSet<>(topics.leftOvers(there));
        shadows.removeIf(name -> name.startsWith(topics.config().applicationId() + "-"));
        return shadows;
    }

    private List<TopicDifference> compare(List<Pair> written, Range range) {
        Comparison comparison = new Comparison(cluster, reader, serdes, range);
        Catalogue live = request.config().catalogue();
        // pages of the ledger end where the wall clock has them end; and letters of readings are no origin's
        Set<String> apart =
                Set.of(live.ledger().name(), live.deadLetters(live.readings()).name());
        List<Pair> pairs = new ArrayList<>(written);
        pairs.removeIf(pair -> apart.contains(pair.live().name()));
        if (topics.config().fragments().has("route")) {
            pairs.addAll(topics.routed(cluster.topics()));
        }
        return pairs.stream()
                .map(pair -> comparison.of(pair.live(), pair.shadow()))
                .toList();
    }

    private <V extends org.apache.avro.specific.SpecificRecord> void override(Topic<V> live, Map<String, V> others) {
        if (!others.isEmpty()) {
            Pair pair = topics.pair(live);
            topics.make(cluster, List.of(pair));
            Definitions.fill(pair, others, live, cluster, reader, serdes);
        }
    }

    private static <V> Map<String, V> byId(List<V> values, Function<V, String> id) {
        return values.stream().collect(Collectors.toMap(id, Function.identity(), (first, last) -> last));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    @Override
    public void close() {
        reader.close();
        cluster.close();
    }
}
