package io.headrace.control.commands;

import io.headrace.record.CommandResult;
import io.headrace.record.CommandStatus;
import io.headrace.record.DeviceCommand;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A command and what is known of it: a fold over records of both topics, which may come in any order. Of commands and of
 * final results the first counts.
 *
 * @param command empty where only a result is known yet
 * @param deliveredAt when its device had it first; empty where it hasn't
 * @param result the final one; empty while there is none
 */
record CommandState(Optional<DeviceCommand> command, Optional<Instant> deliveredAt, Optional<CommandResult> result) {
    private static final int OVERHEAD = 1_024;
    static final CommandState UNKNOWN = new CommandState(Optional.empty(), Optional.empty(), Optional.empty());

    CommandState plus(DeviceCommand made) {
        return command.isPresent() ? this : new CommandState(Optional.of(made), deliveredAt, result);
    }

    CommandState plus(CommandResult told) {
        return switch (told.getStatus()) {
            case DELIVERED ->
                deliveredAt.isPresent() ? this : new CommandState(command, Optional.of(told.getAt()), result);
            case SUCCEEDED, FAILED, EXPIRED, REJECTED ->
                result.isPresent() ? this : new CommandState(command, deliveredAt, Optional.of(told));
            case OTHER -> this; // of a gateway that knows more than this control plane
        };
    }

    boolean isOver() {
        return result.isPresent();
    }

    /** {@code pending}, {@code delivered}, {@code succeeded}, {@code failed}, {@code expired} or {@code rejected}. */
    String word() {
        return result.map(CommandResult::getStatus)
                .map(CommandStatus::name)
                .orElse(deliveredAt.isPresent() ? "DELIVERED" : "PENDING")
                .toLowerCase(Locale.ROOT);
    }

    /** Bytes that it takes in memory, about. */
    int weight() {
        return OVERHEAD
                + command.map(made -> made.getPayload().remaining()).orElse(0)
                + result.map(told -> told.getPayload().remaining()).orElse(0);
    }
}
