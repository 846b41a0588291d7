package io.headrace.bench.sinks;

import io.headrace.bench.run.Options;
import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Has each store the same rows in PostgreSQL, a third of them as a warm-up, and counts them then.
 *
 * @param peerRows backlog of who is slower
 */
record Contest(Machine machine, Catalogue hub, String prefix, Backlog backlog, Backlog peerRows, Options options) {
    private static final int LIMIT_SECONDS = 300;
    private static final String TASKS = "2";
    private static final String COLUMNS = "device_id, metric, observed_at, received_at, value, text_value,"
            + " origin_partition, origin_offset, origin_index";

    /** The warm sink, with its template. */
    Report.Row headrace() {
        Map<String, String> connector = Worker.template(
                machine,
                "warm",
                prefix,
                Map.of("warm.tasks", TASKS, "warm.partition-width", "day", "warm.retention-days", "0"));
        connector.putAll(options.settings());
        String name = connector.getOrDefault("name", "warm");
        LongSupplier stored = () -> Backlog.METRICS.size()
                * machine.database()
                        .number("SELECT sum(next_offset) FROM headrace.sink_offsets WHERE topic = '"
                                + hub.readings().name() + "'");
        Cost cost = cost("warm", name, connector, stored, backlog);
        return counted(Report.HEADRACE, cost, "headrace.readings", backlog);
    }

    /** PostgreSQL's COPY of a file into the same tables, which the warm sink has made. */
    Report.Row copy() {
        int warmUp = backlog.readings() / 3;
        Path before = file("before", 0, warmUp);
        Path measured = file("measured", warmUp, backlog.readings());
        Database database = machine.database();
        database.execute("TRUNCATE headrace.readings");
        database.execute(copy(before));
        database.settle();
        long began = System.nanoTime();
        long cpu = database.cpuMicrosOf(copy(measured));
        double seconds = (System.nanoTime() - began) / 1e9;
        long rows = (long) (backlog.readings() - warmUp) * Backlog.METRICS.size();
        Cost cost = new Cost(rows, seconds, 0, cpu);
        return counted(Report.COPY, cost, "headrace.readings", backlog);
    }

    private static String copy(Path file) {
        return "COPY headrace.readings (" + COLUMNS + ") FROM '" + file + "'";
    }

    /** PostgreSQL runs as somebody else where we are root. */
    private Path file(String name, int from, int to) {
        Path file = machine.folder().resolve(name + ".copy");
        Backlog.write(from, to, file);
        try {
            Files.setPosixFilePermissions(machine.folder(), PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Debezium's JDBC sink, upserting rows that are a record each; their times are numbers, which costs it least. */
    Report.Row debezium(String system, Map<String, String> more) {
        String table = system.replace('-', '_');
        String topic = prefix + "rows";
        machine.database()
                .execute("CREATE TABLE " + table + " (device_id text, metric text, observed_at bigint,"
                        + " received_at bigint, value double precision, text_value text, origin_partition integer,"
                        + " origin_offset bigint, origin_index integer, PRIMARY KEY (device_id, metric, observed_at))");
        Map<String, String> connector = new HashMap<>(Map.ofEntries(
                Map.entry("name", system),
                Map.entry("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"),
                Map.entry("tasks.max", TASKS),
                Map.entry("topics", topic),
                Map.entry("connection.url", machine.database().url()),
                Map.entry("connection.username", "headrace"),
                Map.entry("connection.password", "none"),
                Map.entry("insert.mode", "upsert"),
                Map.entry("primary.key.mode", "record_value"),
                Map.entry("primary.key.fields", "device_id,metric,observed_at"),
                Map.entry("schema.evolution", "none"),
                Map.entry("collection.name.format", table),
                Map.entry("batch.size", "2000"),
                Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
                Map.entry("value.converter", "io.headrace.sinks.convert.AvroConverter"),
                Map.entry("value.converter.registry.url", machine.registry().toString()),
                Map.entry("consumer.override.auto.offset.reset", "earliest"),
                Map.entry("consumer.override.max.poll.records", "2000")));
        connector.putAll(more);
        Cost cost = cost(system, system, connector, committed("connect-" + system), peerRows);
        return counted(system, cost, table, peerRows);
    }

    /** What Kafka knows to be stored. */
    private LongSupplier committed(String group) {
        Broker broker = machine.broker();
        return () -> {
            AtomicLong done = new AtomicLong();
            broker.ask(admin -> done.set(
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                            .mapToLong(OffsetAndMetadata::offset)
                            .sum()));
            return done.get();
        };
    }

    private Cost cost(
            String workerName, String name, Map<String, String> connector, LongSupplier stored, Backlog rows) {
        Database database = machine.database();
        try (Worker worker = Worker.start(machine, workerName)) {
            database.settle();
            worker.put(name, connector);
            return Cost.follow(
                    stored,
                    rows.rows() / 3,
                    rows.rows(),
                    new Cost.Clocks(worker::cpuMicros, database::cpuMicros),
                    () -> worker.requireRunning(name),
                    LIMIT_SECONDS);
        }
    }

    private Report.Row counted(String system, Cost cost, String table, Backlog expected) {
        long[] found = new long[2];
        machine.database()
                .query(
                        "SELECT count(*), count(DISTINCT origin_offset * 2 + (metric = 'humidity')::int) FROM " + table,
                        row -> {
                            found[0] = row.getLong(1);
                            found[1] = row.getLong(2);
                        });
        long wrong = machine.database()
                .number("SELECT count(*) FROM " + table
                        + " WHERE value IS DISTINCT FROM 20 + CASE metric WHEN 'temperature' THEN 0 ELSE 40 END"
                        + " + (origin_offset * 7919 % 999983) / 100000.0::float8");
        return new Report.Row(system, cost, expected.rows() - found[1] + wrong, found[0] - found[1]);
    }
}
