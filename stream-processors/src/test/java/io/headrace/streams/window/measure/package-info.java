/** Tests of what windows reckon. */
@NullMarked
package io.headrace.streams.window.measure;

import org.jspecify.annotations.NullMarked;
