package io.headrace.sinks.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.headrace.testing.InMemorySchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class AvroConverterTest {
    private static final org.apache.avro.Schema EVERYTHING = new org.apache.avro.Schema.Parser().parse("""
                    {"type": "record", "name": "Everything", "namespace": "x", "fields": [
                      {"name": "flag", "type": "boolean"},
                      {"name": "small", "type": "int"},
                      {"name": "big", "type": "long"},
                      {"name": "single", "type": "float"},
                      {"name": "text", "type": "string"},
                      {"name": "raw", "type": "bytes"},
                      {"name": "fixed", "type": {"type": "fixed", "name": "Two", "size": 2}},
                      {"name": "colour", "type": {"type": "enum", "name": "Colour", "symbols": ["RED", "BLUE"]}},
                      {"name": "micros", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                      {"name": "millis", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                      {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                      {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                      {"name": "perhaps", "type": ["null", "long"]},
                      {"name": "otherwise", "type": ["string", "null"]},
                      {"name": "one", "type": ["null", "double", "string", {"type": "array", "items": "int"}]},
                      {"name": "list", "type": {"type": "array", "items": ["null", "string"]}},
                      {"name": "map", "type": {"type": "map", "values": ["double", "boolean"]}},
                      {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [
                        {"name": "n", "type": "int"}]}}
                    ]}
                    """);
    private static final Instant MOMENT = Instant.parse("2026-03-04T12:00:00.123Z");

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final AvroConverter converter = new AvroConverter(registry);

    @Test
    void everyTypeOfAvroHasItsPlaceInConnect() throws IOException {
        // Given
        byte[] bytes = framed(EVERYTHING, everything());

        // When
        SchemaAndValue data = converter.toConnectData("t", bytes);

        // Then
        Struct struct = (Struct) data.value();
        assertThat(struct.schema().name()).isEqualTo("x.Everything");
        assertThat(struct.get("flag")).isEqualTo(true);
        assertThat(struct.get("small")).isEqualTo(-7);
        assertThat(struct.get("big")).isEqualTo(Long.MIN_VALUE);
        assertThat(struct.get("single")).isEqualTo(1.5f);
        assertThat(struct.get("text")).isEqualTo("grün");
        assertThat(struct.getBytes("raw")).containsExactly(1, 2, 3);
        assertThat(struct.getBytes("fixed")).containsExactly(8, 9);
        assertThat(struct.get("colour")).isEqualTo("BLUE");
        assertThat(struct.get("micros")).isEqualTo(1_772_625_600_123_456L);
        assertThat(struct.schema().field("micros").schema().name()).isEqualTo(LogicalNames.MICRO_TIMESTAMP);
        assertThat(struct.get("millis")).isEqualTo(Date.from(MOMENT));
        assertThat(struct.schema().field("millis").schema().name()).isEqualTo(Timestamp.LOGICAL_NAME);
        assertThat(struct.get("day"))
                .isEqualTo(Date.from(LocalDate.of(1969, 12, 31).atStartOfDay().toInstant(ZoneOffset.UTC)));
        assertThat(struct.get("price")).isEqualTo(new BigDecimal("-12.34"));
        assertThat(struct.schema().field("price").schema().name()).isEqualTo(Decimal.LOGICAL_NAME);
        assertThat(struct.get("perhaps")).isNull();
        assertThat(struct.get("otherwise")).isEqualTo("here");
        assertThat(struct.getStruct("one").get("string")).isEqualTo("branch");
        assertThat(struct.getStruct("one").get("double")).isNull();
        assertThat(struct.getArray("list")).isEqualTo(Arrays.asList("a", null));
        assertThat(((Struct) Objects.requireNonNull(struct.getMap("map").get("b"))).get("boolean"))
                .isEqualTo(false);
        assertThat(struct.getStruct("inner").get("n")).isEqualTo(3);
        struct.validate();
    }

    @Test
    void whatComesBackIsWhatWentIn() throws IOException {
        // Given
        SchemaAndValue first = converter.toConnectData("t", framed(EVERYTHING, everything()));

        // When
        byte[] bytes = converter.fromConnectData("t", first.schema(), first.value());
        SchemaAndValue second = converter.toConnectData("t", bytes);

        // Then
        assertThat(second.value()).isEqualTo(first.value());
        assertThat(second.schema()).isEqualTo(first.schema());
    }

    @Test
    void aTombstoneIsNothingBothWays() {
        assertThat(converter.toConnectData("t", null)).isEqualTo(SchemaAndValue.NULL);
        assertThat(converter.fromConnectData("t", Schema.OPTIONAL_STRING_SCHEMA, null))
                .isNull();
    }

    @Test
    void bytesThatCannotBeReadArePoisonAndNothingElse() throws IOException {
        // Given
        byte[] good = framed(EVERYTHING, everything());
        Random random = new Random(42);

        for (int i = 0; i < 2_000; i++) {
            // When
            byte[] bad = Arrays.copyOf(good, i % 3 == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = 0; bad.length > 5 && flips < 1 + i % 4; flips++) {
                bad[5 + random.nextInt(bad.length - 5)] = (byte) random.nextInt();
            }

            // Then
            try {
                converter.toConnectData("t", bad);
            } catch (DataException poison) {
                assertThat(poison.getMessage()).startsWith("MALFORMED_AVRO: ");
            }
        }
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> converter.toConnectData("t", longer)).isInstanceOf(DataException.class);
    }

    @Test
    void anUnknownSchemaIsPoisonAndARegistryThatIsAwayIsNot() {
        // Given
        byte[] framed = {0, 0, 0, 0, 99, 1};
        AvroConverter cutOff = new AvroConverter(new SchemaRegistry() {
            @Override
            public int register(String subject, org.apache.avro.Schema schema) {
                throw new RegistryUnavailableException("away");
            }

            @Override
            public org.apache.avro.Schema schema(int id) {
                throw new RegistryUnavailableException("away");
            }
        });

        // When / Then
        assertThatThrownBy(() -> converter.toConnectData("t", framed))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("UNKNOWN_SCHEMA: ");
        assertThatThrownBy(() -> cutOff.toConnectData("t", framed)).isInstanceOf(RetriableException.class);
        assertThatThrownBy(() -> cutOff.fromConnectData("t", Schema.STRING_SCHEMA, "x"))
                .isInstanceOf(RetriableException.class);
    }

    @Test
    void aSchemaThatRefersToItselfIsRefusedInWords() throws IOException {
        // Given
        org.apache.avro.Schema tree = new org.apache.avro.Schema.Parser()
                .parse(
                        "{\"type\":\"record\",\"name\":\"Tree\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"Tree\"]}]}");
        GenericRecord leaf = new GenericRecordBuilder(tree).set("next", null).build();

        // When / Then
        byte[] bytes = framed(tree, leaf);
        assertThatThrownBy(() -> converter.toConnectData("t", bytes))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("refers to itself");
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatThrownBy(() -> new AvroConverterConfig(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("registry.url");
        assertThatThrownBy(() -> new AvroConverterConfig(Map.of("registry.url", "ftp://x")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("registry.url");
        assertThatThrownBy(() -> new AvroConverterConfig(Map.of("registry.url", "http://x", "registry.username", "me"))
                        .registry())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("registry.password");
        assertThatThrownBy(
                        () -> new AvroConverterConfig(Map.of("registry.url", "http://x", "registry.timeout.ms", "5")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("registry.timeout.ms");
    }

    private static GenericRecord everything() {
        org.apache.avro.Schema price = EVERYTHING.getField("price").schema();
        return new GenericRecordBuilder(EVERYTHING)
                .set("flag", true)
                .set("small", -7)
                .set("big", Long.MIN_VALUE)
                .set("single", 1.5f)
                .set("text", "grün")
                .set("raw", ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .set("fixed", new GenericData.Fixed(EVERYTHING.getField("fixed").schema(), new byte[] {8, 9}))
                .set(
                        "colour",
                        new GenericData.EnumSymbol(EVERYTHING.getField("colour").schema(), "BLUE"))
                .set("micros", 1_772_625_600_123_456L)
                .set("millis", MOMENT.toEpochMilli())
                .set("day", -1)
                .set(
                        "price",
                        new Conversions.DecimalConversion()
                                .toBytes(new BigDecimal("-12.34"), price, LogicalTypes.decimal(9, 2)))
                .set("perhaps", null)
                .set("otherwise", "here")
                .set("one", "branch")
                .set("list", Arrays.asList("a", null))
                .set("map", Map.of("a", 0.5, "b", false))
                .set(
                        "inner",
                        new GenericRecordBuilder(EVERYTHING.getField("inner").schema())
                                .set("n", 3)
                                .build())
                .build();
    }

    private byte[] framed(org.apache.avro.Schema schema, GenericRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(4)
                .putInt(registry.register("t-value", schema))
                .array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
