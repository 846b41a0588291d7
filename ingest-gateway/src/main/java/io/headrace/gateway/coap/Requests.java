package io.headrace.gateway.coap;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Headers;
import io.headrace.gateway.coap.Target.Resource;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.core.coap.BlockOption;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.OptionSet;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.server.MessageDeliverer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the requests of one listener, in the order in which they came, and answers each: at once where it is refused,
 * when Kafka has its message where it is taken. On the listener's thread.
 */
final class Requests implements MessageDeliverer {
    private static final Answer NOT_SERVED = Answer.of(ResponseCode.BAD_OPTION, "an option that isn't served");

    private final Ports ports;
    private final int maxPayload;
    private final Caller caller;
    private final CommandRequests commands;
    private final Executor loop;
    private final InFlight inFlight;
    private final Transfers transfers;
    private final CoapMeters meters;
    private boolean isDraining;

    Requests(
            Ports ports, CoapConfig config, Caller caller, CommandRequests commands, Executor loop, CoapMeters meters) {
        this.ports = ports;
        this.maxPayload = config.limits().maxPayload();
        this.caller = caller;
        this.commands = commands;
        this.loop = loop;
        this.meters = meters;
        this.inFlight =
                new InFlight(config.limits().maxInFlight(), config.timeouts().ack(), meters.inFlight);
        this.transfers = new Transfers(config, ports.ingest(), meters);
    }

    InFlight inFlight() {
        return inFlight;
    }

    @Override
    public void deliverRequest(Exchange exchange) {
        Answer answer = taken(exchange, exchange.getRequest());
        if (answer != null) {
            exchange.sendResponse(response(exchange, answer));
        }
    }

    /** Null where the answer comes later. */
    private @Nullable Answer taken(Exchange exchange, Request request) {
        OptionSet options = request.getOptions();
        Answer fault = unserved(request, options);
        if (fault != null) {
            return fault;
        }
        Optional<Target> target = Target.parse(options.getUriPath(), options.getUriQuery());
        if (target.isEmpty()) {
            return Answer.of(ResponseCode.NOT_FOUND, "telemetry goes to v1/telemetry, commands come from v1/commands");
        }
        Resource resource = target.get().resource();
        if (request.getCode() != resource.method()) {
            return Answer.of(ResponseCode.METHOD_NOT_ALLOWED, "only " + resource.method() + " here");
        }
        if (asksForPart(options) && resource != Target.Commands.INSTANCE) {
            return NOT_SERVED;
        }
        if (resource instanceof Target.Telemetry && !ports.ingest().hasRoom()) {
            return Answer.NO_ROOM;
        }
        return switch (caller.identify(request, target.get())) {
            case Verdict.Accepted device ->
                resource == Target.Commands.INSTANCE
                        ? commands.asked(exchange, device, target.get())
                        : admitted(exchange, device.device(), target.get());
            case Verdict.Rejected rejected -> Answer.of(rejected.why());
        };
    }

    private @Nullable Answer unserved(Request request, OptionSet options) {
        if (isDraining) {
            return Answer.STOPPING;
        }
        if (options.hasProxyUri() || options.hasProxyScheme()) {
            return Answer.of(ResponseCode.PROXY_NOT_SUPPORTED, "no proxy");
        }
        if (options.hasOscore() || options.hasIfNoneMatch() || options.getIfMatchCount() > 0) {
            return NOT_SERVED;
        }
        return request.isMulticast() ? Answer.of(ResponseCode.NOT_FOUND, "") : null;
    }

    private static boolean asksForPart(OptionSet options) {
        return options.hasBlock2() && options.getBlock2().getNum() > 0;
    }

    private @Nullable Answer admitted(Exchange exchange, DeviceId device, Target target) {
        Request request = exchange.getRequest();
        Optional<List<Fact>> format = ContentFormats.facts(request.getOptions().getContentFormat());
        if (format.isEmpty()) {
            return Answer.of(ResponseCode.UNSUPPORTED_CONTENT_FORMAT, "a Content-Format that isn't taken");
        }
        if (!target.hasUsableId()) {
            return Answer.of(ResponseCode.BAD_REQUEST, "message-id has 1 to 128 characters");
        }
        Answer fault = target.resource() instanceof Target.Result ? commands.fault(target, format.get()) : null;
        if (fault != null) {
            return fault;
        }
        if (request.getPayloadSize() > maxPayload) {
            return Answer.tooLarge(maxPayload);
        }
        if (!inFlight.hasRoomFor(exchange.getPeersIdentity())) {
            return Answer.NO_ROOM;
        }
        BlockOption block = request.getOptions().getBlock1();
        if (block == null) {
            return accepted(exchange, device, target, format.get(), request.getPayload());
        }
        return switch (transfers.take(exchange.getPeersIdentity(), request, block)) {
            case Transfers.Complete body -> accepted(exchange, device, target, format.get(), body.bytes());
            case Transfers.Unfinished unfinished -> unfinished.answer();
        };
    }

    private static List<Fact> facts(Target.Telemetry telemetry, Target target, List<Fact> format) {
        List<Fact> facts = new ArrayList<>(4);
        facts.add(new Fact(Headers.PROTOCOL, CommandRequests.PROTOCOL));
        facts.addAll(format);
        if (!telemetry.channel().isEmpty()) {
            facts.add(new Fact(Headers.CHANNEL, telemetry.channel()));
        }
        target.messageId().ifPresent(id -> facts.add(new Fact(Headers.MESSAGE_ID, id)));
        return facts;
    }

    private @Nullable Answer accepted(
            Exchange exchange, DeviceId device, Target target, List<Fact> format, byte[] payload) {
        long wait = ports.quotas().of(device).take(payload.length);
        if (wait > 0) {
            return Answer.overQuota(wait);
        }
        InFlight.Waiting waiting = inFlight.add(exchange, exchange.getPeersIdentity());
        switch (target.resource()) {
            case Target.Telemetry telemetry ->
                store(waiting, new Message(device, payload, ports.clock().millis(), facts(telemetry, target, format)));
            case Target.Result result ->
                commands.answered(device, result, target, format, payload)
                        .whenComplete((answer, failure) -> loop.execute(
                                () -> end(waiting, answer == null ? Answer.notStored(failure, maxPayload) : answer)));
            case Target.Commands commandsAreAskedFor -> throw new IllegalStateException("nothing is sent there");
        }
        return null;
    }

    private void store(InFlight.Waiting waiting, Message message) {
        ports.ingest()
                .accept(message)
                .whenComplete((_, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        meters.latency.record(System.nanoTime() - waiting.since, TimeUnit.NANOSECONDS);
                    }
                    end(waiting, failure == null ? Answer.STORED : Answer.notStored(failure, maxPayload));
                }));
    }

    private void end(InFlight.Waiting waiting, Answer answer) {
        if (inFlight.end(waiting)) {
            Response response = response(waiting.exchange, answer);
            response.addMessageObserver(inFlight.sent());
            waiting.exchange.sendResponse(response);
        }
    }

    private Response response(Exchange exchange, Answer answer) {
        Request request = exchange.getRequest();
        meters.answered(answer.code());
        return answer.response(request.getOptions().getBlock1(), caller.room(request));
    }

    @Override
    public void deliverResponse(Exchange exchange, Response response) {
        throw new IllegalStateException("nothing is asked of anybody here");
    }

    /** Sees to what has waited. Several times a second. */
    void look() {
        inFlight.look(this::end);
        transfers.look();
        commands.look();
    }

    /** Takes nothing new from here on. */
    void drain() {
        isDraining = true;
        transfers.clear();
        commands.drain();
        inFlight.drain();
    }
}
