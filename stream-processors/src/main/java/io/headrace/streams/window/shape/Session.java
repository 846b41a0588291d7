package io.headrace.streams.window.shape;

import io.headrace.record.WindowKind;

/**
 * Windows as long as readings follow each other: two that are no further apart than the gap are in one session, which
 * begins with its first reading and ends one gap after its last.
 */
public record Session(long gapMs) implements Shape {
    @Override
    public WindowKind kind() {
        return WindowKind.SESSION;
    }

    @Override
    public long sizeMs() {
        return gapMs;
    }

    /** Microseconds. */
    public long gap() {
        return gapMs * 1_000;
    }

    @Override
    public String toString() {
        return "session/" + gapMs;
    }
}
