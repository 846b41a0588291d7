/**
 * Avro in Confluent's wire format goes in, Connect's own data comes out, and the other way round. Kept: one mapping for
 * each schema id seen. Any Connect worker's connectors and transforms read what comes out.
 */
@NullMarked
package io.headrace.sinks.convert;

import org.jspecify.annotations.NullMarked;
