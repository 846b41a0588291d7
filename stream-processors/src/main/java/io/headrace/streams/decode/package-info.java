/**
 * Decoding: the bytes of one message with their content type and encoding go in; samples come out, or the reason why
 * there are none. Nothing is kept, nothing is thrown whatever the bytes are, and nothing here knows of Kafka.
 */
@NullMarked
package io.headrace.streams.decode;

import org.jspecify.annotations.NullMarked;
