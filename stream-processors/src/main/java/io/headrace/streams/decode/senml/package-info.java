/**
 * SenML packs (RFC 8428) in JSON or CBOR go in; a sample for each of their times comes out. Nothing is kept.
 */
@NullMarked
package io.headrace.streams.decode.senml;

import org.jspecify.annotations.NullMarked;
