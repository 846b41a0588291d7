/**
 * The MQTT state machine of a connection: packets and signals come in,
 * {@link io.headrace.gateway.mqtt.session.Effect effects} go out for the edge to carry out. Kept are, per connection,
 * what is in flight and the topic aliases; and beyond it, for as long as the device asked, its QoS 2 packet identifiers
 * and subscriptions. No sockets, threads or clocks: time is an argument.
 */
@NullMarked
package io.headrace.gateway.mqtt.session;

import org.jspecify.annotations.NullMarked;
