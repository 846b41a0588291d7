/**
 * Processes of a benchmark, and what they cost, as the system counts it.
 */
@NullMarked
package io.headrace.bench.run;

import org.jspecify.annotations.NullMarked;
