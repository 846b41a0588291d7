@NullMarked
package io.headrace.streams.decode.sparkplug;

import org.jspecify.annotations.NullMarked;
