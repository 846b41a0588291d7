package io.headrace.streams.window.tally;

import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.measure.Cell;
import io.headrace.streams.window.measure.Interval;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.measure.Told;

/** What stands under one {@link RowKey}. */
public sealed interface Row {
    void write(StateWriter out);

    /** What a window or pane has of a metric. */
    record Values(Accumulator accumulator, Cell cell) implements Row {
        @Override
        public void write(StateWriter out) {
            accumulator.write(out, cell);
        }
    }

    /** What was told of it. */
    record Results(Told told) implements Row {
        @Override
        public void write(StateWriter out) {
            told.write(out);
        }
    }

    /** How often a metric comes. */
    record Rhythm(Interval interval) implements Row {
        @Override
        public void write(StateWriter out) {
            interval.write(out);
        }
    }
}
