/**
 * Frames of AMQP 1.0 (OASIS, October 2012, parts 1, 2 and 5): bytes to performatives and back, without input or output.
 * Only what this side of the protocol needs becomes an object; everything else is stepped over by its size, whatever its
 * depth, so that no frame costs more than its own bytes. What breaks the standard or a limit is a value with a condition.
 */
@NullMarked
package io.headrace.gateway.amqp.codec;

import org.jspecify.annotations.NullMarked;
