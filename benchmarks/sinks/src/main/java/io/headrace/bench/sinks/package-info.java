/**
 * The benchmark of the sinks: one backlog of readings, stored by the warm sink, by PostgreSQL's own COPY and by Debezium's
 * JDBC sink, one after the other; the cold sink beside a program that writes the same Parquet; and how long a message
 * takes from the device to a row.
 */
@NullMarked
package io.headrace.bench.sinks;

import org.jspecify.annotations.NullMarked;
