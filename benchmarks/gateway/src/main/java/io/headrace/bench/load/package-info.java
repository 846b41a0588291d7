/**
 * The load: many devices in one thread, so that it costs less than what it measures. Addresses and a load go in, counts,
 * latencies and a file of what was acknowledged come out.
 */
@NullMarked
package io.headrace.bench.load;

import org.jspecify.annotations.NullMarked;
