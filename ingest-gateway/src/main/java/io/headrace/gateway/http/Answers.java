package io.headrace.gateway.http;

import io.headrace.gateway.http.request.Answer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers of one connection in the order of its requests, whatever the order in which they come to be known.
 * An answer that closes the connection is the last: what waits behind it stays unanswered, and is sent again by the
 * device. On the connection's event loop.
 */
final class Answers {
    private final HttpMeters meters;
    private final Deque<Slot> waiting = new ArrayDeque<>();
    private boolean isOver;
    private boolean isDraining;

    /** Place of one request's answer in the order. */
    static final class Slot {
        private final boolean keepsAlive;
        private final boolean hasBody;
        private @Nullable Answer answer;

        private Slot(boolean keepsAlive, boolean hasBody) {
            this.keepsAlive = keepsAlive;
            this.hasBody = hasBody;
        }

        boolean keepsAlive() {
            return keepsAlive;
        }
    }

    Answers(HttpMeters meters) {
        this.meters = meters;
    }

    /**
     * The next place.
     *
     * @param keepsAlive whether the client lets the connection live on
     * @param hasBody whether the client reads an answer's body; not after HEAD
     */
    Slot next(boolean keepsAlive, boolean hasBody) {
        Slot slot = new Slot(keepsAlive, hasBody);
        waiting.add(slot);
        return slot;
    }

    int waiting() {
        return waiting.size();
    }

    /** Whether the last answer of the connection is written. */
    boolean isOver() {
        return isOver;
    }

    /** From here on the answer behind which none waits is the last. */
    void drain() {
        isDraining = true;
    }

    /** Sets an answer, and writes all that are due; a second answer for one place is ignored. */
    void set(ChannelHandlerContext context, Slot slot, Answer answer) {
        if (slot.answer != null || isOver) {
            return;
        }
        slot.answer = answer;
        Slot first = waiting.peek();
        boolean hasWritten = false;
        while (!isOver && first != null && first.answer != null) {
            waiting.remove();
            write(context, first, first.answer);
            hasWritten = true;
            first = waiting.peek();
        }
        if (hasWritten) {
            context.flush();
        }
    }

    private void write(ChannelHandlerContext context, Slot slot, Answer answer) {
        boolean isLast = isDraining && waiting.isEmpty();
        boolean keepsAlive = slot.keepsAlive && !isLast && !(answer instanceof Answer.Refused);
        isOver = !keepsAlive;
        meters.answered(answer.status());
        FullHttpResponse response = Responses.of(answer, slot.hasBody);
        response.headers()
                .set(HttpHeaderNames.CONNECTION, keepsAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        context.write(response);
    }

    /** Asks for the body that the client holds back until it is asked. */
    void askForBody(ChannelHandlerContext context) {
        context.writeAndFlush(Responses.goOn(context.alloc()));
    }
}
