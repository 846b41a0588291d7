package io.headrace.gateway.mqtt;

import io.headrace.gateway.mqtt.codec.ReasonCode;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each connection that ended badly; in a flood, a few a second, and how many more there were. */
final class EndingLog {
    private static final Logger LOG = LoggerFactory.getLogger(EndingLog.class);
    private static final int LINES_PER_SECOND = 10;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final AtomicLong second = new AtomicLong(System.nanoTime());
    private final AtomicLong lines = new AtomicLong();

    /** @param who a device id, or {@code -} before one is known; never anything else that the peer sent */
    void ended(SocketAddress peer, String who, ReasonCode reason, String detail) {
        if (!reason.isError()) {
            LOG.debug("MQTT {} {} ended: {}", peer, who, detail);
            return;
        }
        long now = System.nanoTime();
        long since = second.get();
        if (now - since > SECOND_NANOS && second.compareAndSet(since, now)) {
            long more = lines.getAndSet(0) - LINES_PER_SECOND;
            if (more > 0) {
                LOG.info("MQTT {} more connections ended badly", more);
            }
        }
        if (lines.incrementAndGet() <= LINES_PER_SECOND) {
            LOG.info("MQTT {} {} ended: {} {}", peer, who, reason, detail);
        }
    }
}
