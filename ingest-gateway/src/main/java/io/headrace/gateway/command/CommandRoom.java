package io.headrace.gateway.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much room there is for commands that wait, and whose it is to end one that found none or has expired: the gateway's
 * that owns its partition. The owner has the last tenth of every limit for itself, so that it doesn't reject what another
 * gateway, whose view is a moment behind or ahead, still takes for its device. Guarded by the {@link CommandBook}.
 */
final class CommandRoom {
    /** An answer that has come in time may still be on its way into Kafka. */
    private static final long GRACE_MILLIS = 1_000;
    /** Somebody would have ended it long since. */
    private static final long FORGET_MILLIS = 600_000;

    private static final int MOST_AT_ONCE = 1_000;

    private final CommandConfig config;
    private final TreeSet<PendingCommand> byExpiry = new TreeSet<>(PendingCommand.BY_EXPIRY);
    private long bytes;
    /** Empty while that isn't known: then everything is. */
    private Optional<Set<Integer>> owned = Optional.empty();

    CommandRoom(CommandConfig config) {
        this.config = config;
    }

    void owns(Set<Integer> partitions) {
        owned = Optional.of(Set.copyOf(partitions));
    }

    boolean isMine(int partition) {
        return owned.isEmpty() || owned.get().contains(partition);
    }

    /** Why a command can't wait here; empty where it can. */
    Optional<String> refusal(Command command, int partition, int ofItsDevice) {
        int tenths = isMine(partition) ? 10 : 9;
        if (command.payload().length > config.maxPayload()) {
            return Optional.of("a payload of more than " + config.maxPayload() + " bytes");
        }
        if (ofItsDevice >= Math.max(1, config.maxPerDevice() * tenths / 10)) {
            return Optional.of(ofItsDevice + " commands of the device wait already");
        }
        return bytes + PendingCommand.weight(command) > config.memory() / 10 * tenths
                ? Optional.of("the gateways hold as many commands as they can")
                : Optional.empty();
    }

    void take(PendingCommand pending) {
        bytes += PendingCommand.weight(pending.command);
        byExpiry.add(pending);
    }

    void give(PendingCommand pending) {
        bytes -= PendingCommand.weight(pending.command);
        byExpiry.remove(pending);
    }

    /** Some of those that have expired, that nobody ends yet, and that are this gateway's to end. */
    List<PendingCommand> overdue(long now) {
        List<PendingCommand> overdue = new ArrayList<>();
        if (owned.isEmpty()) {
            return overdue;
        }
        for (PendingCommand each : byExpiry) {
            if (each.command.expiresAt() + GRACE_MILLIS > now || overdue.size() == MOST_AT_ONCE) {
                return overdue;
            }
            if (isMine(each.partition) && !each.isEnding && each.answer == null) {
                overdue.add(each);
            }
        }
        return overdue;
    }

    /** Those that expired so long ago that nobody ends them any more. */
    Collection<PendingCommand> forgotten(long now) {
        List<PendingCommand> forgotten = new ArrayList<>();
        for (PendingCommand each : byExpiry) {
            if (each.command.expiresAt() + FORGET_MILLIS > now) {
                return forgotten;
            }
            if (!isMine(each.partition)) {
                forgotten.add(each);
            }
        }
        return forgotten;
    }

    Number count() {
        return byExpiry.size();
    }

    Number bytes() {
        return bytes;
    }
}
