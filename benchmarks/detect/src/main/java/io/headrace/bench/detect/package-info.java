/** {@code ./headrace bench detect}: every detector over a folder of series, what it scores, what it costs, and how well that is. */
@NullMarked
package io.headrace.bench.detect;

import org.jspecify.annotations.NullMarked;
