/**
 * SQL over what the sinks have stored: a statement comes in, rows go out. DuckDB, one instance for each query, reads the
 * cold tier's files and a copy of just those rows of the warm tier that the statement needs and the files don't have.
 * Nothing is kept.
 */
@NullMarked
package io.headrace.control.query;

import org.jspecify.annotations.NullMarked;
