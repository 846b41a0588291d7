/**
 * What a cold table wants done from time to time: small files made into large sorted ones, old snapshots and files that
 * nobody names removed. Comes in: the table. Goes out: the same rows in other files. Nothing is kept; all of it runs
 * beside the sink, any number of times, in any process that reaches the catalog.
 */
@NullMarked
package io.headrace.sinks.cold.upkeep;

import org.jspecify.annotations.NullMarked;
