package io.headrace.streams;

import static io.headrace.streams.Pipeline.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.record.DeviceStatus;
import io.headrace.record.Mapping;
import io.headrace.record.Reading;
import io.headrace.streams.decode.sparkplug.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Formats that need more than a payload: what a device said before, what an operator defined, what a tag says. */
class FormatsTest {
    private static final long SENT = Pipeline.NOW.toEpochMilli();

    @TempDir
    private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void sparkplug_data_before_its_birth_is_a_dead_letter_that_a_replay_after_a_rebirth_stores() {
        // Given
        byte[] data = Wire.payload(SENT, 9).metric(Wire.aliased(1, 215)).bytes();
        sparkplug("NDATA", data);
        TestRecord<byte[], byte[]> letter = pipeline.deadLetters().getFirst();

        // When
        sparkplug("NBIRTH", birth("temperature"));
        pipeline.replay(letter, Pipeline.NOW.plus(Duration.ofHours(1)));
        sparkplug("NDATA", Wire.payload(SENT, 1).metric(Wire.aliased(1, 216)).bytes());

        // Then
        assertThat(header(letter, Headers.REASON)).isEqualTo("BEFORE_BIRTH");
        assertThat(pipeline.readings())
                .extracting(record -> record.value().getValues())
                .containsExactly(
                        Map.of("temperature", 20L, "sparkplug.online", true),
                        Map.of("temperature", 215L),
                        Map.of("temperature", 216L));
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.STORED, Outcome.STORED);
        assertThat(pipeline.count("headrace.normalize.messages.missed")).isZero();
    }

    @Test
    void sparkplug_messages_that_are_missing_are_counted_and_said() {
        // Given
        sparkplug("NBIRTH", birth("t"));

        // When
        sparkplug("NDATA", Wire.payload(SENT, 4).metric(Wire.aliased(1, 1)).bytes());

        // Then
        assertThat(pipeline.readings().getLast().value().getTags()).isEqualTo(Map.of("sparkplug.missed", "3"));
        assertThat(pipeline.count("headrace.normalize.messages.missed")).isEqualTo(3);
    }

    @Test
    void births_of_one_device_are_nothing_to_another() {
        // Given
        sparkplug("NBIRTH", birth("t"));

        // When
        pipeline.send(
                "other".getBytes(UTF_8),
                Wire.payload(SENT, 1).metric(Wire.aliased(1, 1)).bytes(),
                Pipeline.NOW,
                Headers.TOPIC,
                "spBv1.0/G/NDATA/E");

        // Then
        assertThat(pipeline.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(header(letter, Headers.REASON)).isEqualTo("BEFORE_BIRTH"));
    }

    @Test
    void what_a_restart_restores_knows_the_births() {
        // Given
        sparkplug("NBIRTH", birth("t"));
        List<KeyValue<String, byte[]>> changelog = pipeline.driver
                .createOutputTopic(
                        pipeline.config.applicationId() + "-normalize-memories-changelog",
                        new StringDeserializer(),
                        new ByteArrayDeserializer())
                .readKeyValuesToList();
        stop();

        // When
        start();
        changelog.forEach(entry -> pipeline.store("normalize-memories").put(entry.key, entry.value));
        sparkplug("NDATA", Wire.payload(SENT, 1).metric(Wire.aliased(1, 7)).bytes());

        // Then
        assertThat(changelog).isNotEmpty().allMatch(entry -> entry.key.startsWith("E\n"));
        assertThat(pipeline.readings().getLast().value().getValues()).isEqualTo(Map.of("t", 7L));
    }

    @Test
    void a_mapping_makes_readings_of_odd_payloads_of_the_devices_that_it_is_for() {
        // Given
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of("group", "boilers"));
        map(mapping(
                "boilers",
                Map.of("group", "boilers"),
                null,
                "{'ts': payload.time, 'values': payload.data.transformMapEntry(i, e, {e.name: e.raw / 10.0})}"));
        String odd = "{\"time\":1750000000000,\"data\":[{\"name\":\"a\",\"raw\":215},{\"name\":\"b\",\"raw\":7.5}]}";

        // When
        pipeline.send("d1", odd);
        pipeline.send("d2", odd);

        // Then
        List<TestRecord<String, Reading>> readings = pipeline.readings();
        assertThat(readings.getFirst().value().getValues()).isEqualTo(Map.of("a", 21.5, "b", 0.75));
        assertThat(readings.getFirst().value().getObservedAt()).isEqualTo("2025-06-15T15:06:40Z");
        assertThat(readings.getLast().value().getValues()).containsKey("data.0.raw");
    }

    @Test
    void what_a_mapping_fails_on_is_stored_by_a_replay_when_it_is_mended() {
        // Given
        map(mapping("m", Map.of(), "plant/+/odd", "{'v': payload.reading.value}"));
        pipeline.send("d1", "{\"value\":4}", Headers.TOPIC, "plant/7/odd");
        TestRecord<byte[], byte[]> letter = pipeline.deadLetters().getFirst();

        // When
        map(mapping("m", Map.of(), "plant/+/odd", "{'v': payload.?reading.value.orValue(payload.value)}"));
        pipeline.replay(letter, Pipeline.NOW.plus(Duration.ofHours(1)));

        // Then
        assertThat(header(letter, Headers.REASON)).isEqualTo("MAPPING_FAILED");
        assertThat(header(letter, Headers.DETAIL)).startsWith("mapping m: ").contains("reading");
        assertThat(pipeline.readings().getFirst().value().getValues()).isEqualTo(Map.of("v", 4.0));
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED);
    }

    @Test
    void a_mapping_that_does_not_compile_sets_aside_what_it_is_for_and_nothing_else() {
        // Given
        map(mapping("m", Map.of(), "odd", "payload."));

        // When
        pipeline.send("d1", "{\"v\":4}", Headers.CHANNEL, "odd");
        pipeline.send("d1", "{\"v\":5}");

        // Then
        assertThat(pipeline.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(header(letter, Headers.DETAIL))
                        .startsWith("mapping m: it can't be used, at line 1, column 9"));
        assertThat(pipeline.readings()).hasSize(1);
        assertThat(pipeline.meters
                        .get("headrace.normalize.mappings.broken")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void mappings_change_and_end_with_the_next_message() {
        // Given
        map(mapping("m", Map.of(), null, "{'v': payload.v * 2.0}"));
        pipeline.send("d1", "{\"v\":1}");
        Mapping disabled = mapping("m", Map.of(), null, "{'v': 0.0}");
        disabled.setEnabled(false);

        // When
        map(mapping("m", Map.of(), null, "{'v': payload.v * 3.0}"));
        pipeline.send("d1", "{\"v\":1}");
        map(mapping("a", Map.of(), null, "{'v': payload.v * 4.0}"));
        pipeline.send("d1", "{\"v\":1}");
        pipeline.put(pipeline.catalogue.mappings(), "a", null);
        map(disabled);
        pipeline.send("d1", "{\"v\":1}");

        // Then
        assertThat(pipeline.readings())
                .extracting(record -> record.value().getValues().get("v"))
                .containsExactly(2.0, 3.0, 4.0, 1L);
    }

    @Test
    void a_tag_of_the_device_says_the_content_type_where_the_message_does_not() {
        // Given
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of("content-type", "application/x-influx-line-protocol"));

        // When
        pipeline.send("d1", "weather,site=spoofed,room=7 temperature=82,note=\"x\" 1750000000000000000");
        pipeline.send("d1", "{\"v\":1}", Headers.CONTENT_TYPE, "application/json");

        // Then
        Reading reading = pipeline.readings().getFirst().value();
        assertThat(reading.getValues()).isEqualTo(Map.of("weather.temperature", 82.0, "weather.note", "x"));
        assertThat(reading.getTags()).containsEntry("room", "7");
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED, Outcome.STORED);
    }

    @Test
    void tags_of_a_payload_do_not_replace_those_of_the_registry() {
        // Given
        pipeline.register("d1", DeviceStatus.ENABLED, Map.of("site", "north"));

        // When
        pipeline.send("d1", "m,site=spoofed,room=7 v=1", Headers.CONTENT_TYPE, "application/x-influx-line-protocol");

        // Then
        assertThat(pipeline.readings().getFirst().value().getTags()).isEqualTo(Map.of("site", "north", "room", "7"));
    }

    private void sparkplug(String type, byte[] payload) {
        pipeline.send("E".getBytes(UTF_8), payload, Pipeline.NOW, Headers.TOPIC, "spBv1.0/G/" + type + "/E");
    }

    private static byte[] birth(String metric) {
        return Wire.payload(SENT, 0)
                .metric(Wire.born(metric, 1, 3, 20).number(3, SENT))
                .bytes();
    }

    private void map(Mapping mapping) {
        pipeline.put(pipeline.catalogue.mappings(), mapping.getId(), mapping);
    }

    private static Mapping mapping(String id, Map<String, String> tags, @Nullable String topic, String expression) {
        return new Mapping(id, true, tags, null, topic, expression, Pipeline.NOW);
    }
}
