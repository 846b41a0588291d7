package io.headrace.sinks.convert;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.catalogue.Topic;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.sinks.SinkRecords;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.AvroSerializer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire contract, with Confluent's own serdes at the other end and a real registry between. */
class ConfluentContractIT {
    private static final Topic<Reading> READINGS = CATALOGUE.readings();
    private static final long NOON_MICROS = 1_772_625_600_000_123L;

    @TempDir
    static Path folder;

    private static EmbeddedRegistry registry;
    private static ConfluentSerdes confluent;
    private static RegistryClient client;

    @BeforeAll
    static void start() throws Exception {
        registry = EmbeddedRegistry.start(folder);
        confluent = new ConfluentSerdes(registry.url());
        client = new RegistryClient(RegistryConfig.of(registry.url()));
    }

    @AfterAll
    static void stop() throws Exception {
        confluent.close();
        registry.close();
    }

    @Test
    void confluentReadsWhatWeWrite() throws Exception {
        // Given
        Reading reading = SinkRecords.reading("d1", NOON, 42, Map.of("t", 21.5, "n", 7L, "on", true, "word", "grün"));

        // When
        byte[] bytes =
                Objects.requireNonNull(new AvroSerializer<>(READINGS, client).serialize(READINGS.name(), reading));
        JsonNode read = new ObjectMapper().readTree(confluent.read(READINGS.name(), bytes));

        // Then
        assertThat(read.path("device_id").asText()).isEqualTo("d1");
        assertThat(read.path("observed_at").asLong()).isEqualTo(NOON_MICROS);
        assertThat(read.path("clock").asText()).isEqualTo("DEVICE");
        assertThat(read.at("/origin/offset").asLong()).isEqualTo(42);
        assertThat(read.path("channel").isNull()).isTrue();
        assertThat(read.at("/values/t").asDouble()).isEqualTo(21.5);
        assertThat(read.at("/values/n").asLong()).isEqualTo(7);
        assertThat(read.at("/values/on").asBoolean()).isTrue();
        assertThat(read.at("/values/word").asText()).isEqualTo("grün");
    }

    @Test
    void weReadWhatConfluentWrites() throws Exception {
        // Given
        String json = """
                {"device_id": "d2", "observed_at": 1772625600000123, "received_at": 1772625600000123,
                 "clock": "CORRECTED", "device_time": {"long": -5}, "origin": {"partition": 3, "offset": 9, "index": 2},
                 "channel": {"string": "c"}, "message_id": null, "sequence": {"long": 11},
                 "values": {"t": {"double": 0.25}, "n": {"long": 8}, "on": {"boolean": false}, "w": {"string": "x"}},
                 "tags": {"site": "north"}}
                """;

        // When
        byte[] bytes =
                confluent.write(READINGS.name(), READINGS.schema().orElseThrow().toString(), json);
        Reading reading =
                Objects.requireNonNull(new AvroDeserializer<>(READINGS, client).deserialize(READINGS.name(), bytes));
        SchemaAndValue data = new AvroConverter(client).toConnectData(READINGS.name(), bytes);

        // Then
        assertThat(reading.getDeviceId()).isEqualTo("d2");
        assertThat(reading.getObservedAt()).isEqualTo(NOON);
        assertThat(reading.getClock()).isEqualTo(Clock.CORRECTED);
        assertThat(reading.getOrigin()).isEqualTo(new Origin(3, 9L, 2));
        assertThat(reading.getValues()).isEqualTo(Map.of("t", 0.25, "n", 8L, "on", false, "w", "x"));
        Struct struct = (Struct) data.value();
        assertThat(struct.getInt64("observed_at")).isEqualTo(NOON_MICROS);
        assertThat(struct.getInt64("device_time")).isEqualTo(-5L);
        assertThat(struct.getMap("tags")).isEqualTo(Map.of("site", "north"));
        assertThat(((Struct) Objects.requireNonNull(struct.getMap("values").get("t"))).getFloat64("double"))
                .isEqualTo(0.25);
    }

    @Test
    void confluentReadsWhatOurConverterWrites() throws Exception {
        // Given
        AvroConverter converter = new AvroConverter(client);
        byte[] ours = Objects.requireNonNull(new AvroSerializer<>(READINGS, client)
                .serialize(READINGS.name(), SinkRecords.reading("d3", NOON, 1, Map.of("t", 1.5, "on", true))));
        SchemaAndValue data = converter.toConnectData(READINGS.name(), ours);

        // When
        byte[] again = Objects.requireNonNull(converter.fromConnectData("copied", data.schema(), data.value()));

        // Then
        assertThat(new ObjectMapper().readTree(confluent.read("copied", again)))
                .isEqualTo(new ObjectMapper().readTree(confluent.read(READINGS.name(), ours)));
    }
}
