package io.headrace.streams.ledger;

import io.headrace.catalogue.Outcome;

/**
 * The one outcome of one raw record.
 *
 * @param partition of {@code telemetry.raw}
 * @param offset in that partition
 * @param replayed whether it takes the place of an earlier outcome
 */
public record Accounted(int partition, long offset, Outcome outcome, boolean replayed) {}
