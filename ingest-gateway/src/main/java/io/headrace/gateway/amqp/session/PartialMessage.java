package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.amqp.codec.Performative.Transfer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A message that comes in several transfers, gathered within the budget of all messages under way. One that grows beyond
 * the limit, or for which there is no room, is thrown away at once; its fate waits for its last transfer.
 */
final class PartialMessage {
    private final Host host;
    private final int maxBytes;
    private final long since;
    private int reserved;
    private @Nullable ByteBuf bytes;
    private @Nullable Outcome fate;

    PartialMessage(Host host, int maxBytes) {
        this.host = host;
        this.maxBytes = maxBytes;
        this.since = host.nanos();
    }

    void add(Transfer part) {
        if (fate != null) {
            return;
        }
        int size = part.size();
        if (size > maxBytes - reserved) {
            throwAway(Outcome.TOO_LARGE);
        } else if (!host.reserve(size)) {
            throwAway(Outcome.RELEASED);
        } else {
            reserved += size;
            if (bytes == null) {
                bytes = host.buffer(Math.min(maxBytes, 2 * size));
            }
            bytes.writeBytes(part.bytes(), part.from(), size);
        }
    }

    private void throwAway(Outcome why) {
        release();
        fate = why;
    }

    /** What became of it before it was complete; null where it is to be read. */
    @Nullable
    Outcome fate() {
        return fate;
    }

    /** Everything that came, where it wasn't thrown away. Released with the rest. */
    @Nullable
    ByteBuf bytes() {
        return bytes;
    }

    /** Whether it began so long ago. */
    boolean isOlderThan(long nanos) {
        return host.nanos() - since >= nanos;
    }

    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
        host.release(reserved);
        reserved = 0;
    }
}
