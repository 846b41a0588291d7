package io.headrace.gateway.amqp;

import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.amqp.message.CommandAnswer;
import io.headrace.gateway.amqp.session.Delivery;
import io.headrace.gateway.amqp.session.Downlink;
import io.headrace.gateway.command.Answer;
import io.headrace.gateway.command.Commands;
import io.headrace.gateway.command.Commands.Answered;
import io.headrace.gateway.ingest.Message;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The commands of one connection's device. For the connection's event loop, but for what says that there is more. */
final class DeviceDownlink implements Downlink {
    /** How long a device that releases a command is left alone with it. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final AmqpConnection connection;
    private final Commands commands;
    private final EventExecutor loop;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private boolean isOpen;
    private boolean isHeldUp;

    DeviceDownlink(AmqpConnection connection, Commands commands, EventExecutor loop) {
        this.connection = connection;
        this.commands = commands;
        this.loop = loop;
    }

    @Override
    public Optional<Commands.Line> open() {
        if (isOpen) {
            return Optional.empty();
        }
        isOpen = true;
        connection.charge(0);
        return Optional.of(commands.open(connection.device(), AmqpConnection.PROTOCOL, this::wake));
    }

    /** On any thread; one hop to the loop takes all that there is when it gets there. */
    private void wake() {
        if (isWoken.compareAndSet(false, true)) {
            loop.execute(() -> {
                isWoken.set(false);
                connection.offer();
            });
        }
    }

    @Override
    public void closed() {
        isOpen = false;
    }

    @Override
    public boolean mayOffer() {
        isHeldUp = !connection.takesMore();
        return !isHeldUp;
    }

    /** The peer may have read what it was sent. */
    void goOn() {
        if (isHeldUp) {
            isHeldUp = false;
            connection.offer();
        }
    }

    @Override
    public void offerAgainLater() {
        connection.offerAgainAfter(REST);
    }

    @Override
    public void answer(Delivery delivery, Message message) {
        connection.charge(message.payload().length);
        switch (CommandAnswer.of(message)) {
            case CommandAnswer.Refused(Outcome why) -> connection.settle(delivery, why);
            case CommandAnswer.Good(String commandId, Answer answer) ->
                commands.answer(message.device(), commandId, answer, AmqpConnection.PROTOCOL)
                        .whenComplete((answered, problem) -> connection.settle(delivery, outcome(answered, problem)));
        }
    }

    private static Outcome outcome(@Nullable Answered answered, @Nullable Throwable problem) {
        return answered == Answered.UNKNOWN ? Outcome.NO_COMMAND : AmqpConnection.outcome(problem);
    }
}
