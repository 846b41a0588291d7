/**
 * Rules: readings go in with the rules of {@code config.rules}, alerts come out, raised once and cleared once. Kept: for
 * each device and rule whether its alert stands.
 */
@NullMarked
package io.headrace.streams.rules;

import org.jspecify.annotations.NullMarked;
