package io.headrace.streams.window.measure;

/**
 * Which message brought a value.
 *
 * @param receivedAt when the gateway received it, epoch microseconds, never negative
 * @param origin its {@code hr-origin} header
 */
public record Provenance(long receivedAt, String origin) {
    /** The one received later; of equals the other. */
    Provenance later(Provenance other) {
        return other.receivedAt >= receivedAt ? other : this;
    }
}
