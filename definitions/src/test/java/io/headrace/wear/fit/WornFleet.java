package io.headrace.wear.fit;

import io.headrace.wear.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A fleet that wears by a formula: a device of a life of {@code n} steps has the wear {@code w = exp(5 (t / n - 1))} at
 * step {@code t}. Its heat is {@code 60 + 12 w + 30 load + noise(1)}, its vibration {@code 2 + 2 w + noise(0.2)}, where load is
 * 0 or 1 at random; dust is noise alone, and the plate says 7 for ever. Lives are 120 to 280 steps.
 */
final class WornFleet {
    static final long MINUTE = 60_000_000;
    static final Shape SHAPE = new Shape(List.of("heat", "dust", "plate", "vibration"), List.of("load"), MINUTE);

    private WornFleet() {}

    static List<Life> lives(int count, long seed) {
        Random random = new Random(seed);
        List<Life> lives = new ArrayList<>();
        for (int device = 0; device < count; device++) {
            int length = 120 + random.nextInt(160);
            long[] steps = new long[length];
            double[][] rows = new double[length][];
            for (int step = 0; step < length; step++) {
                double wear = Math.exp(5 * (step / (double) length - 1));
                double load = random.nextBoolean() ? 1 : 0;
                steps[step] = 1_000_000L + step;
                rows[step] = new double[] {
                    60 + 12 * wear + 30 * load + random.nextGaussian(),
                    random.nextGaussian(),
                    7,
                    2 + 2 * wear + 0.2 * random.nextGaussian(),
                    load
                };
            }
            lives.add(new Life("pump-" + device, steps, rows, 1_000_000.0 + length));
        }
        return lives;
    }
}
