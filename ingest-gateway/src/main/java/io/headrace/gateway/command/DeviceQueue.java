package io.headrace.gateway.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One device's commands that wait, in their order, and the lines that it has. Guarded by the {@link CommandBook}. */
final class DeviceQueue {
    private final Map<String, PendingCommand> commands = new LinkedHashMap<>();
    private final List<Runnable> listeners = new ArrayList<>(1);

    void add(PendingCommand pending) {
        commands.put(pending.command.id(), pending);
    }

    @Nullable
    PendingCommand find(String commandId) {
        return commands.get(commandId);
    }

    void remove(String commandId) {
        commands.remove(commandId);
    }

    /** The first after a number that may go to the device now. */
    Optional<PendingCommand> next(long after, long now) {
        for (PendingCommand each : commands.values()) {
            if (each.number > after && each.isOpen(now)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    int size() {
        return commands.size();
    }

    void listen(Runnable whenMore) {
        listeners.add(whenMore);
    }

    void ignore(Runnable whenMore) {
        listeners.remove(whenMore);
    }

    List<Runnable> listeners() {
        return List.copyOf(listeners);
    }

    boolean hasLine() {
        return !listeners.isEmpty();
    }

    boolean isUnused() {
        return commands.isEmpty() && listeners.isEmpty();
    }
}
