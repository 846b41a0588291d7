/** Tests of what timelines decide. */
@NullMarked
package io.headrace.streams.window.timeline;

import org.jspecify.annotations.NullMarked;
