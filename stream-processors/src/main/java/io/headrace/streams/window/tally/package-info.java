/**
 * What becomes of values: they come in with the windows that count them, and results go out when these close. Kept are, per
 * device, window and metric, an accumulator, and beside it what has been told of it and how far apart values usually are.
 */
@NullMarked
package io.headrace.streams.window.tally;

import org.jspecify.annotations.NullMarked;
