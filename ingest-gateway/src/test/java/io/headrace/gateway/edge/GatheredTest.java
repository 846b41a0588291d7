package io.headrace.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.MessageToMessageEncoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of a connection, as each layer below says it. */
class GatheredTest {
    private static final class Protocol extends ChannelInboundHandlerAdapter {}

    private static final class ToFrames extends MessageToMessageEncoder<ByteBuf> {
        private ToFrames() {
            super(ByteBuf.class);
        }

        @Override
        protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
            out.add(new BinaryWebSocketFrame(bytes.retain()));
        }
    }

    private static String sent(EmbeddedChannel channel) {
        StringBuilder hex = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            byte[] bytes = new byte[next.readableBytes()];
            next.readBytes(bytes);
            next.release();
            hex.append(HexFormat.of().formatHex(bytes));
        }
        return hex.toString();
    }

    @Test
    void sendsWhatIsGatheredAndCloses() {
        EmbeddedChannel channel = new EmbeddedChannel(new Protocol());
        Gathered gathered = new Gathered(channel.pipeline().context(Protocol.class));
        gathered.buffer().writeByte(0xE0).writeByte(0);

        gathered.finish();
        channel.runPendingTasks();

        assertThat(sent(channel)).isEqualTo("e000");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void sendsTheCloseFrameOfWebSocketAfterWhatIsGathered() {
        EmbeddedChannel channel =
                new EmbeddedChannel(new WebSocket13FrameEncoder(false), new ToFrames(), new Protocol());
        Gathered gathered = new Gathered(channel.pipeline().context(Protocol.class));
        gathered.buffer().writeByte(0xE0).writeByte(0);

        gathered.finish();
        channel.runPendingTasks();

        assertThat(sent(channel)).startsWith("8202e000" + "8805" + "03e8");
        assertThat(channel.isOpen()).isFalse();
    }
}
