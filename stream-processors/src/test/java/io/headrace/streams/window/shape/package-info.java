/** Tests of how event time is cut. */
@NullMarked
package io.headrace.streams.window.shape;

import org.jspecify.annotations.NullMarked;
