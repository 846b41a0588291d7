package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * A detector whose memory has one layout.
 *
 * @param of the memory of what is stored; from all bytes 0 that of a metric that was never seen
 */
record Fold(String name, Layout layout, Function<ByteBuffer, Memory> of) implements Detector {
    @Override
    public Memory fresh() {
        return of.apply(layout.fresh());
    }

    @Override
    public Memory read(byte[] stored) {
        return of.apply(layout.read(stored).orElseGet(layout::fresh));
    }
}
