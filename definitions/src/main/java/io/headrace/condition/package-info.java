/**
 * Conditions that people write about readings: an expression goes in, checked, weighed and compiled; for each reading a
 * yes, a no, or why there is neither comes out. The processors judge by them, the control plane checks them before it
 * stores them. Kept: nothing.
 */
@NullMarked
package io.headrace.condition;

import org.jspecify.annotations.NullMarked;
