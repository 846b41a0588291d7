package io.headrace.streams.window.shape;

import io.headrace.record.WindowKind;

/**
 * Windows of one length, aligned to the epoch: tumbling, hopping and sliding ones. A sliding window ends with the step in
 * which there is a value, and reaches back by its size: one for each step that has values.
 *
 * @param stepMs from one window's start to the next; divides the size, and is the size of a tumbling window
 */
public record Steps(WindowKind kind, long sizeMs, long stepMs) implements Grid {
    public Steps {
        if (stepMs < 1 || sizeMs % stepMs != 0) {
            throw new IllegalArgumentException(sizeMs + " ms in steps of " + stepMs + " ms");
        }
    }

    public static Steps tumbling(long sizeMs) {
        return new Steps(WindowKind.TUMBLING, sizeMs, sizeMs);
    }

    @Override
    public long pane(long instant) {
        return instant - Math.floorMod(instant, unit());
    }

    @Override
    public long next(long pane) {
        return pane + unit();
    }

    @Override
    public long end(long start) {
        return start + size();
    }

    @Override
    public long earliest(long pane) {
        return pane + unit() - size();
    }

    @Override
    public long firstEndingFrom(long instant) {
        return -pane(size() - instant);
    }

    @Override
    public boolean isPaned() {
        return stepMs != sizeMs;
    }

    @Override
    public boolean isComplete() {
        return kind != WindowKind.SLIDING;
    }

    @Override
    public long unit() {
        return stepMs * 1_000;
    }

    private long size() {
        return sizeMs * 1_000;
    }

    @Override
    public String toString() {
        return kind + "/" + sizeMs + "/" + stepMs;
    }
}
