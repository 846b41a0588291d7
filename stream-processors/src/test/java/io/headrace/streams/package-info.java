/** Tests of the processors: each fragment on a test driver, and the whole application on a broker. */
@NullMarked
package io.headrace.streams;

import org.jspecify.annotations.NullMarked;
