/**
 * What is reckoned from the values of one metric in one window. Values come in with their times, numbers for an aggregate
 * go out; kept is a compact form of them, which says its version and is read by later versions. Knows neither windows nor
 * Kafka.
 */
@NullMarked
package io.headrace.streams.window.measure;

import org.jspecify.annotations.NullMarked;
