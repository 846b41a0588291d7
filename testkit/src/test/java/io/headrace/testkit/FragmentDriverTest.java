package io.headrace.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.record.Reading;
import io.headrace.streams.fragment.Fragment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** Each mistake that the kit is there to find, made once. */
class FragmentDriverTest {
    private static final Instant OBSERVED = Instant.parse("2014-05-01T10:00:00Z");

    /** A fragment that is what a test makes it. */
    private record Sloppy(Part part) implements Fragment {
        @Override
        public String name() {
            return "sloppy";
        }

        @Override
        public List<Topic<?>> topics(Catalogue catalogue) {
            return List.of(topic(catalogue));
        }

        static Topic<Reading> topic(Catalogue catalogue) {
            return catalogue.topic("sloppy", Duration.ofDays(1), Reading.class);
        }

        @Override
        public Part from(Settings settings) {
            return part;
        }
    }

    @Test
    void aNodeOfAnotherName() {
        assertFails(
                "the node KSTREAM-FOREACH-", (builder, readings, scope) -> readings.foreach((device, reading) -> {}));
        assertFails(
                "the node other must be named",
                (builder, readings, scope) -> readings.foreach((device, reading) -> {}, Named.as("other")));
    }

    @Test
    void aTopicThatNobodyMakes() {
        assertFails(
                "hub.undeclared isn't among the fragment's topics()",
                (builder, readings, scope) -> scope.write(
                        readings, scope.catalogue().topic("undeclared", Duration.ofDays(1), Reading.class), "out"));
    }

    @Test
    void aMetricOfAnotherName() {
        assertFails("the metric headrace.other must begin with headrace.sloppy.", (builder, readings, scope) -> {
            scope.meters().counter("headrace.other");
            readings.foreach((device, reading) -> {}, Named.as("sloppy"));
        });
    }

    @Test
    void aReadingThatWasChanged() {
        assertFails(
                "sloppy changed a reading, which other processors share",
                (builder, readings, scope) -> readings.foreach(
                        (device, reading) -> reading.getValues().put("m", 2.0), Named.as("sloppy")));
    }

    @Test
    void aRecordWithoutItsOrigin() {
        assertFails(
                "lacks hr-origin",
                (builder, readings, scope) -> scope.write(
                        readings.process(() -> new Copy(false), Named.as("sloppy")),
                        Sloppy.topic(scope.catalogue()),
                        "out"));
    }

    @Test
    void aRecordStampedWithEventTime() {
        assertFails(
                "is stamped 2014-05-01T10:00:00Z",
                (builder, readings, scope) -> scope.write(
                        readings.process(() -> new Copy(true), Named.as("sloppy")),
                        Sloppy.topic(scope.catalogue()),
                        "out"));
    }

    @Test
    void aKeyThatNobodyReads() {
        assertThatThrownBy(() -> FragmentDriver.of(
                        new Sloppy((builder, readings, scope) -> {}), Map.of("processors.sloppy.x", "1")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown key processors.sloppy.x");
    }

    /** Passes readings on, without their headers or with a timestamp of their own. */
    private static final class Copy extends ContextualProcessor<String, Reading, String, Reading> {
        private final boolean stamped;

        Copy(boolean stamped) {
            this.stamped = stamped;
        }

        @Override
        public void process(Record<String, Reading> record) {
            context()
                    .forward(
                            stamped
                                    ? record.withTimestamp(
                                            record.value().getObservedAt().toEpochMilli())
                                    : record.withHeaders(new RecordHeaders()));
        }
    }

    private static void assertFails(String message, Fragment.Part part) {
        assertThatThrownBy(() -> {
                    try (FragmentDriver driver = FragmentDriver.of(new Sloppy(part), Map.of())) {
                        driver.send("d1", OBSERVED, "m", 1.0);
                        driver.records(Sloppy.topic(driver.catalogue()));
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message);
    }
}
