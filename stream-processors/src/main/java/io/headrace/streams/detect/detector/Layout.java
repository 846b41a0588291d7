package io.headrace.streams.detect.detector;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a memory is stored: a mark that no other detector and no other version has, then a fixed number of bytes. All bytes 0
 * is a metric that was never seen.
 *
 * @param mark never to be used again for anything else
 * @param bytes without the mark
 */
record Layout(byte mark, int bytes) {
    ByteBuffer fresh() {
        return ByteBuffer.allocate(bytes);
    }

    /** Empty where another layout was stored. */
    Optional<ByteBuffer> read(byte[] stored) {
        boolean isThis = stored.length == bytes + 1 && stored[0] == mark;
        return isThis ? Optional.of(ByteBuffer.wrap(stored, 1, bytes)) : Optional.empty();
    }

    byte[] write(Consumer<ByteBuffer> save) {
        ByteBuffer out = ByteBuffer.allocate(bytes + 1).put(mark);
        save.accept(out);
        return out.array();
    }
}
