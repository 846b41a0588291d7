package io.headrace.gateway.mqtt;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.command.Answer;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.command.Commands;
import io.headrace.gateway.command.Commands.Answered;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.session.Delivery;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of one connection's device: takes from its line what can be sent, no more, and brings back what becomes of
 * it. For the connection's event loop, but for what says that there is more.
 */
final class Offering {
    private static final Logger LOG = LoggerFactory.getLogger(Offering.class);

    private final Commands commands;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private Commands.@Nullable Line line;
    private boolean isHeldUp;

    Offering(Commands commands) {
        this.commands = commands;
    }

    /** @param wake called on any thread, once until the next {@link #offer}, when there may be more */
    void open(DeviceId device, String protocol, Runnable wake) {
        if (line == null) {
            line = commands.open(device, protocol, () -> {
                if (isWoken.compareAndSet(false, true)) {
                    wake.run();
                }
            });
        }
    }

    /** Sends what waits, as long as that can be. */
    void offer(BooleanSupplier mayBeSent, Consumer<Command> send) {
        isWoken.set(false);
        isHeldUp = false;
        while (line != null) {
            if (!mayBeSent.getAsBoolean()) {
                isHeldUp = true;
                return;
            }
            Optional<Command> next = line.next();
            if (next.isEmpty()) {
                return;
            }
            send.accept(next.get());
        }
    }

    /** Whether something may wait that couldn't be sent. */
    boolean isHeldUp() {
        return isHeldUp;
    }

    void sent(Packet.Publish packet, Command command) {
        if (packet.qos() == 0) {
            delivered(command);
        }
    }

    void delivered(Command command) {
        if (line != null) {
            line.delivered(command);
        }
    }

    void declined(Command command, ReasonCode reason) {
        if (line != null) {
            line.refused(
                    command,
                    "the device refused it: "
                            + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
    }

    void tooLarge(Command command) {
        if (line != null) {
            line.unfit(command, "larger than the packets that the device takes");
        }
    }

    /** Hands an answer over, and settles its delivery. */
    void answer(DeviceId device, String protocol, String commandId, Answer answer, Delivery delivery) {
        commands.answer(device, commandId, answer, protocol)
                .whenComplete((answered, problem) -> settle(delivery, answered, problem));
    }

    private static void settle(Delivery delivery, @Nullable Answered answered, @Nullable Throwable problem) {
        Throwable cause = problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
        if (answered != null) {
            delivery.answered(answered);
        } else if (cause instanceof NotStoredException why) {
            delivery.notStored(why);
        } else {
            LOG.error("an answer to a command could not be handed over", cause);
            delivery.notStored(new NotStoredException(NotStoredException.Cause.UNAVAILABLE, "a bug"));
        }
    }

    void close() {
        if (line != null) {
            line.close();
            line = null;
        }
    }
}
