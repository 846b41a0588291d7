package io.headrace.gateway.amqp.message;

import io.headrace.gateway.amqp.codec.Descriptor;
import io.headrace.gateway.amqp.codec.TypeWriter;
import io.headrace.gateway.command.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Writes a command as the sections of a message (section 3.2). */
public final class CommandMessage {
    /** Where its answer goes; with the same correlation-id. */
    public static final String REPLY_TO = "commands/results";

    private static final int LONGEST_SYMBOL = 255;
    private static final int REST = 1 << 10;

    private CommandMessage() {}

    /** @param now epoch milliseconds */
    public static byte[] of(Command command, long now) {
        ByteBuf bytes = Unpooled.buffer(REST + command.payload().length);
        TypeWriter out = new TypeWriter();
        out.over(bytes);
        header(out, Math.max(1, command.expiresAt() - now));
        properties(out, command);
        out.binarySection(Descriptor.DATA, command.payload());
        return ByteBufUtil.getBytes(bytes);
    }

    private static void header(TypeWriter out, long millisLeft) {
        out.beginList(Descriptor.HEADER);
        out.nothing(); // durable
        out.nothing(); // priority
        out.uint(millisLeft);
        out.endList();
    }

    private static void properties(TypeWriter out, Command command) {
        out.beginList(Descriptor.PROPERTIES);
        out.string(command.id());
        out.nothing(); // user-id
        out.nothing(); // to
        out.string(command.name());
        out.string(REPLY_TO);
        out.string(command.id());
        if (isSymbol(command.contentType())) {
            out.symbol(command.contentType());
        } else {
            out.nothing();
        }
        out.nothing(); // content-encoding
        out.timestamp(command.expiresAt());
        out.endList();
    }

    private static boolean isSymbol(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_SYMBOL
                && StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }
}
