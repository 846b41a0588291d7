/**
 * Ways to find what is strange about a metric. Values of one metric come in, one after the other; for each a
 * {@code Finding} goes out. Kept: a memory of constant size, which is all that a detector knows. Nothing of Kafka, no clock,
 * no settings of a metric's own.
 */
@NullMarked
package io.headrace.streams.detect.detector;

import org.jspecify.annotations.NullMarked;
