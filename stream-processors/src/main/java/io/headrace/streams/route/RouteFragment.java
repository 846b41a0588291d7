package io.headrace.streams.route;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.Reading;
import io.headrace.streams.state.LiveTopic;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * Between decoding and {@code telemetry.readings}: marks each reading with the tiers of all routes that it matches.
 *
 * <ul>
 *   <li>In: readings by device id; {@code config.routes}, live.
 *   <li>Out: the readings with {@code hr-tier-*} headers and the tags that routes add; copies in
 *       {@code telemetry.routed.<name>} for routes that name a topic, which is made when such a route appears.
 *   <li>State: the compiled routes, in memory, one copy per instance.
 *   <li>Failure: a route that doesn't compile, or fails for a reading, is passed over, counted and said once; a reading
 *       that nothing else takes then gets the default, warm and cold. A copy whose topic can't be made is counted in
 *       {@code headrace.route.copies.skipped}; the reading itself goes on.
 * </ul>
 */
public final class RouteFragment {
    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final RoutedTopics topics;
    private final RouteMeters meters;
    private final String name;

    /** @param name from which the store and every node of the topology are named */
    public RouteFragment(
            Catalogue catalogue, TopicSerdes serdes, RoutedTopics topics, MeterRegistry registry, String name) {
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.topics = topics;
        this.meters = new RouteMeters(registry);
        this.name = name;
    }

    /** Adds it and returns the marked readings. */
    public KStream<String, Reading> addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        Routes routes = new Routes(catalogue, topics, meters);
        new LiveTopic<>(catalogue.routes(), serdes, name + "-routes").addTo(builder, routes::change);
        return mark(readings, routes);
    }

    /** Marks readings as where there are no routes: for applications that leave routing out. */
    public KStream<String, Reading> addDefaultTo(KStream<String, Reading> readings) {
        return mark(readings, new Routes(catalogue, topics, meters));
    }

    private KStream<String, Reading> mark(KStream<String, Reading> readings, Routes routes) {
        String marked = name + "-readings";
        String copies = name + "-copies-out";
        KStream<String, Object> routed = readings.processValues(
                () -> new RouteProcessor(routes, topics, meters, marked, copies), Named.as(name));
        RouteFragment.<Copy>only(routed)
                .to(
                        new CopyTopic(),
                        Produced.<String, Copy>with(
                                        Serdes.String(),
                                        Serdes.serdeFrom(new CopySerializer(catalogue, serdes), (topic, bytes) -> {
                                            throw new IllegalStateException("copies are only written");
                                        }))
                                .withName(copies));
        return RouteFragment.<Reading>only(routed).filter((device, reading) -> true, Named.as(marked));
    }

    /** For a node that the processor forwards to by its name, and nothing else than these. */
    @SuppressWarnings("unchecked")
    private static <T> KStream<String, T> only(KStream<String, Object> routed) {
        return (KStream<String, T>) (KStream<String, ?>) routed;
    }

    /** Named, so that the topology's description is the same at every start. */
    private static final class CopyTopic implements TopicNameExtractor<String, Copy> {
        @Override
        public String extract(String device, Copy copy, RecordContext context) {
            return copy.topic();
        }

        @Override
        public String toString() {
            return "the topic that the route names";
        }
    }
}
