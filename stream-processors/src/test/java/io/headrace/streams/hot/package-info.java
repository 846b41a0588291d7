/** Tests of the hot tier's histories, questions and answers. */
@NullMarked
package io.headrace.streams.hot;

import org.jspecify.annotations.NullMarked;
