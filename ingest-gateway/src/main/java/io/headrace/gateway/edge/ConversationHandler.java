package io.headrace.gateway.edge;

import io.headrace.gateway.listen.Drain;
import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Netty's side of a {@link Conversation}: turns the channel's events into calls. */
public final class ConversationHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConversationHandler.class);

    private final String protocol;
    private final Function<ChannelHandlerContext, Conversation> open;
    private final Counter broken;
    private @Nullable Conversation conversation;

    /**
     * @param protocol for the log: {@code MQTT}
     * @param open makes the connection's conversation
     * @param broken counts connections that end with an input or output error
     */
    public ConversationHandler(String protocol, Function<ChannelHandlerContext, Conversation> open, Counter broken) {
        this.protocol = protocol;
        this.open = open;
        this.broken = broken;
    }

    private Conversation conversation() {
        if (conversation == null) {
            throw new IllegalStateException("an event before the handler was added");
        }
        return conversation;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        conversation = open.apply(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            conversation().received(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        conversation().flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        conversation().goOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.BEGIN) {
            conversation().drain();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        conversation().lost();
    }

    /** Resets and TLS errors are the peer's, and many; anything else is ours, and worth a trace. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            broken.increment();
            LOG.debug("{} {} broke off: {}", protocol, context.channel().remoteAddress(), cause.toString());
        } else {
            LOG.error("{} connection closed by a bug", protocol, cause);
        }
        context.close();
    }
}
