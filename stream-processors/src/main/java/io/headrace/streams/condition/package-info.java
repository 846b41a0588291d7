/**
 * Conditions that people write about readings: an expression goes in, checked and compiled; for each reading a yes, a no,
 * or why there is neither comes out. Kept: nothing.
 */
@NullMarked
package io.headrace.streams.condition;

import org.jspecify.annotations.NullMarked;
