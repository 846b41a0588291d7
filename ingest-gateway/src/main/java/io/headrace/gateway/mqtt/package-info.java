/**
 * MQTT's edge: sockets come in, messages of authenticated devices go to {@link io.headrace.gateway.ingest.Ingest} and
 * acknowledgements come back to the device once they are stored. Kept are the sessions of devices for as long as they asked.
 */
@NullMarked
package io.headrace.gateway.mqtt;

import org.jspecify.annotations.NullMarked;
