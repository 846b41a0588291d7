package io.headrace.streams.detect;

import java.nio.ByteBuffer;

/** What stands under one key of the detector's store. */
sealed interface Remembered permits Habits, Remembered.Watched {
    byte[] stored();

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
