package io.headrace.gateway.http.request;

import io.headrace.catalogue.DeviceId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The body of one request as far as it has come. Takes memory for what came, never for what was announced, and each byte
 * of it from the budget that messages in flight have too.
 */
final class Body {
    private static final int CHUNK = 8 << 10;

    private final Limits limits;
    private final Bodies bodies;
    private final DeviceId device;
    private ByteBuf bytes;
    private int taken;

    Body(Limits limits, Bodies bodies, DeviceId device) {
        this.limits = limits;
        this.bodies = bodies;
        this.device = device;
        this.bytes = newBuffer();
    }

    private ByteBuf newBuffer() {
        return Unpooled.buffer(256, limits.maxBody());
    }

    /** Adds what came; gives a problem where there is no place for it. */
    Optional<HttpProblem> add(ByteBuf content) {
        Optional<HttpProblem> problem = take(bytes, content.readableBytes());
        if (problem.isEmpty()) {
            bytes.writeBytes(content);
        }
        return problem;
    }

    private Optional<HttpProblem> take(ByteBuf into, int size) {
        if (size > limits.maxBody() - into.readableBytes()) {
            return Optional.of(HttpProblem.bodyTooLarge(limits));
        }
        if (!bodies.take(device, size)) {
            return Optional.of(HttpProblem.unavailable("too many requests at once, send it again later"));
        }
        taken += size;
        return Optional.empty();
    }

    /**
     * Replaces the bytes by what is in them. The limit is checked with each part that comes out: a body that would inflate
     * to more costs no more than one that doesn't.
     */
    Optional<HttpProblem> inflate(ContentCoding coding) {
        ByteBuf inflated = newBuffer();
        byte[] chunk = new byte[CHUNK];
        if (!bytes.isReadable()) {
            return Optional.of(HttpProblem.damaged(coding));
        }
        try (InputStream in = coding.inflating(new ByteBufInputStream(bytes))) {
            for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
                Optional<HttpProblem> problem = take(inflated, size);
                if (problem.isPresent()) {
                    return problem;
                }
                inflated.writeBytes(chunk, 0, size);
            }
        } catch (IOException damaged) {
            return Optional.of(HttpProblem.damaged(coding));
        }
        bytes = inflated;
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
        if (taken > 0) {
            bodies.give(device, taken);
            taken = 0;
        }
    }
}
