/**
 * The benchmark of the processors: one backlog of raw messages, worked off by the processors, by Apache Flink and by a
 * bare loop one after the other, each in a process of its own; what comes out is messages per second of processor time,
 * what was lost, and how long an alert takes from the device.
 */
@NullMarked
package io.headrace.bench.windows;

import org.jspecify.annotations.NullMarked;
