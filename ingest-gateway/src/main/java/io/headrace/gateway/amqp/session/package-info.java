/**
 * One connection's state, without input or output: who the peer is (SASL), its sessions and links, the credit that it has,
 * and the deliveries that wait for Kafka. Frames come in, frames go to the encoder, and what the connection is to do goes
 * to its {@link io.headrace.gateway.amqp.session.Host}. All on the connection's event loop, except that a {@link
 * io.headrace.gateway.amqp.session.Delivery} is settled on any thread.
 */
@NullMarked
package io.headrace.gateway.amqp.session;

import org.jspecify.annotations.NullMarked;
