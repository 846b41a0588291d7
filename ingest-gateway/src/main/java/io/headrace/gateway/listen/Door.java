package io.headrace.gateway.listen;

import io.headrace.gateway.admission.Pace;
import io.headrace.gateway.admission.Source;
import io.micrometer.core.instrument.Counter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a listening socket and the event loops: takes connections from the kernel a little faster than it lets
 * them in, so that one source's many don't hide another's one, and lets them in at a steady rate, in turns. So a storm of
 * reconnects is spread over time instead of refused. A connection that waits costs a file descriptor and nothing else.
 */
final class Door extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long BURST = SECOND / 10;
    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(5);
    /** So many are taken from the kernel for each that is let in: more would be work without end. */
    private static final int ACCEPTED_TO_LET_IN = 4;

    private final DoorConfig config;
    private final Census census;
    private final DoorMeters meters;
    private final FairQueue<Waiting> waiting;
    private final long cost;
    private final Pace entries = new Pace(System.nanoTime());
    private final Pace accepts = new Pace(System.nanoTime());
    private boolean isLooking;
    private boolean isComplaining;
    private long lookedForLateAt = System.nanoTime();

    private record Waiting(Channel channel, Source source, long since) {}

    /** @param rate connections let in, a second */
    Door(DoorConfig config, int rate, Census census, DoorMeters meters) {
        this.config = config;
        this.census = census;
        this.meters = meters;
        this.waiting = new FairQueue<>(config.maxWaiting());
        this.cost = SECOND / rate;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel channel = (Channel) message;
        isComplaining = false;
        pauseIfTooFast(context);
        if (!(channel.remoteAddress() instanceof InetSocketAddress address)
                || !config.filter().allows(address.getAddress())) {
            refuse(channel, meters.denied);
            return;
        }
        Source source = Source.of(address.getAddress());
        Waiting arrival = new Waiting(channel, source, System.nanoTime());
        if (waiting.size() == 0 && mayEnter(source) && entries.take(cost, arrival.since, burst()) == 0) {
            enter(context, arrival);
            return;
        }
        meters.waiting.incrementAndGet();
        waiting.add(source, arrival).ifPresent(loser -> leave(loser, meters.crowdedOut));
        lookLater(context);
    }

    private long burst() {
        return Math.max(BURST, 10 * cost);
    }

    private boolean mayEnter(Source source) {
        return census.ask(source) != Census.Answer.WAIT;
    }

    private void enter(ChannelHandlerContext context, Waiting next) {
        if (census.ask(next.source) == Census.Answer.LEAVE) {
            entries.giveBack(cost);
            refuse(next.channel, meters.tooManyOfSource);
            return;
        }
        Census.Visit visit = census.enter(next.source);
        next.channel.attr(Census.VISIT).set(visit);
        next.channel.closeFuture().addListener(_ -> visit.end());
        context.fireChannelRead(next.channel);
    }

    private void pauseIfTooFast(ChannelHandlerContext context) {
        long wait = accepts.charge(cost / ACCEPTED_TO_LET_IN, System.nanoTime(), burst());
        if (wait > 0) {
            pause(context, wait);
        }
    }

    private static void pause(ChannelHandlerContext context, long nanos) {
        if (context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(false);
            context.executor()
                    .schedule(() -> context.channel().config().setAutoRead(true), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void lookLater(ChannelHandlerContext context) {
        if (!isLooking) {
            isLooking = true;
            context.executor().schedule(() -> look(context), LOOK_EVERY, TimeUnit.NANOSECONDS);
        }
    }

    private void look(ChannelHandlerContext context) {
        isLooking = false;
        long now = System.nanoTime();
        sendAwayLate(now);
        while (waiting.size() > 0 && census.hasRoom() && entries.take(cost, now, burst()) == 0) {
            Waiting next = waiting.poll(this::mayEnter).orElse(null);
            if (next == null) {
                entries.giveBack(cost);
                break;
            }
            meters.waiting.decrementAndGet();
            enter(context, next);
        }
        if (waiting.size() > 0) {
            lookLater(context);
        }
    }

    /** Whose turn doesn't come within the time in which he must have shown who he is isn't there any more, most likely. */
    private void sendAwayLate(long now) {
        if (now - lookedForLateAt > SECOND) {
            lookedForLateAt = now;
            long limit = config.strangerTimeout().toNanos();
            waiting.removeIf(each -> now - each.since > limit, each -> leave(each, meters.waitedTooLong));
        }
    }

    private void leave(Waiting gone, @Nullable Counter why) {
        meters.waiting.decrementAndGet();
        refuse(gone.channel, why);
    }

    private static void refuse(Channel channel, @Nullable Counter why) {
        if (why != null) {
            why.increment();
        }
        channel.unsafe().closeForcibly();
    }

    /** Most likely there is no file descriptor left: those that are connected live on, and new ones wait in the kernel. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        meters.acceptFailures.increment();
        if (!isComplaining) {
            LOG.warn("no connection can be taken at {}, new ones wait: {}", context.channel(), cause.getMessage());
            isComplaining = true;
        }
        pause(context, SECOND);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.removeIf(_ -> true, each -> leave(each, null));
        context.fireChannelInactive();
    }
}
