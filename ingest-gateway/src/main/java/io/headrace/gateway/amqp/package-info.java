/**
 * Telemetry over AMQP 1.0: bytes come in, are decoded in {@code codec}, negotiated and settled in {@code session}, read as
 * messages in {@code message}, and go to {@link io.headrace.gateway.ingest.Ingest}; dispositions go out when the receipts
 * are in. Commands come from {@link io.headrace.gateway.command.Commands} and go out on a link of the device's, and its
 * answers come back on another. Nothing is kept beyond a connection.
 */
@NullMarked
package io.headrace.gateway.amqp;

import org.jspecify.annotations.NullMarked;
