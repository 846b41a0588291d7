/**
 * The cold tier: readings go in as Connect records, rows of the Iceberg table {@code headrace.readings} come out, one
 * for each reading, through Iceberg's own sink connector. Ours here: the table, the flat form of a reading, and local
 * files that are on disk before a commit names them.
 */
@NullMarked
package io.headrace.sinks.cold;

import org.jspecify.annotations.NullMarked;
