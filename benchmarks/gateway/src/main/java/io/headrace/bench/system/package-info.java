/**
 * What is measured, and the broker behind it: programs that a benchmark starts as processes of their own.
 */
@NullMarked
package io.headrace.bench.system;

import org.jspecify.annotations.NullMarked;
