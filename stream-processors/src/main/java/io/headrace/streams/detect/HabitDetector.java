package io.headrace.streams.detect;

import io.headrace.streams.detect.Finding.Cause;
import java.nio.ByteBuffer;

/** Learns a metric's range, which fades, and says where a value leaves it by a good part of its width. */
final class HabitDetector implements Detector {
    private static final byte VERSION = 1;
    private static final int SIZE = 1 + 4 + 3 * 8 + 4;
    private static final int WARM_UP = 50;
    private static final double FADE = 1.0 / 5000;
    private static final int QUIET = 200;
    private static final double HALF_EXCESS = 0.1;

    @Override
    public String name() {
        return "habit";
    }

    @Override
    public byte[] start() {
        return new byte[] {VERSION};
    }

    @Override
    public Finding observe(byte[] memory, long time, double value) {
        if (!Double.isFinite(value)) {
            return new Finding(memory, 0, value, Double.NaN, Cause.LEARNING);
        }
        if (memory.length != SIZE || memory[0] != VERSION) {
            return new Finding(encode(1, value, value, value, QUIET), 0, value, Double.NaN, Cause.LEARNING);
        }
        ByteBuffer in = ByteBuffer.wrap(memory, 1, SIZE - 1);
        int count = in.getInt();
        double low = in.getDouble();
        double high = in.getDouble();
        double mean = in.getDouble();
        int since = in.getInt();
        double width = Math.max(high - low, 1e-9 * Math.max(Math.abs(high), Math.abs(low)));
        double excess = Math.max(value - high, low - value) / Math.max(width, Double.MIN_NORMAL);
        boolean onset = excess > 0 && count >= WARM_UP && since >= QUIET;
        double score = onset ? excess / (excess + HALF_EXCESS) : 0;
        double fade = FADE * width;
        byte[] next = encode(
                count == Integer.MAX_VALUE ? count : count + 1,
                Math.min(value, low + fade),
                Math.max(value, high - fade),
                mean + (value - mean) / Math.min(count + 1, 200),
                score >= 0.5 ? 0 : Math.min(since + 1, QUIET));
        return new Finding(next, Double.isNaN(score) ? 0 : score, value, mean, value > high ? Cause.HIGH : Cause.LOW);
    }

    private static byte[] encode(int count, double low, double high, double mean, int since) {
        return ByteBuffer.allocate(SIZE)
                .put(VERSION)
                .putInt(count)
                .putDouble(low)
                .putDouble(high)
                .putDouble(mean)
                .putInt(since)
                .array();
    }
}
