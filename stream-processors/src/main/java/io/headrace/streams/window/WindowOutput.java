package io.headrace.streams.window;

import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;

/** What windows give out. */
sealed interface WindowOutput {
    /** A window has closed, for the first time or again. */
    record Closed(WindowAggregate aggregate) implements WindowOutput {}

    /** Values that were too late for at least one size of window. */
    record Late(Reading reading) implements WindowOutput {}
}
