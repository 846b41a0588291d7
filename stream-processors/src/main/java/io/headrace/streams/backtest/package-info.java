/**
 * What a rule would have done. Readings of the past come in, in the order in which they were received; the alerts that one
 * version of a rule, or two side by side, would have raised about them go out, counted and held against each other and
 * against those that were really raised. Kept are these alerts, up to a bound; nothing is written anywhere.
 */
@NullMarked
package io.headrace.streams.backtest;

import org.jspecify.annotations.NullMarked;
