package io.headrace.gateway.http.request;

import io.netty.handler.codec.http.HttpContent;
import java.util.Optional;

/** An admitted request, from its body's first byte to its answer. On the connection's event loop. */
public interface Exchange {
    /** Adds a part of the body; gives a problem where the request is to be refused for it. */
    Optional<HttpProblem> add(HttpContent part);

    /** Gives up on the rest of the body. */
    void drop();

    /**
     * Does what is asked for, now that the body is there. The reply comes later, or at once where it is a refusal.
     *
     * @return whether it is under way; if not, nothing that comes behind it in order may be stored
     */
    boolean take();
}
