@NullMarked
package io.headrace.streams.decode.line;

import org.jspecify.annotations.NullMarked;
