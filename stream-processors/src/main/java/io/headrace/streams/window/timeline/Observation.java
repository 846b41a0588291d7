package io.headrace.streams.window.timeline;

/**
 * When something was observed.
 *
 * @param at epoch microseconds
 */
public record Observation(long at, Source source) {
    /** What a time says of its device's clock. */
    public enum Source {
        /** It moves the watermark. */
        OWN,
        /** The gateway's time, the device's having been impossible: it moves no watermark. */
        CORRECTED,
        /** A member's in a group, whose watermark is reckoned from all of them. */
        MEMBER
    }

    boolean isCorrected() {
        return source == Source.CORRECTED;
    }
}
