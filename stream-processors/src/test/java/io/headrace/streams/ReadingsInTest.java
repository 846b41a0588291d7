package io.headrace.streams;

import static io.headrace.streams.Pipeline.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Headers;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.hot.HotContents;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fragments that read {@code telemetry.readings}, which anybody with the right to may have written to. */
class ReadingsInTest {
    @TempDir
    private Path folder;

    @Test
    void a_record_that_is_no_reading_of_a_device_is_set_aside_with_its_bytes_and_stops_nothing() {
        // the test driver forgets what a transaction holds before its first record is processed; ProcessorsIT has both
        try (Pipeline pipeline = new Pipeline(
                folder,
                Map.of(
                        "processors.fragments",
                        "window,detect,rules,hot",
                        "processors.streams.processing.guarantee",
                        "at_least_once"))) {
            // Given
            TestInputTopic<byte[], byte[]> in = pipeline.driver.createInputTopic(
                    pipeline.catalogue.readings().name(), new ByteArraySerializer(), new ByteArraySerializer());
            byte[] good = pipeline.encoded(reading());
            byte[] unknown = ByteBuffer.allocate(9).put((byte) 0).putInt(4711).array();
            byte[] key = "d1".getBytes(StandardCharsets.UTF_8);
            byte[] noKey = {(byte) 0xFF, 0};

            // When
            in.pipeInput(new TestRecord<>(null, good, new RecordHeaders(), Pipeline.NOW));
            in.pipeInput(new TestRecord<>(noKey, good, new RecordHeaders(), Pipeline.NOW));
            in.pipeInput(new TestRecord<>(key, null, new RecordHeaders(), Pipeline.NOW));
            in.pipeInput(new TestRecord<>(key, new byte[] {1, 2}, new RecordHeaders(), Pipeline.NOW));
            in.pipeInput(new TestRecord<>(key, unknown, new RecordHeaders(), Pipeline.NOW));
            in.pipeInput(new TestRecord<>(key, good, new RecordHeaders(), Pipeline.NOW));

            // Then
            List<TestRecord<byte[], byte[]>> letters = letters(pipeline);
            assertThat(letters)
                    .extracting(letter -> header(letter, Headers.REASON))
                    .containsExactly("INVALID_KEY", "INVALID_KEY", "EMPTY_PAYLOAD", "MALFORMED_AVRO", "UNKNOWN_SCHEMA");
            assertThat(letters.getFirst().key()).isNull();
            assertThat(letters.getFirst().value()).isEqualTo(good);
            assertThat(letters.get(1).key()).isEqualTo(noKey);
            assertThat(letters.get(4).value()).isEqualTo(unknown);
            assertThat(letters).allSatisfy(letter -> {
                assertThat(header(letter, Headers.STAGE)).isEqualTo("readings");
                assertThat(header(letter, Headers.DETAIL)).isNotEmpty();
            });
            assertThat(HotContents.of(pipeline.driver).points("d1", "v")).isPositive();
        }
    }

    @Test
    void a_fragment_that_throws_stops_the_application_unless_its_readings_are_to_be_set_aside() {
        // Given: state that no version of ours wrote makes the hot fragment throw
        try (Pipeline pipeline =
                new Pipeline(folder.resolve("stop"), Map.of("processors.fragments", "normalize,window,hot"))) {
            HotContents.of(pipeline.driver).damage("d1");
            // When // Then
            assertThatThrownBy(() -> pipeline.send("d1", "{\"v\":1}")).isInstanceOf(RuntimeException.class);
        }
        try (Pipeline pipeline = new Pipeline(
                folder.resolve("aside"),
                Map.of("processors.fragments", "normalize,window,hot", "processors.on-failing-reading", "set-aside"))) {
            HotContents.of(pipeline.driver).damage("d1");

            // When
            pipeline.send("d1", "{\"v\":1}");
            pipeline.send("d2", "{\"v\":2}");

            // Then: everybody else has it
            assertThat(pipeline.readings()).hasSize(2);
            assertThat(letters(pipeline)).singleElement().satisfies(letter -> {
                assertThat(header(letter, Headers.REASON)).isEqualTo("PROCESSING_FAILED");
                assertThat(header(letter, Headers.STAGE)).isEqualTo("hot");
                assertThat(header(letter, Headers.ORIGIN)).isEqualTo("0:0");
                assertThat(letter.key()).asString(StandardCharsets.UTF_8).isEqualTo("d1");
            });
            assertThat(HotContents.of(pipeline.driver).points("d2", "v")).isPositive();
        }
    }

    private static List<TestRecord<byte[], byte[]>> letters(Pipeline pipeline) {
        return pipeline.driver
                .createOutputTopic(
                        pipeline.catalogue
                                .deadLetters(pipeline.catalogue.readings())
                                .name(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static Reading reading() {
        return Reading.newBuilder()
                .setDeviceId("d1")
                .setObservedAt(Pipeline.NOW)
                .setReceivedAt(Pipeline.NOW)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, 0L, 0))
                .setValues(Map.of("v", 1.0))
                .build();
    }
}
