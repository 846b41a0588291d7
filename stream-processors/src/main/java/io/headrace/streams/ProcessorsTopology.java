package io.headrace.streams;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.Reading;
import io.headrace.streams.fragment.Scope;
import io.headrace.streams.normalize.NormalizeFragment;
import io.headrace.streams.normalize.ReceiveTime;
import io.headrace.streams.predict.PredictFragment;
import io.headrace.streams.registered.RegisteredDevices;
import io.headrace.streams.route.RouteFragment;
import io.headrace.streams.route.RoutedTopics;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Composes the configured fragments. With normalize among them, the others take its readings as they are decoded;
 * without it, they read {@code telemetry.readings}.
 *
 * @param answers takes what the instance says of itself at a path, as JSON
 */
record ProcessorsTopology(
        ProcessorsConfig config,
        TopicSerdes serdes,
        RoutedTopics routedTopics,
        MeterRegistry meters,
        BiConsumer<String, Supplier<String>> answers) {

    /** Of an instance that says nothing. */
    ProcessorsTopology(ProcessorsConfig config, TopicSerdes serdes, RoutedTopics routedTopics, MeterRegistry meters) {
        this(config, serdes, routedTopics, meters, (_, _) -> {});
    }

    Topology build() {
        StreamsBuilder builder = new StreamsBuilder();
        RegisteredDevices registered = new RegisteredDevices(
                catalogue().registry(), serdes.registry(), config.normalize().enrich());
        Optional<NormalizeFragment> normalize = config.fragments().has(BuiltIn.NORMALIZE)
                ? Optional.of(new NormalizeFragment(config.normalize(), catalogue(), serdes, meters, registered))
                : Optional.empty();
        Optional<NormalizeFragment.Streams> decoded = normalize.map(fragment -> fragment.addTo(builder, BuiltIn.ROUTE));
        KStream<String, Reading> readings =
                decoded.map(streams -> routed(builder, streams.readings())).orElseGet(() -> stored(builder));
        Optional<KStream<String, Long>> erased = decoded.map(NormalizeFragment.Streams::erased);
        KStream<String, Reading> forRules = predicted(builder, readings, erased);
        config.fragments()
                .parts()
                .forEach((name, part) -> part.addTo(
                        builder,
                        name.equals(BuiltIn.RULES) ? forRules : readings,
                        new Scope(name, catalogue(), serdes, meters, erased, live(registered), answers)));
        normalize.ifPresent(fragment -> fragment.addErasures(builder));
        if (normalize.isEmpty()
                && config.fragments().has(BuiltIn.RULES)
                && live(registered).isPresent()) {
            registered.addTo(builder);
        }
        Topology topology = builder.build();
        new CommitPace(config.runtime().commitInterval(), config.runtime().longestCommitInterval()).addTo(topology);
        return topology;
    }

    private Optional<RegisteredDevices> live(RegisteredDevices registered) {
        return catalogue().isShadowed() ? Optional.empty() : Optional.of(registered);
    }

    private KStream<String, Reading> routed(StreamsBuilder builder, KStream<String, Reading> decoded) {
        RouteFragment route = new RouteFragment(catalogue(), serdes, routedTopics, meters, BuiltIn.ROUTE);
        KStream<String, Reading> readings =
                config.fragments().has(BuiltIn.ROUTE) ? route.addTo(builder, decoded) : route.addDefaultTo(decoded);
        readings.to(
                catalogue().readings().name(),
                Produced.with(Serdes.String(), serdes.of(catalogue().readings()))
                        .withName("readings-out"));
        return readings;
    }

    /** Readings, and before each what was predicted of it. */
    private KStream<String, Reading> predicted(
            StreamsBuilder builder, KStream<String, Reading> readings, Optional<KStream<String, Long>> erased) {
        if (!config.fragments().has(BuiltIn.PREDICT)) {
            return readings;
        }
        PredictFragment predict = new PredictFragment(catalogue(), serdes, meters, BuiltIn.PREDICT);
        KStream<String, Reading> predictions = predict.addTo(builder, readings);
        erased.ifPresent(predict::eraseFrom);
        return config.fragments().has(BuiltIn.RULES)
                ? predictions.merge(readings, Named.as(BuiltIn.PREDICT + "-for-rules"))
                : readings;
    }

    private KStream<String, Reading> stored(StreamsBuilder builder) {
        return builder.stream(
                catalogue().readings().name(),
                Consumed.with(
                                DeviceKeys.serde(),
                                DeviceKeys.valued(serdes.of(catalogue().readings())))
                        .withTimestampExtractor(new ReceiveTime())
                        .withName("readings-in"));
    }

    private Catalogue catalogue() {
        return config.catalogue();
    }
}
