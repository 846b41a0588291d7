package io.headrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.registry.SchemaRegistry;
import io.headrace.registry.UnknownSchemaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
    private static final int ID = 0x01020304;

    private final Topic<Reading> readings = new Catalogue("", Sizing.STANDALONE).readings();
    private final Serde<Reading> serde = new TopicSerdes(new OneSchema()).of(readings);

    /** Knows one schema, under one id. */
    private static final class OneSchema implements SchemaRegistry {
        @Override
        public int register(String subject, Schema schema) {
            assertThat(subject).isEqualTo("telemetry.readings-value");
            return ID;
        }

        @Override
        public Schema schema(int id) {
            if (id != ID) {
                throw new UnknownSchemaException(id);
            }
            return Reading.getClassSchema();
        }
    }

    private static Reading reading() {
        return Reading.newBuilder()
                .setDeviceId("mote-1")
                .setObservedAt(Instant.parse("2026-01-02T03:04:05.678901Z"))
                .setReceivedAt(Instant.parse("2026-01-02T03:04:06Z"))
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(3, 4711L, 2))
                .setValues(Map.of("temperature", 21.5, "count", 1L << 60, "open", true, "state", "ok"))
                .build();
    }

    @Test
    void bytesAreThoseOfAvroAlsoAfterARecordThatCannotBeWritten() throws IOException {
        // Given
        Reading whole = reading();
        whole.setChannel("boiler");
        whole.setSequence(7L);
        whole.setTags(Map.of("site", "x".repeat(5_000)));
        Reading broken = reading();
        broken.setTags(null);
        assertThatThrownBy(() -> serde.serializer().serialize(readings.name(), broken))
                .isInstanceOf(SerializationException.class);

        // When
        byte[] bytes = serde.serializer().serialize(readings.name(), whole);

        // Then
        var expected = new ByteArrayOutputStream();
        expected.write(new byte[] {0, 1, 2, 3, 4});
        new SpecificDatumWriter<>(Reading.class)
                .write(whole, EncoderFactory.get().directBinaryEncoder(expected, null));
        assertThat(bytes).isEqualTo(expected.toByteArray());
    }

    @Test
    void aValueIsFramedAsConfluentDoes() throws IOException {
        // When
        byte[] bytes = serde.serializer().serialize(readings.name(), reading());

        // Then: magic 0, the id big-endian, then what plain Avro reads
        assertThat(ByteBuffer.wrap(bytes).get(0)).isZero();
        assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(ID);
        GenericRecord plain = new GenericDatumReader<GenericRecord>(Reading.getClassSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
        assertThat(plain.get("device_id")).hasToString("mote-1");
        assertThat(plain.get("observed_at")).isEqualTo(1767323045678901L);
    }

    @Test
    void whatWasWrittenIsRead() {
        byte[] bytes = serde.serializer().serialize(readings.name(), reading());

        assertThat(serde.deserializer().deserialize(readings.name(), bytes)).isEqualTo(reading());
    }

    @Test
    void aRecordOfAPlugInIsReadAsItsOwnClass() throws Exception {
        // Given: as a plug-in has them, the topic's record and those in it come from a loader that Avro doesn't know
        byte[] bytes = serde.serializer().serialize(readings.name(), reading());
        try (RecordsApart loader = new RecordsApart()) {
            Class<? extends SpecificRecord> apart =
                    loader.loadClass(Reading.class.getName()).asSubclass(SpecificRecord.class);
            Topic<? extends SpecificRecord> topic =
                    new Catalogue("", Sizing.STANDALONE).topic("others", Duration.ofDays(1), apart);

            // When
            SpecificRecord read = Objects.requireNonNull(
                    new AvroDeserializer<>(topic, new OneSchema()).deserialize(topic.name(), bytes));

            // Then
            Object origin = read.get(read.getSchema().getField("origin").pos());
            assertThat(apart).isNotEqualTo(Reading.class);
            assertThat(read).isInstanceOf(apart);
            assertThat(origin).hasToString(reading().getOrigin().toString());
            assertThat(origin.getClass().getClassLoader()).isEqualTo(loader);
        }
    }

    /** Has classes of its own for our records, and everything else from its parent. */
    private static final class RecordsApart extends URLClassLoader {
        RecordsApart() {
            super(new URL[] {Reading.class.getProtectionDomain().getCodeSource().getLocation()});
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.headrace.record.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    @Test
    void aTombstoneStaysOne() {
        assertThat(serde.serializer().serialize(readings.name(), null)).isNull();
        assertThat(serde.deserializer().deserialize(readings.name(), null)).isNull();
    }

    @Test
    void anUnknownSchemaIsToldFromDamage() {
        byte[] bytes = serde.serializer().serialize(readings.name(), reading());
        bytes[4]++;

        assertThatThrownBy(() -> serde.deserializer().deserialize(readings.name(), bytes))
                .isInstanceOfSatisfying(
                        UnknownSchemaException.class,
                        unknown -> assertThat(unknown.schemaId()).isEqualTo(ID + 1));
    }

    @Test
    void damagedBytesAreASerializationExceptionAndNothingElse() {
        byte[] good = serde.serializer().serialize(readings.name(), reading());
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = java.util.Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                serde.deserializer().deserialize(readings.name(), bytes);
            } catch (SerializationException expected) {
                assertThat(expected).hasMessageNotContaining("\n");
            }
        }
    }
}
