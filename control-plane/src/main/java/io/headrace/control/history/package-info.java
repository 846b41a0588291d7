/**
 * Readings of the past, whole and in the order in which they were received. A stretch of time comes in, what
 * {@code telemetry.readings} still has of it goes out as lines of JSON. Nothing is kept.
 */
@NullMarked
package io.headrace.control.history;

import org.jspecify.annotations.NullMarked;
