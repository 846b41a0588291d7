package io.headrace.streams.detect;

import io.headrace.streams.detect.detector.Memory;
import java.nio.ByteBuffer;

/** What stands under one key of the fragment's store. */
sealed interface Remembered {
    byte[] stored();

    /** What the detector remembers of a metric. */
    record Metric(Memory memory) implements Remembered {
        @Override
        public byte[] stored() {
            return memory.stored();
        }
    }

    /** How many metrics of a device are watched. */
    record Watched(int metrics) implements Remembered {
        static Watched ofStored(byte[] stored) {
            return new Watched(ByteBuffer.wrap(stored).getInt());
        }

        @Override
        public byte[] stored() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(metrics).array();
        }
    }
}
