package io.headrace.streams.rules;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.Reading;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/**
 * Raises and clears alerts by the rules of the hub.
 *
 * <ul>
 *   <li>In: readings by device id, in the order of their partition; {@code config.rules}, live.
 *   <li>Out: {@code telemetry.alerts}, one record where an alert is raised and one, of the same id, where it is cleared;
 *       same key, timestamp and origin header as the reading that did it.
 *   <li>State: store {@code <name>-courses}, by device and rule how far the alert has come, 18 bytes, kept for ever; the
 *       compiled rules, in memory, one copy per instance.
 *   <li>Time: event time. A reading older than the newest that the rule has seen of its device changes nothing.
 *   <li>Failure: a rule that doesn't compile is passed over, counted and said once. A reading without the values that a
 *       condition asks for, or of a type that it can't compare, says nothing about the rule.
 * </ul>
 *
 * <p>An alert that stands when its rule is disabled or deleted stands until the rule is back.
 */
public final class RulesFragment {
    private final Catalogue catalogue;
    private final TopicSerdes serdes;
    private final MeterRegistry meters;
    private final String name;

    /** @param name from which the stores and every node of the topology are named */
    public RulesFragment(Catalogue catalogue, TopicSerdes serdes, MeterRegistry meters, String name) {
        this.catalogue = catalogue;
        this.serdes = serdes;
        this.meters = meters;
        this.name = name;
    }

    public void addTo(StreamsBuilder builder, KStream<String, Reading> readings) {
        Rules rules = new Rules(meters);
        String courses = name + "-courses";
        addRules(builder, rules);
        builder.addStateStore(Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(courses), Serdes.String(), AlertCourseSerde.serde())
                .withCachingEnabled());
        readings.processValues(() -> new RulesProcessor(rules, courses), Named.as(name), courses)
                .to(
                        catalogue.alerts().name(),
                        Produced.with(Serdes.String(), serdes.of(catalogue.alerts()))
                                .withName(name + "-alerts"));
    }

    private void addRules(StreamsBuilder builder, Rules rules) {
        var deserializer = new AvroDeserializer<>(catalogue.rules(), serdes.registry());
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(name + "-rules"), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                catalogue.rules().name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName(name + "-rules-in"),
                () -> new RuleChanges(catalogue.rules(), deserializer, rules));
    }
}
