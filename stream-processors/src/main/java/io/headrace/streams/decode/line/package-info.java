/**
 * InfluxDB's line protocol goes in; a sample for each line comes out. Nothing is kept.
 */
@NullMarked
package io.headrace.streams.decode.line;

import org.jspecify.annotations.NullMarked;
