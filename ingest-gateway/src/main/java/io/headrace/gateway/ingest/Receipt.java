package io.headrace.gateway.ingest;

/**
 * Proof that a message is stored: where its raw record stands.
 *
 * @param partition of {@code telemetry.raw}
 * @param offset in it
 */
public record Receipt(int partition, long offset) {}
