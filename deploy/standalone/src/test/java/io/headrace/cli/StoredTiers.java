package io.headrace.cli;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.embedded.EmbeddedPostgres;
import io.headrace.record.Reading;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdTable;
import io.headrace.sinks.cold.FlattenReading;
import io.headrace.sinks.convert.AvroConverter;
import io.headrace.sinks.warm.WarmSinkTask;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.AvroSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.parquet.Parquet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Both tiers with what a test puts there: the warm one by its own task, the cold one in files of its own table. */
final class StoredTiers implements AutoCloseable {
    static final Catalogue CATALOGUE = new Catalogue("", Sizing.STANDALONE);

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final AvroConverter converter = new AvroConverter(registry);
    private final FlattenReading<SinkRecord> flatten = new FlattenReading<>();
    private final WarmSinkTask task = new WarmSinkTask();
    private final Map<String, Long> offsets = new HashMap<>();
    private final EmbeddedPostgres postgres;
    private final ColdCatalog catalog;
    private final JdbcCatalog tables = new JdbcCatalog();
    private final Table table;

    /** @param more settings of the cold tier's catalog */
    StoredTiers(Path folder, Map<String, String> more) {
        postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        Map<String, String> cold = new HashMap<>(
                new ColdCatalog(postgres.jdbcUrl(), Optional.empty(), Optional.empty(), folder.resolve("cold"))
                        .properties());
        cold.putAll(more);
        catalog = new ColdCatalog(cold);
        ColdTable.create(catalog);
        tables.initialize(ColdCatalog.NAME, catalog.properties());
        table = tables.loadTable(ColdTable.NAME);
        task.initialize(new NoWorker());
        task.start(Map.of("name", "warm", "connection.url", postgres.jdbcUrl(), "partition.width", "month"));
        task.open(partitions());
        task.put(List.of()); // the first batch only tells it where to begin
    }

    private static Set<TopicPartition> partitions() {
        return Set.of(
                        CATALOGUE.readings(),
                        CATALOGUE.aggregates(),
                        CATALOGUE.anomalies(),
                        CATALOGUE.alerts(),
                        CATALOGUE.predictions())
                .stream()
                .map(topic -> new TopicPartition(topic.name(), 0))
                .collect(Collectors.toSet());
    }

    ColdCatalog catalog() {
        return catalog;
    }

    /** What a control plane is told of them. */
    Map<String, String> settings() {
        return Map.of(
                "control-plane.query.postgres.url", postgres.jdbcUrl(),
                "control-plane.query.catalog.uri", catalog.uri(),
                "control-plane.query.catalog.warehouse", catalog.warehouse().toString());
    }

    String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    Table table() {
        return table;
    }

    <V extends SpecificRecord> void warm(Topic<V> topic, List<V> values) {
        task.put(values.stream().map(value -> record(topic, value)).toList());
    }

    /** One commit, with a file for each day. */
    void cold(List<Reading> readings) throws IOException {
        Map<LocalDate, List<Record>> days = new HashMap<>();
        for (Reading reading : readings) {
            days.computeIfAbsent(LocalDate.ofInstant(reading.getReceivedAt(), ZoneOffset.UTC), day -> new ArrayList<>())
                    .add(row(reading));
        }
        AppendFiles append = table.newAppend();
        for (List<Record> rows : days.values()) {
            PartitionKey partition = new PartitionKey(table.spec(), table.schema());
            partition.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(rows.getFirst()));
            String path =
                    table.locationProvider().newDataLocation(table.spec(), partition, UUID.randomUUID() + ".parquet");
            DataWriter<Record> writer = Parquet.writeData(table.io().newOutputFile(path))
                    .forTable(table)
                    .withPartition(partition)
                    .createWriterFunc(GenericParquetWriter::create)
                    .build();
            try (writer) {
                rows.forEach(writer::write);
            }
            append.appendFile(writer.toDataFile());
        }
        append.commit();
    }

    private Record row(Reading reading) {
        SinkRecord flat = flatten.apply(record(CATALOGUE.readings(), reading));
        GenericRecord row = GenericRecord.create(table.schema());
        ((Map<?, ?>) flat.value()).forEach((column, value) -> row.setField(column.toString(), value));
        return row;
    }

    private <V extends SpecificRecord> SinkRecord record(Topic<V> topic, V value) {
        byte[] bytes = new AvroSerializer<>(topic, registry).serialize(topic.name(), value);
        SchemaAndValue data = converter.toConnectData(topic.name(), bytes);
        return new SinkRecord(
                topic.name(),
                0,
                Schema.STRING_SCHEMA,
                "key",
                data.schema(),
                data.value(),
                offsets.merge(topic.name(), 1L, Long::sum) - 1,
                System.currentTimeMillis(),
                TimestampType.CREATE_TIME);
    }

    @Override
    public void close() {
        task.stop();
        tables.close();
        postgres.close();
    }

    /** Nothing is refused and nothing sought but the beginning. */
    private static final class NoWorker implements SinkTaskContext {
        @Override
        public Map<String, String> configs() {
            return Map.of();
        }

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {
            // the beginning
        }

        @Override
        public void offset(TopicPartition partition, long offset) {
            // the beginning
        }

        @Override
        public void timeout(long timeoutMs) {
            throw new IllegalStateException("the warm sink wants to try again");
        }

        @Override
        public Set<TopicPartition> assignment() {
            return partitions();
        }

        @Override
        public void pause(TopicPartition... partitions) {
            // takes all there is anyway
        }

        @Override
        public void resume(TopicPartition... partitions) {
            // as it was
        }

        @Override
        public void requestCommit() {
            // nobody listens
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException("nobody measures");
        }

        @Override
        public ErrantRecordReporter errantRecordReporter() {
            return (record, why) -> {
                throw new IllegalStateException("refused: " + record, why);
            };
        }
    }
}
