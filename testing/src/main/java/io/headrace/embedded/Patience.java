package io.headrace.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting with an end. */
final class Patience {
    private static final long STEP_MS = 50;

    private Patience() {}

    /**
     * Asks until the answer is yes.
     *
     * @return false where the limit passed first, or the thread was interrupted; its flag is then set
     */
    static boolean until(Duration limit, BooleanSupplier yes) {
        long end = System.nanoTime() + limit.toNanos();
        while (!yes.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            try {
                Thread.sleep(STEP_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
