package io.headrace.gateway.listen;

import io.headrace.gateway.ingest.Ingest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stops reading sockets while {@link Ingest} has no room, and goes on when it has: the peer's TCP window closes, and
 * nothing piles up here. One object for all channels of a gateway; put it into each pipeline before the decoder. What
 * was read before the stop goes on to the decoder, at most one buffer for each channel.
 *
 * <p>It sets auto-read; an adapter that stops reading for a reason of its own must not use auto-read too, but hold
 * back what it hands on.
 */
@Sharable
public final class ReadingPause extends ChannelInboundHandlerAdapter {
    private final Ingest ingest;
    private final Set<Channel> paused = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isWaiting = new AtomicBoolean();

    public ReadingPause(Ingest ingest) {
        this.ingest = ingest;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        pauseWithoutRoom(context.channel());
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        context.fireChannelRead(message);
        pauseWithoutRoom(context.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        paused.remove(context.channel());
        context.fireChannelInactive();
    }

    /** How many channels aren't read now. */
    public int paused() {
        return paused.size();
    }

    private void pauseWithoutRoom(Channel channel) {
        if (ingest.hasRoom() || !channel.isActive()) {
            return;
        }
        channel.config().setAutoRead(false);
        paused.add(channel);
        // One callback for all channels: in a long outage, connections come and go without leaving anything behind.
        if (isWaiting.compareAndSet(false, true)) {
            ingest.whenRoom(this::resume);
        }
    }

    private void resume() {
        isWaiting.set(false);
        for (Channel channel : Set.copyOf(paused)) {
            if (paused.remove(channel)) {
                channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
            }
        }
    }
}
