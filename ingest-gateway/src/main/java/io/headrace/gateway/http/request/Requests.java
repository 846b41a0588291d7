package io.headrace.gateway.http.request;

import io.headrace.gateway.edge.Ports;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;

/** What all requests share. Safe for use by several threads. */
public final class Requests {
    /** Of the largest size, that one device may send at the same time, what they inflate to counted too. */
    private static final int BODIES_AT_ONCE = 4;

    final Ports ports;
    final Limits limits;
    final Bodies bodies;
    private final Admission admission;

    public Requests(Ports ports, Limits limits) {
        this.ports = ports;
        this.limits = limits;
        this.bodies = new Bodies(ports.ingest(), BODIES_AT_ONCE * limits.maxBody());
        this.admission = new Admission(ports, limits);
    }

    /**
     * Decides from a request's head alone whether its body is wanted.
     *
     * @param connection of the peer, with its TLS
     */
    public Admission.Decision decide(Channel connection, HttpRequest request) {
        return admission.decide(connection, request);
    }

    /**
     * Begins to take a body.
     *
     * @param reply called with the answer, on the loop; a second call is to be ignored, for it comes too late
     */
    public Exchange begin(EventExecutor loop, Admission.Admitted request, Consumer<Answer> reply) {
        return new Exchange(this, loop, request, reply);
    }

    /** Bytes of bodies that are being received now, inflated ones too. */
    public long inBodies() {
        return bodies.bytes();
    }
}
