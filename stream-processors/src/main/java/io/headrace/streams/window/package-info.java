/**
 * Windows over event time. Decoded readings come in, keyed by device; one aggregate per metric and closed window goes
 * out, again with a higher revision when late values reopen it, and what is too late for a window goes to {@code
 * telemetry.late}. Kept are, per device, its watermark and open windows, and per window and metric an accumulator for as
 * long as late values may still count.
 */
@NullMarked
package io.headrace.streams.window;

import org.jspecify.annotations.NullMarked;
