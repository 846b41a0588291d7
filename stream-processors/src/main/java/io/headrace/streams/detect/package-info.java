/**
 * Anomaly detection. Readings come in; each numeric value is folded into what is remembered of its device and metric;
 * one {@code Anomaly} goes out where an episode begins that the metric's own history didn't lead one to expect. Kept: a
 * fixed number of bytes for each device and metric.
 */
@NullMarked
package io.headrace.streams.detect;

import org.jspecify.annotations.NullMarked;
