/**
 * The hot tier: readings come in, the last value and the recent points of each device's metrics are answered over HTTP,
 * by whichever instance holds the device. Kept is one entry per device and metric.
 */
@NullMarked
package io.headrace.streams.hot;

import org.jspecify.annotations.NullMarked;
