/**
 * Kafka clients of the control plane: the hub's settings go in, consumers without a group and idempotent producers
 * come out. Nothing is kept.
 */
@NullMarked
package io.headrace.control.kafka;

import org.jspecify.annotations.NullMarked;
