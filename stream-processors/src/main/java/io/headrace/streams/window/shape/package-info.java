/**
 * Which windows there are: how event time is cut, under what name, for which devices. A definition comes in from the
 * configuration, windows and their bounds go out; nothing is kept.
 */
@NullMarked
package io.headrace.streams.window.shape;

import org.jspecify.annotations.NullMarked;
