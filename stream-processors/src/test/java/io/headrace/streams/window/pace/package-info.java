/** Tests of whose time windows go by. */
@NullMarked
package io.headrace.streams.window.pace;

import org.jspecify.annotations.NullMarked;
