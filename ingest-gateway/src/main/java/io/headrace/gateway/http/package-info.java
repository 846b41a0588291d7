/**
 * Telemetry over HTTP/1.1 and HTTP/2: requests of devices come in, messages go to {@link io.headrace.gateway.ingest.Ingest}, and
 * each request is answered when Kafka has all of its messages. Kept: for each connection what it sends and what it
 * waits for, both bounded. Netty's codec splits bytes into requests; what is admitted, and in which order answers go
 * out, is decided here.
 */
@NullMarked
package io.headrace.gateway.http;

import org.jspecify.annotations.NullMarked;
