package io.headrace.streams.decode.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Reason;
import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.testing.InMemorySchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Payloads are written by Avro's own writer. */
class AvroFormatTest {
    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final Decoder decoder = new Decoder(Limits.DEFAULT, registry);

    @Test
    void a_record_becomes_values_of_all_its_types() throws IOException {
        // Given
        Schema decimal = LogicalTypes.decimal(6, 2).addToSchema(Schema.create(Schema.Type.BYTES));
        Schema schema = new Schema.Parser().parse("""
                        {"type": "record", "name": "R", "fields": [
                          {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                          {"name": "seq", "type": "int"},
                          {"name": "i", "type": "int"}, {"name": "l", "type": "long"}, {"name": "f", "type": "float"},
                          {"name": "d", "type": "double"}, {"name": "b", "type": "boolean"},
                          {"name": "s", "type": "string"}, {"name": "absent", "type": ["null", "double"]},
                          {"name": "present", "type": ["null", "double"]},
                          {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["OFF", "ON"]}},
                          {"name": "m", "type": {"type": "map", "values": "long"}},
                          {"name": "a", "type": {"type": "array", "items": "double"}},
                          {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
                          {"name": "r", "type": {"type": "record", "name": "I", "fields": [{"name": "x", "type": "int"}]}}]}
                        """);
        Object record = new GenericRecordBuilder(schema)
                .set("ts", 1_750_000_000_000_123L)
                .set("seq", 7)
                .set("i", -1)
                .set("l", Long.MIN_VALUE)
                .set("f", 1.5f)
                .set("d", -2.25)
                .set("b", true)
                .set("s", "läuft")
                .set("absent", null)
                .set("present", 3.0)
                .set("e", new GenericData.EnumSymbol(schema.getField("e").schema(), "ON"))
                .set("m", Map.of("k", 5L))
                .set("a", List.of(1.0, 2.0))
                .set(
                        "price",
                        new Conversions.DecimalConversion()
                                .toBytes(new BigDecimal("12.34"), decimal, decimal.getLogicalType()))
                .set(
                        "r",
                        new GenericRecordBuilder(schema.getField("r").schema())
                                .set("x", 9)
                                .build())
                .build();

        // When
        Sample sample = decoded(framed(schema, record)).getFirst();

        // Then
        assertThat(sample.time()).contains(Instant.parse("2025-06-15T15:06:40.000123Z"));
        assertThat(sample.sequence()).contains(7L);
        assertThat(sample.values())
                .isEqualTo(Map.ofEntries(
                        Map.entry("i", -1L),
                        Map.entry("l", Long.MIN_VALUE),
                        Map.entry("f", 1.5),
                        Map.entry("d", -2.25),
                        Map.entry("b", true),
                        Map.entry("s", "läuft"),
                        Map.entry("present", 3.0),
                        Map.entry("e", "ON"),
                        Map.entry("m.k", 5L),
                        Map.entry("a.0", 1.0),
                        Map.entry("a.1", 2.0),
                        Map.entry("price", 12.34),
                        Map.entry("r.x", 9L)));
    }

    @Test
    void an_array_is_a_batch_and_values_count_as_if_they_stood_beside_the_time() throws IOException {
        // Given
        Schema point = SchemaBuilder.record("P")
                .fields()
                .requiredLong("ts")
                .name("values")
                .type()
                .map()
                .values()
                .doubleType()
                .noDefault()
                .endRecord();
        Schema schema = Schema.createArray(point);
        List<Object> batch = List.of(
                new GenericRecordBuilder(point)
                        .set("ts", 1_000L)
                        .set("values", Map.of("v", 1.0))
                        .build(),
                new GenericRecordBuilder(point)
                        .set("ts", 2_000L)
                        .set("values", Map.of("v", 2.0))
                        .build());

        // When
        List<Sample> samples = decoded(framed(schema, batch));

        // Then
        assertThat(samples)
                .extracting(Sample::time)
                .containsExactly(Optional.of(Instant.ofEpochSecond(1)), Optional.of(Instant.ofEpochSecond(2)));
        assertThat(samples).extracting(Sample::values).containsExactly(Map.of("v", 1.0), Map.of("v", 2.0));
    }

