package io.headrace.streams.window.shape;

import io.headrace.record.WindowKind;

/** How event time is cut into windows. All times are epoch microseconds. */
public sealed interface Shape permits Grid, Session {
    WindowKind kind();

    /** Nominal size in milliseconds: what stays the same from window to window. */
    long sizeMs();
}
