package io.headrace.control.commands;

import io.headrace.record.CommandResult;
import io.headrace.record.DeviceCommand;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Commands with what is known of them, the latest, within a number and a budget of bytes: the oldest go first. Safe for
 * use by several threads.
 */
final class LatestCommands {
    private final int most;
    private final long budget;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** The oldest first. */
    private final Map<Key, CommandState> states = new LinkedHashMap<>();

    private long bytes;

    private record Key(String device, String id) {}

    LatestCommands(int most, long budget) {
        this.most = most;
        this.budget = budget;
    }

    void plus(DeviceCommand made) {
        change(new Key(made.getDeviceId(), made.getId()), state -> state.plus(made));
    }

    void plus(CommandResult told) {
        change(new Key(told.getDeviceId(), told.getCommandId()), state -> state.plus(told));
    }

    private void change(Key key, UnaryOperator<CommandState> change) {
        lock.lock();
        try {
            CommandState before = states.get(key);
            CommandState after = change.apply(before == null ? CommandState.UNKNOWN : before);
            states.put(key, after);
            bytes += after.weight() - (before == null ? 0 : before.weight());
            Iterator<CommandState> oldest = states.values().iterator();
            while (states.size() > 1 && (states.size() > most || bytes > budget)) {
                bytes -= oldest.next().weight();
                oldest.remove();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Empty where no such command is known, or no longer. */
    Optional<CommandState> find(String device, String id) {
        lock.lock();
        try {
            return Optional.ofNullable(states.get(new Key(device, id)))
                    .filter(state -> state.command().isPresent());
        } finally {
            lock.unlock();
        }
    }

    /** A device's, the newest first. */
    List<CommandState> of(String device) {
        List<CommandState> found = new ArrayList<>();
        lock.lock();
        try {
            states.forEach((key, state) -> {
                if (key.device().equals(device) && state.command().isPresent()) {
                    found.add(state);
                }
            });
        } finally {
            lock.unlock();
        }
        return found.reversed();
    }

    /** Waits until a command is over, but not longer than that; then it is as it is. */
    Optional<CommandState> await(String device, String id, long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (true) {
                Optional<CommandState> now = find(device, id);
                if (left <= 0 || now.isEmpty() || now.get().isOver()) {
                    return now;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
