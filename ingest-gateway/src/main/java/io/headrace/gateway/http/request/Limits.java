package io.headrace.gateway.http.request;

import java.time.Duration;

/**
 * Bounds of a request.
 *
 * @param maxBody largest body, bytes, as sent and as inflated
 * @param maxPayload largest message in it, bytes
 * @param maxBatch most messages in it
 * @param ackTimeout how long a request waits for Kafka before it is answered with 503
 */
public record Limits(int maxBody, int maxPayload, int maxBatch, Duration ackTimeout) {}
