/**
 * Rules: readings go in with the rules of {@code config.rules}, alerts come out, raised, acknowledged and cleared once.
 * Kept: for each device how far the alerts about it have come.
 */
@NullMarked
package io.headrace.streams.rules;

import org.jspecify.annotations.NullMarked;
