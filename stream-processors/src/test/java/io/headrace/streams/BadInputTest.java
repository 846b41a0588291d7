package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.record.Rule;
import io.headrace.record.Severity;
import io.headrace.record.WindowAggregate;
import io.headrace.streams.hot.HotContents;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What devices send and shouldn't, through all fragments at once: nothing stops, and nobody else notices. */
class BadInputTest {
    private static final Instant NOW = Pipeline.NOW;
    private static final int KEPT = 50;
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(
                folder, Map.of("processors.normalize.max-values", "10000", "processors.detect.max-metrics", "" + KEPT));
        log.start();
        ROOT.addAppender(log);
    }

    @AfterEach
    void stop() {
        ROOT.detachAppender(log);
        pipeline.close();
    }

    /** One-minute windows of a device by metric and start, the last revision of each. */
    private Map<String, WindowAggregate> minutes(String device) {
        Map<String, WindowAggregate> windows = new TreeMap<>();
        for (TestRecord<String, WindowAggregate> record : pipeline.all(pipeline.catalogue.aggregates())) {
            WindowAggregate window = record.value();
            if (record.key().equals(device)
                    && Duration.between(window.getStart(), window.getEnd()).equals(Duration.ofMinutes(1))) {
                windows.put(window.getMetric() + " " + window.getStart(), window);
            }
        }
        return windows;
    }

    @Test
    void clocks_of_1970_and_2099_move_no_window_not_even_their_own_devices() {
        // When
        for (int second = 0; second < 60; second += 10) {
            Instant at = NOW.plusSeconds(second);
            for (String device : List.of("d1", "d2")) {
                pipeline.sendAt(at, device, "{\"ts\":\"" + at + "\",\"v\":" + second + "}");
            }
            pipeline.sendAt(at, "d1", "{\"ts\":\"2099-01-01T00:00:00Z\",\"w\":1}");
            pipeline.sendAt(at, "d1", "{\"ts\":0,\"w\":1}");
        }
        pipeline.driver.advanceWallClockTime(Duration.ofMinutes(10));

        // Then
        List<Reading> readings =
                pipeline.readings().stream().map(TestRecord::value).toList();
        assertThat(readings)
                .filteredOn(reading -> reading.getClock() == Clock.CORRECTED)
                .hasSize(12)
                .allSatisfy(reading -> {
                    assertThat(reading.getObservedAt()).isEqualTo(reading.getReceivedAt());
                    assertThat(reading.getDeviceTime()).isIn(Instant.EPOCH, Instant.parse("2099-01-01T00:00:00Z"));
                });
        assertThat(pipeline.all(pipeline.catalogue.late())).isEmpty();
        Map<String, WindowAggregate> windows = minutes("d1");
        assertThat(windows).containsOnlyKeys("v " + NOW, "w " + NOW);
        assertThat(windows.values())
                .allSatisfy(window -> assertThat(window.getRevision()).isZero());
        assertThat(windows.get("v " + NOW)).isNotNull().satisfies(window -> {
            assertThat(window.getCount()).isEqualTo(6);
            assertThat(window.getSum()).isEqualTo(150);
        });
        assertThat(pipeline.ledger()).hasSize(24).containsOnly(Outcome.STORED);
    }

    @Test
    void a_metric_that_changes_its_type_is_kept_as_it_comes_and_counted_while_it_is_a_number() {
        // Given: a rule that can't be judged for a text
        Rule rule = Rule.newBuilder()
                .setId("hot")
                .setCondition("values.m > 100.0")
                .setSeverity(Severity.WARNING)
                .setUpdatedAt(NOW)
                .build();
        pipeline.put(pipeline.catalogue.rules(), "hot", rule);

        // When
        List<String> values =
                List.of("1", "\"1\"", "true", "2.5", "\"off\"", "{\"x\":1}", "[4]", "null", "9223372036854775807", "3");
        for (String value : values) {
            pipeline.send("d1", "{\"n\":1,\"m\":" + value + "}");
        }
        pipeline.driver.advanceWallClockTime(Duration.ofMinutes(10));

        // Then
        assertThat(pipeline.ledger()).hasSize(values.size()).containsOnly(Outcome.STORED);
        assertThat(pipeline.readings())
                .extracting(record -> String.valueOf(record.value().getValues().get("m")))
                .containsExactly("1", "1", "true", "2.5", "off", "null", "null", "null", "9223372036854775807", "3");
        assertThat(minutes("d1").get("m " + NOW)).isNotNull().satisfies(window -> {
            assertThat(window.getCount()).as("1, 2.5, 2^63 - 1 and 3").isEqualTo(4);
            assertThat(window.getLast()).isEqualTo(3);
        });
        assertThat(pipeline.all(pipeline.catalogue.alerts()))
                .as("raised by the largest, cleared by 3")
                .hasSize(2);
        assertThat(HotContents.of(pipeline.driver).points("d1", "m")).isPositive();
        assertThat(log.list).isEmpty();
    }

    @Test
    void ten_thousand_metrics_in_one_message_are_counted_and_what_is_kept_of_them_is_bounded() {
        // When
        StringBuilder large = new StringBuilder("{\"m0\":0");
        for (int i = 1; i < 10_000; i++) {
            large.append(",\"m").append(i).append("\":").append(i);
        }
        pipeline.send("d1", large + "}");
        pipeline.send("d1", large + ",\"m10000\":1}");
        pipeline.send("d2", "{\"v\":1}");
        pipeline.driver.advanceWallClockTime(Duration.ofMinutes(10));

        // Then
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.DEAD_LETTERED, Outcome.STORED);
        assertThat(pipeline.deadLetters())
                .extracting(letter -> Pipeline.header(letter, Headers.REASON))
                .containsExactly("TOO_MANY_VALUES");
        assertThat(minutes("d1")).hasSize(10_000);
        assertThat(pipeline.count("headrace.detect.unwatched")).isEqualTo(10_000 - KEPT);
        assertThat(log.list).isEmpty();
    }

    @Test
    void half_poison_makes_no_noise_and_harms_no_good_message() {
        // Given
        List<String> poison = List.of(
                "{\"v\":",
                "",
                "[]",
                "{\"v\":1e400}",
                "{\"v\":NaN}",
                "{\"v\":1,\"v\":2}",
                "\u0000\u0001",
                "[".repeat(5_000),
                "{\"ts\":\"yesterday\",\"v\":1}",
                "{\"v\":\"${jndi:ldap://127.0.0.1/x}\r\nERROR forged\"".repeat(2));
        int messages = 20_000;

        // When
        for (int i = 0; i < messages; i++) {
            pipeline.sendAt(
                    NOW.plusMillis(i),
                    "d" + i % 20,
                    i % 2 == 0 ? "{\"v\":" + i + "}" : poison.get(i / 2 % poison.size()));
        }

        // Then
        Map<Outcome, Integer> outcomes = new HashMap<>();
        pipeline.ledger().forEach(outcome -> outcomes.merge(outcome, 1, Integer::sum));
        assertThat(outcomes).isEqualTo(Map.of(Outcome.STORED, messages / 2, Outcome.DEAD_LETTERED, messages / 2));
        assertThat(pipeline.readings().stream()
                        .map(record -> (Long) record.value().getValues().get("v")))
                .as("in their order, for all were sent to one partition")
                .isSorted()
                .hasSize(messages / 2);
        assertThat(pipeline.deadLetters()).hasSize(messages / 2).allSatisfy(letter -> {
            assertThat(Pipeline.header(letter, Headers.REASON)).isNotEmpty();
            assertThat(Pipeline.header(letter, Headers.DETAIL)).doesNotContain("\n", "\r", "jndi");
        });
        assertThat(log.list).isEmpty();
    }
}
