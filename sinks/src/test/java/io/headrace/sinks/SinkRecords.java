package io.headrace.sinks;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import io.headrace.sinks.convert.AvroConverter;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.AvroSerializer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.sink.SinkRecord;

/** Records as a Connect worker hands them to a sink: written by our serializer, read by our converter. */
public final class SinkRecords {
    public static final Catalogue CATALOGUE = new Catalogue("", Sizing.STANDALONE);
    public static final Instant NOON = Instant.parse("2026-03-04T12:00:00.000123Z");

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final AvroConverter converter = new AvroConverter(registry);

    public static Reading reading(String device, Instant observedAt, long offset, Map<String, Object> values) {
        return Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(observedAt)
                .setReceivedAt(NOON)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, offset, 0))
                .setValues(new HashMap<>(values))
                .build();
    }

    public static WindowAggregate aggregate(String device, Instant start, int revision, double mean) {
        return WindowAggregate.newBuilder()
                .setDeviceId(device)
                .setMetric("temperature")
                .setKind(WindowKind.TUMBLING)
                .setStart(start)
                .setEnd(start.plusSeconds(60))
                .setRevision(revision)
                .setCount(revision + 1)
                .setMin(1)
                .setMax(9)
                .setSum(mean * (revision + 1))
                .setMean(mean)
                .setStddev(0.5)
                .setFirst(2)
                .setLast(3)
                .setP50(4)
                .setP95(5)
                .setP99(6)
                .setReceivedAt(NOON)
                .build();
    }

    public <V extends SpecificRecord> SinkRecord of(Topic<V> topic, int partition, long offset, V value) {
        byte[] bytes = new AvroSerializer<>(topic, registry).serialize(topic.name(), value);
        SchemaAndValue data = converter.toConnectData(topic.name(), bytes);
        return new SinkRecord(
                topic.name(),
                partition,
                Schema.STRING_SCHEMA,
                "key",
                data.schema(),
                data.value(),
                offset,
                NOON.toEpochMilli(),
                TimestampType.CREATE_TIME);
    }

    public SinkRecord reading(int partition, long offset, String device, Map<String, Object> values) {
        return of(CATALOGUE.readings(), partition, offset, reading(device, NOON, offset, values));
    }

    /** One reading of one metric for each offset, the last left out. */
    public List<SinkRecord> batch(long from, long to) {
        List<SinkRecord> batch = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            batch.add(reading(0, offset, "d" + offset % 7, Map.of("m", (double) offset)));
        }
        return batch;
    }

    public SinkRecord readingAt(long offset, String observedAt) {
        return of(CATALOGUE.readings(), 0, offset, reading("d", Instant.parse(observedAt), offset, Map.of("m", 1.0)));
    }
}