    @Test
    void an_unknown_schema_is_the_messages_fault_and_a_registry_that_is_out_is_not() {
        // Given
        Decoder without = new Decoder(Limits.DEFAULT, new SchemaRegistry() {
            @Override
            public int register(String subject, Schema schema) {
                throw new RegistryUnavailableException("no answer");
            }

            @Override
            public Schema schema(int id) {
                throw new RegistryUnavailableException("no answer");
            }
        });
        byte[] unknown = {0, 0, 0, 3, (byte) 0xE7, 1};

        // When // Then
        assertRejected(decode(unknown), Reason.UNKNOWN_SCHEMA);
        assertThatThrownBy(() -> without.decode(payload(unknown))).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void what_does_not_fit_its_schema_is_refused() throws IOException {
        // Given
        Schema schema = SchemaBuilder.record("R").fields().requiredDouble("v").endRecord();
        Schema text = SchemaBuilder.record("T").fields().requiredString("v").endRecord();
        byte[] good =
                framed(schema, new GenericRecordBuilder(schema).set("v", 1.0).build());

        // When // Then
        assertRejected(decode(new byte[] {1, 2, 3}), Reason.MALFORMED_AVRO);
        assertRejected(decode("{\"v\":1}".getBytes(UTF_8)), Reason.MALFORMED_AVRO);
        assertRejected(decode(java.util.Arrays.copyOf(good, good.length - 1)), Reason.MALFORMED_AVRO);
        assertRejected(decode(java.util.Arrays.copyOf(good, good.length + 1)), Reason.MALFORMED_AVRO);
        assertRejected(
                decode(framed(
                        schema,
                        new GenericRecordBuilder(schema).set("v", Double.NaN).build())),
                Reason.NUMBER_OUT_OF_RANGE);
        assertRejected(
                decode(framed(text, new GenericRecordBuilder(text).set("v", "x").build())), Reason.NO_NUMERIC_VALUE);
        assertRejected(decode(framed(Schema.create(Schema.Type.DOUBLE), 1.0)), Reason.UNEXPECTED_SHAPE);
    }

    /** A length of 2 GiB, an array of 2^62 nulls, and a list that goes on for ever in itself. */
    @Test
    void what_a_few_bytes_announce_costs_nothing() throws IOException {
        // Given
        Schema text = SchemaBuilder.record("T").fields().requiredString("v").endRecord();
        Schema nulls = SchemaBuilder.record("N")
                .fields()
                .name("a")
                .type()
                .array()
                .items()
                .nullType()
                .noDefault()
                .endRecord();
        Schema list = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"L\",\"fields\":[{\"name\":\"n\",\"type\":[\"null\",\"L\"]}]}");
        byte[] deep = new byte[100_000];
        java.util.Arrays.fill(deep, (byte) 2);

        // When // Then
        assertRejected(
                decode(raw(text, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0x0F)),
                Reason.MALFORMED_AVRO);
        assertRejected(
                decode(raw(
                        nulls,
                        (byte) 0x80,
                        (byte) 0x80,
                        (byte) 0x80,
                        (byte) 0x80,
                        (byte) 0x80,
                        (byte) 0x80,
                        (byte) 0x80,
                        (byte) 0x80,
                        (byte) 0x40)),
                Reason.TOO_MANY_VALUES);
        assertRejected(decode(raw(list, deep)), Reason.TOO_DEEP);
    }

    @Test
    void ten_thousand_metrics_in_one_record_are_too_many() throws IOException {
        // Given
        SchemaBuilder.FieldAssembler<Schema> fields = SchemaBuilder.record("R").fields();
        for (int i = 0; i < 10_000; i++) {
            fields.requiredDouble("m" + i);
        }
        Schema schema = fields.endRecord();

        // When // Then
        assertRejected(decode(raw(schema, new byte[80_000])), Reason.TOO_MANY_VALUES);
    }

    @Test
    void no_bytes_make_it_throw() throws IOException {
        // Given
        Random random = new Random(12);
        Schema schema = new Schema.Parser().parse("""
                        {"type": "record", "name": "R", "fields": [
                          {"name": "ts", "type": ["null", "long", "string", "double"]},
                          {"name": "values", "type": {"type": "map", "values": ["null", "double", "string", "R",
                            {"type": "array", "items": ["int", "boolean"]}]}}]}
                        """);
        byte[] good = {2, 0, 2, 2, 'k', 2, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        int decodable = 0;

        for (int round = 0; round < 50_000; round++) {
            byte[] body = good.clone();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                // small numbers are lengths and branches that make sense
                body[random.nextInt(body.length)] = (byte) random.nextInt(random.nextBoolean() ? 256 : 8);
            }
            if (random.nextInt(4) == 0) {
                body = java.util.Arrays.copyOf(body, random.nextInt(40));
            }

            // When // Then
            if (decode(raw(schema, body)) instanceof Decoded.Samples) {
                decodable++;
            }
        }
        assertThat(decodable).isPositive();
    }

    private byte[] framed(Schema schema, Object datum) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(datum, encoder);
        encoder.flush();
        return raw(schema, out.toByteArray());
    }

    private byte[] raw(Schema schema, byte... body) {
        int id = registry.register("devices-value", schema);
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    private List<Sample> decoded(byte[] bytes) {
        Decoded decoded = decode(bytes);
        assertThat(decoded).isInstanceOf(Decoded.Samples.class);
        return ((Decoded.Samples) decoded).list();
    }

    private Decoded decode(byte[] bytes) {
        return decoder.decode(payload(bytes));
    }

    private static Payload payload(byte[] bytes) {
        return new Payload(bytes, Optional.of("application/avro"), Optional.empty(), NOW);
    }

    private static void assertRejected(Decoded decoded, Reason reason) {
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.detail()).matches("[ -~]{1,120}");
        });
    }
}
