@NullMarked
package io.headrace.streams.decode.avro;

import org.jspecify.annotations.NullMarked;
