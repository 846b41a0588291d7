/**
 * The format of messages (part 3 of the standard): sections of bytes come in, a {@link
 * io.headrace.gateway.ingest.Message} goes out, or the outcome that its sender is told instead. A command is written as one,
 * and the answer to it is read from one.
 */
@NullMarked
package io.headrace.gateway.amqp.message;

import org.jspecify.annotations.NullMarked;
