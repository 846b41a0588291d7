package io.headrace.sinks.warm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Optional;

/** Deletes readings whose route has them kept for less than the tier does. A partition past retention goes whole. */
final class ExpiredRows {
    /** Of one statement, well under a write's timeout. */
    private static final int BATCH = 20_000;

    private static final int BATCHES = 50;

    private static final String ONE = """
            SELECT tableoid::regclass::text FROM headrace.readings WHERE expires_on <= ? LIMIT 1
            """;

    private ExpiredRows() {}

    /**
     * Commits after each batch.
     *
     * @param today in UTC
     * @return false where some are left
     */
    static boolean delete(Connection connection, LocalDate today) throws SQLException {
        for (int batch = 0; batch < BATCHES; batch++) {
            Optional<String> partition = partition(connection, today);
            if (partition.isEmpty()) {
                return true;
            }
            delete(connection, partition.get(), today);
            connection.commit();
        }
        return false;
    }

    private static Optional<String> partition(Connection connection, LocalDate today) throws SQLException {
        try (PreparedStatement one = connection.prepareStatement(ONE)) {
            one.setObject(1, today);
            try (ResultSet found = one.executeQuery()) {
                return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
            }
        }
    }

    /** @param partition as PostgreSQL quotes it */
    private static void delete(Connection connection, String partition, LocalDate today) throws SQLException {
        String sql = "DELETE FROM " + partition + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + partition
                + " WHERE expires_on <= ? LIMIT " + BATCH + "))";
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setObject(1, today);
            delete.executeUpdate();
        }
    }
}
