/**
 * Definitions that processors follow live: requests to make, show and delete routes and rules come in, records of their
 * compacted topics go out. Kept is the table of each kind.
 */
@NullMarked
package io.headrace.control.definitions;

import org.jspecify.annotations.NullMarked;
