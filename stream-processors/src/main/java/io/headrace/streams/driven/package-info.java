/**
 * Processors on a clock of the past. Records and their times come in, what a processor forwards goes out; nothing of Kafka is
 * reached. Kept is what the processor's own store keeps.
 */
@NullMarked
package io.headrace.streams.driven;

import org.jspecify.annotations.NullMarked;
