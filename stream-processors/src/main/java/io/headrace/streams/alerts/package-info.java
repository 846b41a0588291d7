/**
 * What becomes of alerts between a rule and people. Each change of an alert about a device comes in; it goes out at once,
 * or with those of other devices as one alert of a group; and an alert that nobody acknowledges goes out again, as more
 * severe. Kept: alerts that wait for others, those that stand in groups, and those that are to be escalated.
 */
@NullMarked
package io.headrace.streams.alerts;

import org.jspecify.annotations.NullMarked;
