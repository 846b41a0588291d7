/** Tests of decoding: tables of payloads, the examples of the standards, and bytes at random. */
@NullMarked
package io.headrace.streams.decode;

import org.jspecify.annotations.NullMarked;
