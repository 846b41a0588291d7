/**
 * Telemetry over CoAP (RFC 7252, 7959): datagrams of devices come in, messages go to
 * {@link io.headrace.gateway.ingest.Ingest}, and each request is answered when Kafka has its message. Kept: requests
 * that wait for Kafka, the latest requests of each peer with their answers, and bodies whose blocks are still coming
 * in, all bounded. Commands go out in answers and notifications, of which {@code command} has the care. Californium splits datagrams into messages, repeats them and recognises repeats; what is taken, and
 * what is answered, is decided here, on one thread for each listener, so that a device's messages stay in order.
 */
@NullMarked
package io.headrace.gateway.coap;

import org.jspecify.annotations.NullMarked;
