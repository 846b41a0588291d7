/** Tests of what becomes of values and tags, without a topology. */
@NullMarked
package io.headrace.streams.enrich;

import org.jspecify.annotations.NullMarked;
