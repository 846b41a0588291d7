package io.headrace.gateway.http.request;

import io.headrace.gateway.edge.Ports;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What all requests share. Safe for use by several threads. */
public final class Requests {
    /** Of the largest size, that one device may send at the same time, what they inflate to counted too. */
    private static final int BODIES_AT_ONCE = 4;

    final Ports ports;
    final Limits limits;
    final Bodies bodies;
    final Set<CommandPoll> polls = ConcurrentHashMap.newKeySet();
    private final Admission admission;
    private volatile boolean isDraining;

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
     * @param channel of this one request, where it has one of its own
     * @param reply called with the answer, on the loop; a second call is to be ignored, for it comes too late
     */
    public Exchange begin(Channel channel, Admission.Wanted request, Consumer<Answer> reply) {
        return switch (request) {
            case Admission.Admitted messages -> new TelemetryExchange(this, channel.eventLoop(), messages, reply);
            case Admission.Poll poll -> new CommandPoll(this, channel, poll, reply);
            case Admission.Report report -> new CommandReport(this, channel, report, reply);
        };
    }

    /** The gateway stops: whoever waits for a command is told that there is none. */
    public void drain() {
        isDraining = true;
        polls.forEach(CommandPoll::drain);
    }

    boolean isDraining() {
        return isDraining;
    }

    /** Bytes of bodies that are being received now, inflated ones too. */
    public long inBodies() {
        return bodies.bytes();
    }
}
