package io.headrace.streams.decode.sparkplug;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A metric as it is on the wire.
 *
 * @param name null where only its alias is given
 * @param alias as an unsigned number
 * @param timestamp milliseconds since 1970
 * @param datatype {@link DataType#UNKNOWN} where the message leaves it to the birth certificate
 * @param quality 192 for good; null where nothing is said of it, which means good
 * @param value {@code Long} for integers of any width, {@code Double}, {@code Boolean}, {@code String}, {@code byte[]},
 *     {@link DataSet} or {@link Template}; null for none
 */
record Metric(
        @Nullable String name,
        @Nullable Long alias,
        @Nullable Long timestamp,
        DataType datatype,
        boolean historical,
        boolean isNull,
        @Nullable Long quality,
        @Nullable Object value) {

    /**
     * A table.
     *
     * @param columns names
     * @param types one for each column
     * @param rows with one value for each column, as of a metric; null for none
     */
    record DataSet(List<String> columns, List<DataType> types, List<List<@Nullable Object>> rows) {}

    /**
     * A structure.
     *
     * @param definition whether it only says what its instances have
     * @param members metrics with names of their own
     */
    record Template(boolean definition, List<Metric> members) {}
}
