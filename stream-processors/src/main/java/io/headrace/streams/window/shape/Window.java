package io.headrace.streams.window.shape;

import io.headrace.streams.window.measure.Cell;

/**
 * One window of a definition, or a stretch of several.
 *
 * @param start inclusive, epoch microseconds
 * @param end exclusive, epoch microseconds
 */
public record Window(WindowSpec spec, long start, long end) {
    /** The pane of a grid that holds an instant. */
    public static Window paneOf(WindowSpec spec, Grid grid, long instant) {
        long start = grid.pane(instant);
        return new Window(spec, start, grid.next(start));
    }

    /** Where its accumulators stand. */
    public Cell cell() {
        return spec.cellAt(start);
    }
}
