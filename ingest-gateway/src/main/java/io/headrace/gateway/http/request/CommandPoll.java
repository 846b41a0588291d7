package io.headrace.gateway.http.request;

import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.command.Commands;
import io.headrace.gateway.http.request.Admission.Poll;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.HttpContent;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device asks what it is to do, and is answered with one command: as soon as there is one, or with none after its time.
 * A command that it doesn't answer it is given again when it asks again, unless it says that it has it.
 */
final class CommandPoll implements Exchange {
    private final Requests requests;
    private final Channel channel;
    private final Poll request;
    private final Consumer<Answer> reply;
    private final Deadline deadline = new Deadline();
    private final ChannelFutureListener whenGone = _ -> leave();
    private Commands.@Nullable Line line;
    private String after;

    /** @param channel of this request: its end is the end of waiting */
    CommandPoll(Requests requests, Channel channel, Poll request, Consumer<Answer> reply) {
        this.requests = requests;
        this.channel = channel;
        this.request = request;
        this.reply = reply;
        this.after = request.after();
    }

    @Override
    public Optional<HttpProblem> add(HttpContent part) {
        return part.decoderResult().isFailure() || part.content().isReadable()
                ? Optional.of(HttpProblem.badRequest("commands are asked for without a body"))
                : Optional.empty();
    }

    @Override
    public void drop() {
        leave();
    }

    /** Asking counts as a message: a device that asks and asks is told to wait as one that sends and sends is. */
    @Override
    public boolean take() {
        Allowance allowance = requests.ports.quotas().of(request.device().device());
        long wait = allowance.take(0, allowance.now());
        if (wait > 0) {
            reply.accept(new Answer.Refused(HttpProblem.overQuota(wait)));
            return false;
        }
        requests.polls.add(this);
        channel.closeFuture().addListener(whenGone);
        deadline.set(channel.eventLoop(), request.patience(), this::giveUp);
        line = requests.ports.commands().open(request.device().device(), Admission.PROTOCOL, this::wake);
        look();
        if (requests.isDraining()) {
            giveUp();
        }
        return true;
    }

    /** On any thread. */
    private void wake() {
        channel.eventLoop().execute(this::look);
    }

    private void look() {
        Commands.Line open = line;
        if (open == null) {
            return;
        }
        next(open).ifPresent(command -> {
            reply.accept(new Answer.Ordered(
                    command, command.secondsLeft(requests.ports.clock().millis())));
            open.delivered(command);
            leave();
        });
    }

    private Optional<Command> next(Commands.Line open) {
        Optional<Command> next = after.isEmpty() ? open.next() : open.nextAfter(after);
        after = "";
        return next;
    }

    private void giveUp() {
        if (line != null) {
            reply.accept(Answer.Nothing.INSTANCE);
            leave();
        }
    }

    /** The gateway stops. On any thread. */
    void drain() {
        channel.eventLoop().execute(this::giveUp);
    }

    private void leave() {
        deadline.clear();
        requests.polls.remove(this);
        channel.closeFuture().removeListener(whenGone);
        if (line != null) {
            line.close();
            line = null;
        }
    }
}
