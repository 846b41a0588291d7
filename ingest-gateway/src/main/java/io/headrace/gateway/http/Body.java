package io.headrace.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/** The body of one request as far as it has come. Takes memory for what came, never for what was announced. */
final class Body {
    private final HttpConfig.Limits limits;
    private final BodyBudget budget;
    private final ByteBuf bytes;
    private int taken;

    Body(HttpConfig.Limits limits, BodyBudget budget) {
        this.limits = limits;
        this.budget = budget;
        this.bytes = Unpooled.buffer(256, limits.maxBody());
    }

    /** Adds what came; gives a problem where there is no place for it. */
    Optional<HttpProblem> add(ByteBuf content) {
        int size = content.readableBytes();
        if (size > limits.maxBody() - bytes.readableBytes()) {
            return Optional.of(Admission.bodyTooLarge(limits));
        }
        if (!budget.take(size)) {
            return Optional.of(HttpProblem.unavailable("too many requests at once, send it again later"));
        }
        taken += size;
        bytes.writeBytes(content);
        return Optional.empty();
    }

    /** All bytes; the body's place in the budget is given back. */
    byte[] finish() {
        byte[] all = new byte[bytes.readableBytes()];
        bytes.readBytes(all);
        drop();
        return all;
    }

    /** Gives its place back. */
    void drop() {
        budget.give(taken);
        taken = 0;
    }
}
