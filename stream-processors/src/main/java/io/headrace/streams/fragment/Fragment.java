package io.headrace.streams.fragment;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.record.Reading;
import java.util.List;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;

/**
 * A processor: takes readings, keeps what it must, writes what it finds. Found by {@link java.util.ServiceLoader}, so it
 * has a public constructor without parameters, which does nothing: it is also made where it doesn't run.
 */
public interface Fragment {
    /**
     * As {@code processors.fragments} spells it: 1 to 32 of {@code a–z 0–9 -}, a letter first. Its keys are {@code
     * processors.<name>.*}, and what it names in Kafka and among the metrics begins with it. Stored state is found again
     * by this name.
     */
    String name();

    /**
     * Topics of its own, made by {@link Catalogue#topic}. {@code topics apply} and {@code up} make them; the topics of
     * the catalogue are there anyway.
     */
    default List<Topic<?>> topics(Catalogue catalogue) {
        return List.of();
    }

    /**
     * Reads all its keys, which nothing may hinge on but settings: it is asked before anything runs.
     *
     * @throws io.headrace.config.ConfigException naming key, value and range
     */
    Part from(Settings settings);

    /** A configured processor. */
    @FunctionalInterface
    interface Part {
        /**
         * Adds itself to an application.
         *
         * @param readings by device id, in the order in which the gateway took them from each device; the timestamp is
         *     the receive time. The same objects go to every processor: never change one
         * @param scope what it is given to work with
         */
        void addTo(StreamsBuilder builder, KStream<String, Reading> readings, Scope scope);
    }
}
