package io.headrace.gateway.coap;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Headers;
import io.headrace.gateway.coap.command.Format;
import io.headrace.gateway.coap.command.Observations;
import io.headrace.gateway.coap.command.Representation;
import io.headrace.gateway.coap.command.Representations;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.command.Commands;
import io.headrace.gateway.command.Commands.Answered;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.Message.Fact;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.californium.core.coap.BlockOption;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.OptionSet;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.Exchange;
import org.jspecify.annotations.Nullable;

/** What devices ask of their commands: the next one, to be told of each, a block of a large one, and to be heard. */
final class CommandRequests {
    /** As in {@code hr-protocol}. */
    static final String PROTOCOL = "coap";

    private static final int OBSERVE = 0;
    private static final int CANCEL = 1;
    /** Of a response: ETag, Content-Format, Max-Age, Block2, and what stands before the payload. */
    private static final int OPTIONS = 24;

    private final Ports ports;
    private final Caller caller;
    private final Observations observations;
    private final Representations representations;
    private final CoapMeters meters;

    CommandRequests(
            Ports ports, Caller caller, Observations observations, Representations representations, CoapMeters meters) {
        this.ports = ports;
        this.caller = caller;
        this.observations = observations;
        this.representations = representations;
        this.meters = meters;
    }

    /** Null where it is answered already. */
    @Nullable
    Answer asked(Exchange exchange, Verdict.Accepted device, Target target) {
        OptionSet options = exchange.getRequest().getOptions();
        Optional<Format> format = Format.accepted(options.getAccept());
        if (format.isEmpty()) {
            return Answer.of(ResponseCode.NOT_ACCEPTABLE, "JSON or CBOR");
        }
        BlockOption block = options.getBlock2();
        if (block != null && block.getNum() > 0) {
            return block(exchange, device.device(), block);
        }
        long wait = ports.quotas().of(device.device()).take(0);
        if (wait > 0) {
            return Answer.overQuota(wait);
        }
        Integer observe = options.getObserve();
        if (observe != null && observe == OBSERVE && observations.hasRoomFor(device.device())) {
            observations.begin(exchange, device, format.get(), asked(exchange));
        } else if (observe != null && observe == CANCEL) {
            observations.cancel(exchange, device.device());
            reply(exchange, new Response(ResponseCode.CONTENT));
        } else {
            poll(exchange, device.device(), target.after(), format.get());
        }
        return null;
    }

    private void poll(Exchange exchange, DeviceId device, String after, Format format) {
        try (Commands.Line line = ports.commands().open(device, PROTOCOL, () -> {})) {
            Optional<Command> next = after.isEmpty() ? line.next() : line.nextAfter(after);
            Response response = new Response(ResponseCode.CONTENT);
            if (next.isEmpty()) {
                reply(exchange, response);
                return;
            }
            Representation shown =
                    Representation.of(next.get(), format, ports.clock().millis());
            int room = Math.min(room(exchange, device), Representation.size(asked(exchange)));
            if (shown.fitsInto(room)) {
                shown.putInto(response);
                reply(exchange, response);
                line.delivered(next.get());
            } else {
                representations.put(shown);
                shown.putInto(response, 0, Representation.szx(asked(exchange), room));
                reply(exchange, response);
            }
        }
    }

    /** Bytes of an answer: three times as many as its request has, where that may come from somebody else. */
    private int room(Exchange exchange, DeviceId device) {
        return observations.isProven(exchange, device)
                ? Integer.MAX_VALUE
                : caller.room(exchange.getRequest()) - OPTIONS;
    }

    /** Size of blocks that the device asks for. */
    private static int asked(Exchange exchange) {
        BlockOption block = exchange.getRequest().getOptions().getBlock2();
        return block == null ? Representation.LARGEST_SZX : Math.min(block.getSzx(), Representation.LARGEST_SZX);
    }

    private @Nullable Answer block(Exchange exchange, DeviceId device, BlockOption asked) {
        Representation shown = representations.find(device);
        if (shown == null) {
            return Answer.of(ResponseCode.REQUEST_ENTITY_INCOMPLETE, "begin with block 0");
        }
        int szx = Representation.szx(asked(exchange), room(exchange, device));
        int number = asked.getNum() << (asked(exchange) - szx);
        if (!shown.hasBlock(number, szx)) {
            return Answer.of(ResponseCode.BAD_OPTION, "there is no such block");
        }
        boolean isLast = shown.isLast(number, szx);
        Response response = new Response(ResponseCode.CONTENT);
        shown.putInto(response, number, szx);
        reply(exchange, response);
        if (isLast) {
            representations.remove(device);
            try (Commands.Line line = ports.commands().open(device, PROTOCOL, () -> {})) {
                line.delivered(shown.command());
            }
        }
        observations.given(shown, isLast);
        return null;
    }

    private void reply(Exchange exchange, Response response) {
        meters.answered(response.getCode());
        response.getOptions().setMaxAge(0);
        exchange.sendResponse(response);
    }

    /** What is wrong with an answer to a command; null for nothing. */
    @Nullable
    Answer fault(Target target, List<Fact> format) {
        if (!target.status().isEmpty()
                && io.headrace.gateway.command.Answer.outcome(target.status()).isEmpty()) {
            return Answer.of(ResponseCode.BAD_REQUEST, "status is succeeded or failed");
        }
        return Fact.find(format, Headers.CONTENT_ENCODING).isPresent()
                ? Answer.of(ResponseCode.UNSUPPORTED_CONTENT_FORMAT, "an answer isn't compressed")
                : null;
    }

    /** Stores the answer to a command that {@link #fault} has nothing against. */
    CompletionStage<Answer> answered(
            DeviceId device, Target.Result result, Target target, List<Fact> format, byte[] body) {
        String type = Fact.find(format, Headers.CONTENT_TYPE).orElse("");
        io.headrace.gateway.command.Answer answer = io.headrace.gateway.command.Answer.outcome(target.status())
                .map(isSuccess -> io.headrace.gateway.command.Answer.of(isSuccess, body, type))
                .orElseGet(() -> io.headrace.gateway.command.Answer.of(body, type));
        return ports.commands()
                .answer(device, result.commandId(), answer, PROTOCOL)
                .thenApply(CommandRequests::answer);
    }

    private static Answer answer(Answered answered) {
        return switch (answered) {
            case STORED -> Answer.STORED;
            case AGAIN -> Answer.of(ResponseCode.CHANGED, "had one");
            case UNKNOWN -> Answer.of(ResponseCode.NOT_FOUND, "no such command, or it was over long ago");
        };
    }

    void look() {
        observations.look();
    }

    void drain() {
        observations.drain();
    }
}
