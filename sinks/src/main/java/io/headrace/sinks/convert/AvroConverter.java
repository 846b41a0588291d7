package io.headrace.sinks.convert;

import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.headrace.registry.UnknownSchemaException;
import io.headrace.sinks.plugin.PluginVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Connect's door to topics of Avro in Confluent's wire format, with any registry that speaks Confluent's REST protocol.
 *
 * <p>Bytes that can't be read, or whose schema the registry doesn't know, are a {@link DataException}: the worker sends
 * that record to the connector's dead letters. A registry that doesn't answer is a {@link RetriableException}; set
 * {@code errors.retry.timeout=-1} on the connector, or the worker takes the outage for poison when
 * {@code errors.tolerance} is {@code all}. The message of each begins with a reason of
 * {@link io.headrace.catalogue.Reason}.
 *
 * <p>Safe for use by several threads.
 */
public final class AvroConverter implements Converter, Versioned {
    private static final byte MAGIC = 0;
    private static final int HEADER = 5;

    private final Map<Integer, Mapping> mappings = new ConcurrentHashMap<>();
    private final Map<Schema, ConnectMapping> written = new ConcurrentHashMap<>();
    private @Nullable SchemaRegistry registry;
    private String subjectSuffix = "-value";

    /** For the worker, which calls {@link #configure}. */
    public AvroConverter() {}

    /** With a registry of the caller's, and no need of {@link #configure}. */
    public AvroConverter(SchemaRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String version() {
        return PluginVersion.of(AvroConverter.class);
    }

    @Override
    public ConfigDef config() {
        return AvroConverterConfig.DEFINITION;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        registry = new RegistryClient(new AvroConverterConfig(configs).registry());
        subjectSuffix = isKey ? "-key" : "-value";
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        if (value.length < HEADER || value[0] != MAGIC) {
            throw new DataException("MALFORMED_AVRO: a record of " + topic + " isn't in Confluent's wire format");
        }
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        Mapping mapping = mapping(id, topic);
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, HEADER, value.length - HEADER, null);
        try {
            Object read = mapping.reader().read(decoder);
            if (!decoder.isEnd()) {
                throw new DataException("bytes are left after its end");
            }
            return new SchemaAndValue(mapping.schema(), read);
        } catch (IOException | RuntimeException e) {
            throw new DataException(
                    "MALFORMED_AVRO: a record of " + topic + " doesn't fit schema " + id + ": " + e.getMessage(), e);
        }
    }

    @Override
    public byte @Nullable [] fromConnectData(String topic, @Nullable Schema schema, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (schema == null) {
            throw new DataException("a record for " + topic + " has no schema: Avro needs one");
        }
        ConnectMapping mapping = written.computeIfAbsent(schema, ConnectMapping::of);
        int id = register(topic, mapping.schema());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        bytes.write(MAGIC);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            mapping.writer().write(value, encoder);
            encoder.flush();
        } catch (IOException | AvroRuntimeException | ClassCastException e) {
            throw new DataException("a record for " + topic + " doesn't fit its schema: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private Mapping mapping(int id, String topic) {
        Mapping known = mappings.get(id);
        if (known != null) {
            return known;
        }
        try {
            Mapping mapping = AvroMappings.of(registry().schema(id));
            mappings.put(id, mapping);
            return mapping;
        } catch (UnknownSchemaException e) {
            throw new DataException("UNKNOWN_SCHEMA: a record of " + topic + ": " + e.getMessage(), e);
        } catch (RegistryUnavailableException e) {
            throw new RetriableException(e.getMessage(), e);
        }
    }

    private int register(String topic, org.apache.avro.Schema schema) {
        try {
            return registry().register(topic + subjectSuffix, schema);
        } catch (RegistryUnavailableException e) {
            throw new RetriableException(e.getMessage(), e);
        }
    }

    private SchemaRegistry registry() {
        if (registry == null) {
            throw new IllegalStateException("configure comes first");
        }
        return registry;
    }
}
