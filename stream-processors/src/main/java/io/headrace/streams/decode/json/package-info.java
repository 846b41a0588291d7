/**
 * Plain objects of names and values: JSON or CBOR goes in, a sample for each object comes out. The tokens of both syntaxes
 * are read here for all formats that are written in them. Nothing is kept.
 */
@NullMarked
package io.headrace.streams.decode.json;

import org.jspecify.annotations.NullMarked;
