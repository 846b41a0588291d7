package io.headrace.streams.window;

import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;

/** What windows give out. */
sealed interface WindowOutput {
    /** A result: of a window that has closed, for the first time or again, or a provisional one. */
    record Result(WindowAggregate aggregate) implements WindowOutput {}

    /** Values that were too late for at least one definition of windows. */
    record Late(Reading reading) implements WindowOutput {}
}
