/**
 * The warm tier: readings, window aggregates, anomalies and alerts go in as Connect records, rows of PostgreSQL come
 * out, each exactly once. Kept: in the database, beside the rows and in the same transaction, how far each partition of
 * each topic is stored; in memory, one batch at most, and what is known of partitions and series.
 *
 * <p>Start reading at {@link io.headrace.sinks.warm.WarmWriter}: the guarantee and its reasons stand there.
 */
@NullMarked
package io.headrace.sinks.warm;

import org.jspecify.annotations.NullMarked;
