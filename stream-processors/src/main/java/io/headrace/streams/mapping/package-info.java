/**
 * Mappings of odd payloads: definitions of {@code config.mappings} come in, live; for a message that one of them matches
 * comes out the format that decodes it: its JSON or CBOR is read, given to the mapping's expression, and what that makes of
 * it is taken as plain JSON is. Kept: the compiled mappings, in memory, and their definitions for dry runs.
 */
@NullMarked
package io.headrace.streams.mapping;

import org.jspecify.annotations.NullMarked;
