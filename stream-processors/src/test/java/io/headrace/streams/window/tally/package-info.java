/** Tests of what becomes of values. */
@NullMarked
package io.headrace.streams.window.tally;

import org.jspecify.annotations.NullMarked;
