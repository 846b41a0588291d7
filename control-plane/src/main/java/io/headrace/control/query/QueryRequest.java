package io.headrace.control.query;

import io.headrace.control.http.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Body of a query.
 *
 * @param sql one SELECT of DuckDB's dialect
 * @param tier none: both
 * @param timeoutSeconds none: two minutes
 */
record QueryRequest(
        @Nullable String sql, @Nullable Tier tier, @Nullable Integer timeoutSeconds) {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** @throws Problem (400) where there is none, or it is too long */
    String statement() {
        if (sql == null || sql.isBlank()) {
            throw Problem.badRequest("sql must be a SELECT");
        }
        if (sql.length() > MAX_LENGTH) {
            throw Problem.badRequest("sql must have at most " + MAX_LENGTH + " characters");
        }
        return sql;
    }

    Tier wantedTier() {
        return tier == null ? Tier.BOTH : tier;
    }

    /** @throws Problem (400) where it is out of range */
    Duration timeout(Duration longest) {
        if (timeoutSeconds == null) {
            return TIMEOUT.compareTo(longest) < 0 ? TIMEOUT : longest;
        }
        if (timeoutSeconds < 1 || timeoutSeconds > longest.toSeconds()) {
            throw Problem.badRequest("timeoutSeconds must be a whole number from 1 to " + longest.toSeconds());
        }
        return Duration.ofSeconds(timeoutSeconds);
    }
}
