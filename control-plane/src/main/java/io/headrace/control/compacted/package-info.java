/**
 * A compacted topic as a table: its records come in, the newest value of each key is kept in memory, and changes go out
 * to the topic and are seen here before their writer goes on. What its entries ask for is carried on until it is over.
 */
@NullMarked
package io.headrace.control.compacted;

import org.jspecify.annotations.NullMarked;
