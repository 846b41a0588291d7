package io.headrace.gateway.listen;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** All connections of the gateway: counts them, closes one too many at once, and drains them at the end. */
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {
    /** What they leave behind, such as wills, must be handed over before the way to Kafka closes. */
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);

    private final int limit;
    private final Counter refused;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile boolean isDraining;

    /** @param refused counts those over the limit */
    Connections(int limit, Counter refused, MeterRegistry meters) {
        this.limit = limit;
        this.refused = refused;
        Gauge.builder("headrace.listen.connections", count, AtomicInteger::get)
                .description("open connections of devices")
                .register(meters);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel channel = context.channel();
        int now = count.incrementAndGet();
        channel.closeFuture().addListener(_ -> forget(channel));
        if (now > limit || isDraining) {
            refused.increment();
            context.close();
            return;
        }
        open.add(channel);
        context.fireChannelActive();
        if (isDraining) {
            channel.pipeline().fireUserEventTriggered(Drain.BEGIN); // it came while the others were told
        }
    }

    private void forget(Channel channel) {
        open.remove(channel);
        if (count.decrementAndGet() == 0 && isDraining) {
            drained.countDown();
        }
    }

    /** Asks all to come to an end, and closes those that haven't when the time is over. */
    void drain(Duration limit) {
        isDraining = true;
        if (count.get() == 0) {
            drained.countDown();
        }
        open.forEach(channel -> channel.pipeline().fireUserEventTriggered(Drain.BEGIN));
        awaitEnd(limit);
        open.forEach(Channel::close);
        awaitEnd(CLOSED_WITHIN);
    }

    private void awaitEnd(Duration limit) {
        try {
            drained.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
