@NullMarked
package io.headrace.streams.decode.senml;

import org.jspecify.annotations.NullMarked;
