package io.headrace.sinks.warm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** The table {@code headrace.sink_offsets}: up to where one connector has stored each partition. */
final class SinkOffsets {
    /** Everybody locks in this order, so nobody waits in a circle. */
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private static final String READ =
            "SELECT next_offset FROM headrace.sink_offsets WHERE connector = ? AND topic = ? AND topic_partition = ?";
    private static final String LOCK = READ + " FOR UPDATE";
    private static final String MAKE = """
            INSERT INTO headrace.sink_offsets (connector, topic, topic_partition, next_offset) VALUES (?, ?, ?, 0)
            ON CONFLICT (connector, topic, topic_partition) DO NOTHING
            """;
    private static final String MOVE = """
            UPDATE headrace.sink_offsets SET next_offset = ?, updated_at = now()
            WHERE connector = ? AND topic = ? AND topic_partition = ?
            """;

    /** Whoever has the row's lock is its xmax. */
    private static final String END_SLEEPER = """
            SELECT pg_terminate_backend(a.pid)
            FROM headrace.sink_offsets o JOIN pg_stat_activity a ON a.backend_xid = o.xmax
            WHERE o.connector = ? AND o.topic = ? AND o.topic_partition = ?
              AND a.pid <> pg_backend_pid() AND a.wait_event = 'ClientRead'
              AND a.xact_start < now() - make_interval(secs => ?)
            """;

    private final String connector;

    SinkOffsets(String connector) {
        this.connector = connector;
    }

    /** 0 for what has no row. */
    Map<TopicPartition, Long> read(Connection connection, Collection<TopicPartition> sources) throws SQLException {
        Map<TopicPartition, Long> positions = query(connection, READ, sources);
        sources.forEach(source -> positions.putIfAbsent(source, 0L));
        return positions;
    }

    /** As {@link #read}; the rows are made where they aren't, and stay locked until the transaction ends. */
    Map<TopicPartition, Long> lock(Connection connection, Collection<TopicPartition> sources) throws SQLException {
        Map<TopicPartition, Long> positions = query(connection, LOCK, sources);
        if (positions.size() == sources.size()) {
            return positions;
        }
        try (PreparedStatement statement = connection.prepareStatement(MAKE)) {
            for (TopicPartition source : ordered(sources)) {
                name(statement, 1, source);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return query(connection, LOCK, sources);
    }

    /**
     * Ends sessions that hold these rows and have waited for their client: PostgreSQL does so by itself between two
     * statements, but not within a COPY whose client has stopped.
     *
     * @return how many
     */
    int endSleepers(Connection connection, Collection<TopicPartition> sources, Duration waited) throws SQLException {
        int ended = 0;
        try (PreparedStatement statement = connection.prepareStatement(END_SLEEPER)) {
            statement.setDouble(4, waited.toMillis() / 1_000.0);
            for (TopicPartition source : ordered(sources)) {
                name(statement, 1, source);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        ended++;
                    }
                }
            }
        }
        return ended;
    }

    /** Writes what has changed. */
    void move(Connection connection, Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            for (TopicPartition source : ordered(to.keySet())) {
                Long position = to.getOrDefault(source, 0L);
                if (!position.equals(from.get(source))) {
                    statement.setLong(1, position);
                    name(statement, 2, source);
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private Map<TopicPartition, Long> query(Connection connection, String sql, Collection<TopicPartition> sources)
            throws SQLException {
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (TopicPartition source : ordered(sources)) {
                name(statement, 1, source);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        positions.put(source, row.getLong(1));
                    }
                }
            }
        }
        return positions;
    }

    private void name(PreparedStatement statement, int index, TopicPartition source) throws SQLException {
        statement.setString(index, connector);
        statement.setString(index + 1, source.topic());
        statement.setInt(index + 2, source.partition());
    }

    private static List<TopicPartition> ordered(Collection<TopicPartition> sources) {
        List<TopicPartition> ordered = new ArrayList<>(sources);
        ordered.sort(ORDER);
        return ordered;
    }
}
