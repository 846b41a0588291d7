/**
 * One device's or group's time. Observation times and the wall clock come in; which windows count a reading, close, and
 * are forgotten goes out. Kept are a watermark, and for each definition which windows are open and which are still there.
 * No values, and nothing of Kafka.
 */
@NullMarked
package io.headrace.streams.window.timeline;

import org.jspecify.annotations.NullMarked;
