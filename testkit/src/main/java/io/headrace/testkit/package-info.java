/**
 * What the test of a processor needs, in anybody's build: readings go in, in order or not, on a wall clock that the test
 * moves; what the processor wrote comes out. No broker. Whatever the application would refuse at its start, or other
 * processors would suffer from, fails the test.
 */
@NullMarked
package io.headrace.testkit;

import org.jspecify.annotations.NullMarked;
