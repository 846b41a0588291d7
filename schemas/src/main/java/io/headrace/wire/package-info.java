/**
 * Confluent's wire format: Avro records go in, {@code 0, 4-byte schema id, binary} come out, and the other way round.
 * Anybody's Confluent deserializer reads what these serializers write.
 */
@NullMarked
package io.headrace.wire;

import org.jspecify.annotations.NullMarked;
