package io.headrace.streams.detect.episode;

/** What a value did to the episodes of its metric. */
public enum Change {
    NONE,
    OPENED,
    WORSENED,
    CLOSED,
    /** The open one is over, and another begins. */
    RENEWED
}
