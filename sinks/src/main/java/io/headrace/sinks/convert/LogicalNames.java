package io.headrace.sinks.convert;

/**
 * Names of Connect schemas that say more than their type does. Microseconds stay whole numbers: Connect's own
 * {@code Timestamp} is a {@code java.util.Date}, which would cut them to milliseconds. The names of times are those that
 * Debezium's connectors introduced, so that foreign sinks know them.
 */
public final class LogicalNames {
    /** INT64, microseconds since 1970-01-01T00:00:00Z. */
    public static final String MICRO_TIMESTAMP = "io.debezium.time.MicroTimestamp";
    /** INT64, microseconds since midnight. */
    public static final String MICRO_TIME = "io.debezium.time.MicroTime";
    /** STRING, a UUID as RFC 9562 prints it. */
    public static final String UUID = "io.debezium.data.Uuid";
    /** STRUCT with one optional field for each branch of a union, of which one is set. */
    public static final String UNION = "io.headrace.avro.Union";

    /** Schema parameter: comma-separated symbols of an Avro enum. */
    static final String SYMBOLS = "io.headrace.avro.symbols";
    /** Schema parameter: length of an Avro fixed. */
    static final String FIXED_SIZE = "io.headrace.avro.size";

    private LogicalNames() {}
}
