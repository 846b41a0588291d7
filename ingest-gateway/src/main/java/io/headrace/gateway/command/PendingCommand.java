package io.headrace.gateway.command;

import io.headrace.gateway.command.Commands.Answered;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that has no final result yet, as the {@link CommandBook} keeps it and guards it. */
final class PendingCommand {
    static final Comparator<PendingCommand> BY_EXPIRY = Comparator.<PendingCommand>comparingLong(
                    each -> each.command.expiresAt())
            .thenComparingLong(each -> each.number);

    /** What it takes in memory besides its payload. */
    private static final int OVERHEAD = 768;

    final Command command;
    final int partition;
    /** Grows from command to command: their order. */
    final long number;
    /** Whether a device was told of it, here or elsewhere. */
    boolean isDelivered;
    /** Whether a final result that isn't the device's is on its way into Kafka. */
    boolean isEnding;
    /** The device's answer on its way into Kafka; null while there is none. */
    @Nullable
    CompletableFuture<Answered> answer;

    PendingCommand(Command command, int partition, long number) {
        this.command = command;
        this.partition = partition;
        this.number = number;
    }

    static int weight(Command command) {
        return OVERHEAD + command.payload().length;
    }

    /** Whether it may go to the device now. */
    boolean isOpen(long now) {
        return answer == null && !isEnding && now < command.expiresAt();
    }
}
