/**
 * Alerts to a system that takes HTTPS requests: records go in, one signed POST each goes out, at least once and in order
 * for each device. One connector is one target, with a circuit and dead letters of its own. Kept: of the batch in hand,
 * what is delivered.
 *
 * <p>Start reading at {@link io.headrace.sinks.webhook.Deliveries}.
 */
@NullMarked
package io.headrace.sinks.webhook;

import org.jspecify.annotations.NullMarked;
