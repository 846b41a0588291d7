package io.headrace.sinks.warm;

import io.headrace.sinks.warm.WarmRow.ReadingRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table {@code headrace.series}: which metrics of which devices there are, and on what day each was measured last.
 * With it the newest value of each is one look into one partition, however many rows there are; and it is written once a
 * day for each, so that storing costs nothing of it. What is known to be written is remembered, for as many as there is
 * room for; what is forgotten is written again, to no effect.
 */
final class SeriesTable {
    private static final int ROOM = 200_000;

    private static final String UPSERT = """
            INSERT INTO headrace.series AS s (device_id, metric, last_day)
            SELECT device_id, metric, DATE '1970-01-01' + day
            FROM unnest(?::text[], ?::text[], ?::integer[]) AS new (device_id, metric, day)
            ORDER BY device_id, metric
            ON CONFLICT (device_id, metric) DO UPDATE SET last_day = excluded.last_day
            WHERE excluded.last_day > s.last_day
            """;
    private static final String DROP_EMPTY = """
            DELETE FROM headrace.series s WHERE last_day < ?::date AND NOT EXISTS
                (SELECT FROM headrace.latest l WHERE l.device_id = s.device_id AND l.metric = s.metric)
            """;

    private final Map<Series, Integer> known = new LinkedHashMap<>(1_024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Series, Integer> eldest) {
            return size() > ROOM;
        }
    };

    /** One metric of one device. */
    record Series(String deviceId, String metric) {}

    /**
     * Writes what isn't known to be there.
     *
     * @param rows in the order of their series, so that each is looked up once and not for each row
     * @param horizon last day that counts, since 1970: a clock that is years ahead hides no later value
     * @return what was written, for {@link #remember} once it is committed
     */
    Map<Series, Integer> write(Connection connection, List<ReadingRow> rows, long horizon) throws SQLException {
        Map<Series, Integer> changed = new HashMap<>();
        Series series = new Series("", "");
        int last = Integer.MIN_VALUE;
        for (ReadingRow row : rows) {
            long day = row.epochDay();
            if (day > horizon) {
                continue;
            }
            if (!row.metric().equals(series.metric) || !row.deviceId().equals(series.deviceId)) {
                series = new Series(row.deviceId(), row.metric());
                last = known.getOrDefault(series, Integer.MIN_VALUE);
            }
            if (last < day) {
                last = (int) day;
                changed.put(series, last);
            }
        }
        if (!changed.isEmpty()) {
            upsert(connection, changed);
        }
        return changed;
    }

    void remember(Map<Series, Integer> written) {
        written.forEach((series, day) -> known.merge(series, day, Math::max));
    }

    /** Another connection, another database perhaps. */
    void forget() {
        known.clear();
    }

    /** Deletes series that have no reading any more, and none as young as this day. */
    static void dropEmptyBefore(Connection connection, LocalDate day) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DROP_EMPTY)) {
            statement.setString(1, day.toString());
            statement.executeUpdate();
        }
    }

    private static void upsert(Connection connection, Map<Series, Integer> changed) throws SQLException {
        String[] devices = new String[changed.size()];
        String[] metrics = new String[changed.size()];
        Integer[] days = new Integer[changed.size()];
        int next = 0;
        for (Map.Entry<Series, Integer> series : changed.entrySet()) {
            devices[next] = series.getKey().deviceId;
            metrics[next] = series.getKey().metric;
            days[next++] = series.getValue();
        }
        try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            statement.setArray(1, connection.createArrayOf("text", devices));
            statement.setArray(2, connection.createArrayOf("text", metrics));
            statement.setArray(3, connection.createArrayOf("int4", days));
            statement.executeUpdate();
        }
    }
}
