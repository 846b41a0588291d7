package io.headrace.gateway.listen;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.concurrent.locks.LockSupport;

/**
 * After work, an event loop rests for a moment before it looks for more: then it finds several sockets ready instead of one,
 * where waking up for each message would cost more than everything that is done with it. A loop that found nothing waits as
 * usual, and is there at once for the next message.
 */
final class GatheringSelect implements SelectStrategy {
    private final long restNanos;

    /** @param restNanos how long at most something that is ready waits */
    GatheringSelect(long restNanos) {
        this.restNanos = restNanos;
    }

    @Override
    public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
        if (!hasTasks) {
            LockSupport.parkNanos(this, restNanos);
        }
        int count = ready.get();
        return hasTasks || count > 0 ? count : SelectStrategy.SELECT;
    }
}
