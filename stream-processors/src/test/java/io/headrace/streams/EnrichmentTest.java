package io.headrace.streams;

import static io.headrace.streams.Pipeline.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.record.Calibration;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What readings get from the registry and the configuration, from a message to its windows. */
class EnrichmentTest {
    private static final Instant NOW = Pipeline.NOW;

    @TempDir
    private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(
                folder,
                Map.of(
                        "processors.fragments",
                        "normalize,window",
                        "processors.enrich.tags",
                        "site,type",
                        "processors.enrich.units",
                        "Cel",
                        "processors.enrich.unit.speed",
                        "m/s",
                        "processors.enrich.payload-tags",
                        "place"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    private void register(Map<String, String> tags, Map<String, String> units, Map<String, List<Calibration>> how) {
        Device device = Device.newBuilder()
                .setId("d1")
                .setStatus(DeviceStatus.ENABLED)
                .setTags(tags)
                .setUnits(units)
                .setCalibrations(how)
                .setCreatedAt(NOW)
                .setUpdatedAt(NOW)
                .setRevision(1)
                .build();
        pipeline.put(pipeline.catalogue.registry(), "d1", device);
    }

    private Reading reading() {
        List<TestRecord<String, Reading>> readings = pipeline.readings();
        assertThat(readings).hasSize(1);
        return readings.getFirst().value();
    }

    @Test
    void a_pack_in_fahrenheit_is_stored_in_celsius_with_the_tags_of_its_device_and_windows_see_the_same() {
        // Given
        register(Map.of("site", "north", "type", "oven", "owner", "x"), Map.of(), Map.of());

        // When
        pipeline.send(
                "d1",
                "[{\"n\":\"t\",\"u\":\"[degF]\",\"v\":212},{\"n\":\"speed\",\"u\":\"km/h\",\"v\":36},"
                        + "{\"n\":\"mass\",\"u\":\"kg\",\"v\":7}]",
                Headers.CONTENT_TYPE,
                "application/senml+json");
        pipeline.driver.advanceWallClockTime(Duration.ofMinutes(5));

        // Then
        Reading reading = reading();
        assertThat(reading.getValues()).isEqualTo(Map.of("t", 100.0, "speed", 10.0, "mass", 7.0));
        assertThat(reading.getTags())
                .containsOnly(
                        entry("site", "north"),
                        entry("type", "oven"),
                        entry("unit.t", "Cel"),
                        entry("unit.speed", "m/s"),
                        entry("unit.mass", "kg"));
        assertThat(pipeline.all(pipeline.catalogue.aggregates()))
                .filteredOn(window -> window.value().getMetric().equals("t"))
                .extracting(TestRecord::value)
                .isNotEmpty()
                .extracting(WindowAggregate::getMax)
                .containsOnly(100.0);
        assertThat(pipeline.count("headrace.normalize.units", "outcome", "CONVERTED"))
                .isEqualTo(2);
    }

    @Test
    void a_change_in_the_registry_holds_for_each_message_that_comes_after_it() {
        // Given
        pipeline.send("d1", "{\"t\":212}");

        // When
        register(Map.of("site", "north"), Map.of("t", "[degF]"), Map.of());
        pipeline.send("d1", "{\"t\":212}");
        register(Map.of("site", "south"), Map.of("t", "[degF]"), always(1, -2));
        pipeline.send("d1", "{\"t\":212}");
        pipeline.put(pipeline.catalogue.registry(), "d1", null);
        pipeline.send("d1", "{\"t\":212}");

        // Then
        List<Reading> readings =
                pipeline.readings().stream().map(TestRecord::value).toList();
        assertThat(readings)
                .extracting(reading -> reading.getValues().get("t"))
                .containsExactly(212L, 100.0, 98.0, 212L);
        assertThat(readings)
                .extracting(reading -> reading.getTags().getOrDefault("site", "none"))
                .containsExactly("none", "north", "south", "none");
    }

    private static Map<String, List<Calibration>> always(double scale, double offset) {
        return Map.of("t", List.of(new Calibration(null, scale, offset)));
    }

    @Test
    void a_backlog_is_calibrated_as_it_was_when_it_was_measured() {
        // Given: a calibration of before, and one from noon on, written in no order
        Instant noon = Instant.parse("2025-06-01T12:00:00Z");
        register(
                Map.of(),
                Map.of(),
                Map.of("t", List.of(new Calibration(noon, 1.0, 5.0), new Calibration(null, 1.0, 1.0))));

        // When
        pipeline.send(
                "d1", "[{\"ts\":\"2025-06-01T12:00:00Z\",\"t\":0},{\"ts\":\"2025-06-01T11:59:59.999999Z\",\"t\":0}]");

        // Then
        assertThat(pipeline.readings())
                .extracting(record -> record.value().getValues().get("t"))
                .containsExactly(5.0, 1.0);
    }

    @Test
    void a_payload_says_where_it_is_and_not_whose_it_is() {
        // Given: the format is chosen by a tag that readings don't show
        register(Map.of("site", "north", "content-type", "application/x-influx-line-protocol"), Map.of(), Map.of());

        // When
        pipeline.send("d1", "pump,site=spoofed,place=here,unit.rpm=Cel rpm=1480i");

        // Then
        assertThat(reading().getTags()).isEqualTo(Map.of("site", "north", "place", "here"));
    }

    @Test
    void a_unit_that_nobody_knows_costs_no_reading() {
        // When
        pipeline.send(
                "d1",
                "[{\"n\":\"speed\",\"u\":\"furlong per fortnight\",\"v\":3}]",
                Headers.CONTENT_TYPE,
                "application/senml+json");

        // Then
        Reading reading = reading();
        assertThat(reading.getValues()).isEqualTo(Map.of("speed", 3.0));
        assertThat(reading.getTags())
                .containsOnly(entry("unit.speed", "furlong per fortnight"), entry("unit-error.speed", "unknown"));
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED);
        assertThat(pipeline.deadLetters()).isEmpty();
        assertThat(pipeline.count("headrace.normalize.units", "outcome", "UNKNOWN"))
                .isEqualTo(1);
    }

    @Test
    void a_replay_takes_what_is_in_force_when_it_comes() {
        // Given
        pipeline.register("d1", DeviceStatus.QUARANTINED, Map.of("site", "old"));
        pipeline.send("d1", "{\"t\":212}");
        register(Map.of("site", "new"), Map.of("t", "[degF]"), always(1, 1));

        // When
        TestRecord<byte[], byte[]> letter = pipeline.deadLetters().getFirst();
        pipeline.replay(letter, NOW.plusSeconds(60));

        // Then
        Reading reading = reading();
        assertThat(reading.getValues()).isEqualTo(Map.of("t", 101.0));
        assertThat(reading.getTags()).containsEntry("site", "new");
        assertThat(new String(letter.value(), java.nio.charset.StandardCharsets.UTF_8))
                .as("the original stays as it was sent")
                .isEqualTo("{\"t\":212}");
        assertThat(header(letter, Headers.ORIGIN)).isEqualTo("0:0");
    }

    @Test
    void a_calibration_that_nobody_should_have_written_changes_nothing() {
        // Given
        register(
                Map.of(),
                Map.of(),
                Map.of(
                        "t",
                        List.of(new Calibration(null, 0.0, 1.0), new Calibration(null, Double.NaN, 1.0)),
                        "u",
                        List.of()));

        // When
        pipeline.send("d1", "{\"t\":3,\"u\":4}");

        // Then
        assertThat(reading().getValues()).isEqualTo(Map.of("t", 3L, "u", 4L));
    }
}
