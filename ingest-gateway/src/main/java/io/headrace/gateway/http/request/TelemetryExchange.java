package io.headrace.gateway.http.request;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.http.request.Admission.Admitted;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An admitted request with messages. */
final class TelemetryExchange implements Exchange {
    /** How many times as large as a body may be what a batch repeats of its headers. */
    private static final int FACTS_TO_BODY = 4;

    private final Requests requests;
    private final EventExecutor loop;
    private final Admitted request;
    private final Body body;
    private final Consumer<Answer> reply;
    private final Deadline ack = new Deadline();

    TelemetryExchange(Requests requests, EventExecutor loop, Admitted request, Consumer<Answer> reply) {
        this.requests = requests;
        this.loop = loop;
        this.request = request;
        this.body = new Body(requests.limits, requests.bodies, request.device().device());
        this.reply = reply;
    }

    @Override
    public Optional<HttpProblem> add(HttpContent part) {
        if (part.decoderResult().isFailure()) {
            return Optional.of(HttpProblem.badRequest("the body is not well-formed"));
        }
        Optional<HttpProblem> problem = body.add(part.content());
        return problem.isEmpty() && !requests.ports.ingest().hasRoom()
                ? Optional.of(HttpProblem.unavailable("no room, send it again later"))
                : problem;
    }

    @Override
    public void drop() {
        body.drop();
    }

    @Override
    public boolean take() {
        List<byte[]> payloads;
        try {
            Optional<HttpProblem> damage = request.inflated() ? body.inflate(request.coding()) : Optional.empty();
            if (damage.isPresent()) {
                return refuse(damage.get());
            }
            payloads = request.format().split(body.finish(), requests.limits.maxBatch());
        } finally {
            body.drop(); // whatever comes of it
        }
        Optional<HttpProblem> problem = unfit(payloads).or(() -> overQuota(payloads));
        return problem.isPresent() ? refuse(problem.get()) : handOver(payloads);
    }

    private boolean refuse(HttpProblem why) {
        reply.accept(new Answer.Refused(why));
        return false;
    }

    private Optional<HttpProblem> unfit(List<byte[]> payloads) {
        Limits limits = requests.limits;
        if (payloads.size() > limits.maxBatch()) {
            return Optional.of(HttpProblem.tooLarge("a body has at most " + limits.maxBatch() + " messages"));
        }
        for (byte[] payload : payloads) {
            if (payload.length > limits.maxPayload()) {
                return Optional.of(HttpProblem.tooLarge("a message has at most " + limits.maxPayload() + " bytes"));
            }
        }
        return factsOf(payloads.size()) > (long) FACTS_TO_BODY * limits.maxBody()
                ? Optional.of(HttpProblem.tooLarge("the headers go with each message, and are too large for so many"))
                : Optional.empty();
    }

    /** Bytes, about: what the headers say travels with each message. */
    private long factsOf(int messages) {
        long each = 0;
        for (Fact fact : request.facts()) {
            each += fact.size();
        }
        return each * messages;
    }

    /**
     * A batch comes in when its first message does, and the device's quota goes into debt for the rest: a batch larger
     * than the quota ever holds would otherwise be sent again for ever.
     */
    private Optional<HttpProblem> overQuota(List<byte[]> payloads) {
        if (payloads.isEmpty()) {
            return Optional.empty();
        }
        Allowance allowance = requests.ports.quotas().of(request.device().device());
        long now = allowance.now();
        long wait = allowance.take(payloads.getFirst().length, now);
        if (wait > 0) {
            return Optional.of(HttpProblem.overQuota(wait));
        }
        int bytes = 0;
        for (int i = 1; i < payloads.size(); i++) {
            bytes += payloads.get(i).length;
        }
        if (payloads.size() > 1) {
            allowance.charge(payloads.size() - 1, bytes, now);
        }
        return Optional.empty();
    }

    private boolean handOver(List<byte[]> payloads) {
        Acks acks = new Acks(
                payloads.size(),
                each -> loop.execute(() -> {
                    ack.clear();
                    reply.accept(each);
                }));
        ack.set(
                loop,
                requests.limits.ackTimeout(),
                () -> reply.accept(
                        new Answer.Refused(HttpProblem.unavailable("not stored in time, send it again later"))));
        for (int i = 0; i < payloads.size() && !acks.hasFailed(); i++) {
            requests.ports.ingest().accept(message(payloads.get(i), i, payloads.size()), acks.answer(i));
        }
        return !acks.hasFailed();
    }

    /** Messages of one batch share the device's message id, told apart by their place. */
    private Message message(byte[] payload, int index, int count) {
        List<Fact> facts = request.facts();
        if (request.messageId().isPresent()) {
            String id = request.messageId().get();
            facts = new ArrayList<>(facts);
            facts.add(new Fact(Headers.MESSAGE_ID, count == 1 ? id : id + "#" + index));
        }
        return new Message(request.device().device(), payload, request.receivedAt(), facts);
    }
}
