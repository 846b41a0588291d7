package io.headrace.streams.reprocess;

import java.time.Instant;

/**
 * What of two topics is compared, by receive time.
 *
 * @param start from when on the run had messages
 * @param isWhole whether there were none before it
 * @param from from when on results count
 * @param settled from when on the live application may not be through
 * @param to before when results count
 */
record Range(Instant start, boolean isWhole, Instant from, Instant settled, Instant to) {
    boolean has(long receivedAt) {
        return receivedAt >= from.toEpochMilli() && receivedAt < to.toEpochMilli();
    }

    /**
     * Whether a finding may differ for what one of the two couldn't see: it hangs on messages from before the run, or the
     * live application is not through with it. A window that is in one topic alone may be waiting in the other for as
     * long as it is.
     */
    boolean isEdge(Finding finding, boolean inOneOnly) {
        long waits = inOneOnly ? finding.spanMs() : 0;
        return (!isWhole && finding.began().isBefore(start)) || finding.receivedAt() >= settled.toEpochMilli() - waits;
    }
}
