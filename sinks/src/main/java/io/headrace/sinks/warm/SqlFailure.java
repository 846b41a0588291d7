package io.headrace.sinks.warm;

import java.sql.SQLException;

/** Whose fault a failed statement is, by its SQLSTATE (PostgreSQL documentation, appendix A). */
enum SqlFailure {
    /** The data of some record in the batch: retrying doesn't help it. */
    RECORD,
    /** Too slow for the time we give it: the same with less at once may work. */
    SLOW,
    /** We aren't who may, or the database isn't there: wrong configuration, where it has never worked. */
    REFUSED,
    /** All else: the database is away, full, locked, or was changed under us. Time or its keeper heals it. */
    OUTAGE;

    private static final String SOCKET_TIMEOUT_OR_LOST = "08006";
    /** No row of ours lacks a value that its table wants: somebody has added a column. */
    private static final String NULL_WHERE_NONE_MAY_BE = "23502";

    static SqlFailure of(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null || state.length() != 5) {
            return OUTAGE;
        }
        if (state.equals("57014") || state.equals("55P03")) {
            return SLOW;
        }
        if (state.equals(SOCKET_TIMEOUT_OR_LOST)) {
            return failure.getCause() instanceof java.net.SocketTimeoutException ? SLOW : OUTAGE;
        }
        if (state.equals(NULL_WHERE_NONE_MAY_BE)) {
            return OUTAGE;
        }
        return switch (state.substring(0, 2)) {
            case "22", "23", "54" -> RECORD;
            case "28", "3D" -> REFUSED;
            default -> OUTAGE;
        };
    }
}
