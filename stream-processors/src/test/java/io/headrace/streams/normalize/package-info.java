/** Tests of what normalize decides, without a topology. */
@NullMarked
package io.headrace.streams.normalize;

import org.jspecify.annotations.NullMarked;
