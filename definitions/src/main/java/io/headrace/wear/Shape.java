package io.headrace.wear;

import java.util.List;

/**
 * What a model looks at. Versions of one shape go on with each other's memory of a device.
 *
 * @param metrics whose course tells wear
 * @param operating metrics that say how the device is being run, such as load or altitude: others are judged by what is
 *     usual there; empty where it always runs the same way
 * @param stepMicros length of a step in event time; steps are counted from the epoch. Of each step only the means matter
 */
public record Shape(List<String> metrics, List<String> operating, long stepMicros) {
    public Shape {
        metrics = List.copyOf(metrics);
        operating = List.copyOf(operating);
    }

    /** Metrics first, then those about operation. */
    public int columns() {
        return metrics.size() + operating.size();
    }

    public String column(int index) {
        return index < metrics.size() ? metrics.get(index) : operating.get(index - metrics.size());
    }

    /** Number of the step that a time is in. */
    public long step(long micros) {
        return Math.floorDiv(micros, stepMicros);
    }

    /** First moment after a step, epoch microseconds. */
    public long end(long step) {
        return (step + 1) * stepMicros;
    }
}
