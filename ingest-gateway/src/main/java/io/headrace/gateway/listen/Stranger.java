package io.headrace.gateway.listen;

import io.micrometer.core.instrument.Counter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stands in the pipeline of a connection until it is a device's, and closes it if that takes too long. */
final class Stranger extends ChannelInboundHandlerAdapter {
    private final Census.Visit visit;
    private final Duration limit;
    private final Counter late;
    private @Nullable Future<?> timer;

    Stranger(Census.Visit visit, Duration limit, Counter late) {
        this.visit = visit;
        this.limit = limit;
        this.late = late;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        timer = context.executor()
                .schedule(
                        () -> {
                            late.increment();
                            context.close();
                        },
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
        if (event == Authenticated.DEVICE && !context.isRemoved()) {
            visit.known();
            context.pipeline().remove(this);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
