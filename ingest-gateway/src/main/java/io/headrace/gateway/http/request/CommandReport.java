package io.headrace.gateway.http.request;

import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.command.Commands.Answered;
import io.headrace.gateway.http.request.Admission.Report;
import io.headrace.gateway.ingest.NotStoredException;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A device answers a command, and is told when Kafka has its answer. */
final class CommandReport implements Exchange {
    private final Requests requests;
    private final Channel channel;
    private final Report request;
    private final Consumer<Answer> reply;
    private final Body body;
    private final Deadline ack = new Deadline();

    CommandReport(Requests requests, Channel channel, Report request, Consumer<Answer> reply) {
        this.requests = requests;
        this.channel = channel;
        this.request = request;
        this.reply = reply;
        this.body = new Body(requests.limits, requests.bodies, request.device().device());
    }

    @Override
    public Optional<HttpProblem> add(HttpContent part) {
        return part.decoderResult().isFailure()
                ? Optional.of(HttpProblem.badRequest("the body is not well-formed"))
                : body.add(part.content());
    }

    @Override
    public void drop() {
        body.drop();
    }

    @Override
    public boolean take() {
        byte[] payload = body.finish();
        if (payload.length > requests.limits.maxPayload()) {
            return refuse(HttpProblem.tooLarge("an answer has at most " + requests.limits.maxPayload() + " bytes"));
        }
        Allowance allowance = requests.ports.quotas().of(request.device().device());
        long wait = allowance.take(payload.length, allowance.now());
        if (wait > 0) {
            return refuse(HttpProblem.overQuota(wait));
        }
        ack.set(
                channel.eventLoop(),
                requests.limits.ackTimeout(),
                () -> refuse(HttpProblem.unavailable("not stored in time, send it again later")));
        requests.ports
                .commands()
                .answer(request.device().device(), request.commandId(), said(payload), Admission.PROTOCOL)
                .whenComplete((answered, problem) ->
                        channel.eventLoop().execute(() -> reply.accept(answer(answered, problem))));
        return true;
    }

    private io.headrace.gateway.command.Answer said(byte[] payload) {
        return request.outcome()
                .map(isSuccess -> io.headrace.gateway.command.Answer.of(isSuccess, payload, request.contentType()))
                .orElseGet(() -> io.headrace.gateway.command.Answer.of(payload, request.contentType()));
    }

    private Answer answer(@Nullable Answered answered, @Nullable Throwable problem) {
        ack.clear();
        Throwable cause = problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
        if (cause instanceof NotStoredException notStored) {
            return Answer.notStored(notStored);
        }
        if (answered == null) {
            throw new IllegalStateException("an answer to a command is neither stored nor refused", problem);
        }
        return answered == Answered.UNKNOWN
                ? new Answer.Refused(HttpProblem.of(
                        HttpResponseStatus.NOT_FOUND, "the device has no such command, or it was over long ago"))
                : new Answer.Heard(answered == Answered.STORED);
    }

    private boolean refuse(HttpProblem why) {
        reply.accept(new Answer.Refused(why));
        return false;
    }
}
