package io.headrace.gateway.edge;

import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each connection that ended badly; in a flood, a few a second, and how many more there were. */
public final class EndingLog {
    private static final Logger LOG = LoggerFactory.getLogger(EndingLog.class);
    private static final int LINES_PER_SECOND = 10;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final AtomicLong second = new AtomicLong(System.nanoTime());
    private final AtomicLong lines = new AtomicLong();

    private final String protocol;

    /** @param protocol at the head of each line: {@code MQTT} */
    public EndingLog(String protocol) {
        this.protocol = protocol;
    }

    /** One that ended as connections do. */
    public void ended(SocketAddress peer, String who, String detail) {
        LOG.debug("{} {} {} ended: {}", protocol, peer, who, detail);
    }

    /**
     * One that ended badly.
     *
     * @param who a device id, or {@code -} before one is known; never anything else that the peer sent
     * @param reason as the protocol names it
     */
    public void broke(SocketAddress peer, String who, String reason, String detail) {
        long now = System.nanoTime();
        long since = second.get();
        if (now - since > SECOND_NANOS && second.compareAndSet(since, now)) {
            long more = lines.getAndSet(0) - LINES_PER_SECOND;
            if (more > 0) {
                LOG.info("{} {} more connections ended badly", protocol, more);
            }
        }
        if (lines.incrementAndGet() <= LINES_PER_SECOND) {
            LOG.info("{} {} {} ended: {} {}", protocol, peer, who, reason, detail);
        }
    }
}
