package io.headrace.gateway.amqp;

import io.headrace.gateway.amqp.session.Ending;
import io.headrace.gateway.listen.Drain;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Netty's side of a {@link AmqpConnection}: turns the channel's events into calls. */
final class AmqpHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AmqpHandler.class);

    private final AmqpEdge edge;
    private @Nullable AmqpConnection connection;

    AmqpHandler(AmqpEdge edge) {
        this.edge = edge;
    }

    private AmqpConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("an event before the handler was added");
        }
        return connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection = new AmqpConnection(edge, context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            connection().received(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        connection().flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection().goOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.BEGIN) {
            connection().drain();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection().end(Ending.LOST);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            edge.meters.broken.increment();
            LOG.debug("AMQP {} broke off: {}", context.channel().remoteAddress(), cause.toString());
        } else {
            LOG.error("AMQP connection closed by a bug", cause);
        }
        context.close();
    }
}
