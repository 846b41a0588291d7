/**
 * Avro in Confluent's framing goes in, with the schema that a registry has for it; samples by the rules of plain objects
 * come out. Nothing is kept but the registry's own answers.
 */
@NullMarked
package io.headrace.streams.decode.avro;

import org.jspecify.annotations.NullMarked;
