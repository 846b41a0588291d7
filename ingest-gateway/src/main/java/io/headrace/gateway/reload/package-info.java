/**
 * Files that may change while the gateway runs: their content comes in as a value, and a changed content as another one.
 * Kept: the last value that could be used.
 */
@NullMarked
package io.headrace.gateway.reload;

import org.jspecify.annotations.NullMarked;
