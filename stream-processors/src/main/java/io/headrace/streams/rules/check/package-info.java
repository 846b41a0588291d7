/**
 * The kinds of rules. A reading comes in, with the few numbers that the kind remembers of its device; whether the alert is
 * to stand goes out, and why. One small class for each kind. Kept: nothing here; the numbers are the caller's.
 */
@NullMarked
package io.headrace.streams.rules.check;

import org.jspecify.annotations.NullMarked;
