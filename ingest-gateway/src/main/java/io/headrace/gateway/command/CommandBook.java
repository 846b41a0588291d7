package io.headrace.gateway.command;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.record.CommandStatus;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All commands that wait for an answer, of every device, wherever it is connected. What changes them comes from the two
 * topics ({@link #add}, {@link #read}), but that an answer which is on its way already counts at once. Safe for use by
 * several threads: one lock, held briefly, and nobody is called under it.
 */
final class CommandBook implements Commands {
    private static final int MOST_UNDECIDED = 10_000;

    private final Outcomes outcomes;
    private final CommandMeters meters;
    private final InstantSource clock;
    private final Map<DeviceId, DeviceQueue> devices = new HashMap<>();
    private final Finals finals;
    private final CommandRoom room;
    /** Found no room while results of long ago are still to be read, and one of these may be theirs. */
    private final List<Undecided> undecided = new ArrayList<>();

    private long nextNumber = 1;
    private boolean isComplete;

    private record Undecided(Command command, int partition, String why) {}

    CommandBook(CommandConfig config, Outcomes outcomes, CommandMeters meters, InstantSource clock) {
        this.outcomes = outcomes;
        this.meters = meters;
        this.clock = clock;
        this.finals = new Finals(config.remembered());
        this.room = new CommandRoom(config);
        meters.watch(() -> locked(room::count), () -> locked(room::bytes));
    }

    private synchronized Number locked(Supplier<Number> read) {
        return read.get();
    }

    /** What was in the topics when reading began is read: what waits is offered, and what isn't known doesn't exist. */
    void complete() {
        List<Undecided> waiting;
        List<Runnable> listeners = new ArrayList<>();
        synchronized (this) {
            isComplete = true;
            waiting = List.copyOf(undecided);
            undecided.clear();
            devices.values().forEach(queue -> listeners.addAll(queue.listeners()));
        }
        waiting.forEach(this::reject);
        listeners.forEach(Runnable::run);
    }

    /** Partitions of {@code device.commands} whose commands this gateway brings to their end. */
    synchronized void owns(Set<Integer> partitions) {
        room.owns(partitions);
    }

    /** A command was made. One that was made before, or is over already, is nothing new. */
    void add(Command command, int partition) {
        Optional<String> refusal;
        List<Runnable> listeners = List.of();
        synchronized (this) {
            if (isKnown(command)) {
                meters.repeated.increment();
                return;
            }
            DeviceQueue queue = devices.get(command.device());
            refusal = room.refusal(command, partition, queue == null ? 0 : queue.size());
            if (refusal.isEmpty()) {
                listeners = put(new PendingCommand(command, partition, nextNumber++));
            }
        }
        refusal.ifPresent(why -> reject(new Undecided(command.withoutPayload(), partition, why)));
        listeners.forEach(Runnable::run);
    }

    private boolean isKnown(Command command) {
        return finals.has(command.device(), command.id()) || find(command.device(), command.id()) != null;
    }

    private List<Runnable> put(PendingCommand pending) {
        DeviceQueue queue = devices.computeIfAbsent(pending.command.device(), _ -> new DeviceQueue());
        queue.add(pending);
        room.take(pending);
        return queue.listeners();
    }

    /** Rejects a command, where and when that is this gateway's to do. */
    private void reject(Undecided without) {
        Command command = without.command();
        synchronized (this) {
            if (isKnown(command)) {
                return;
            }
            if (!isComplete && undecided.size() < MOST_UNDECIDED) {
                undecided.add(without);
                return;
            }
            DeviceQueue queue = devices.get(command.device());
            if (!room.isMine(without.partition()) && (queue == null || !queue.hasLine())) {
                meters.notHeld.increment();
                return;
            }
            finals.add(command.device(), command.id());
        }
        outcomes.store(command, CommandStatus.REJECTED, without.why(), "");
    }

    /** A command's result was read. */
    synchronized void read(DeviceId device, String commandId, CommandStatus status) {
        switch (status) {
            case SUCCEEDED, FAILED, EXPIRED, REJECTED -> over(device, commandId);
            case DELIVERED -> {
                PendingCommand pending = find(device, commandId);
                if (pending != null) {
                    pending.isDelivered = true;
                }
            }
            case OTHER -> {} // of a gateway that knows more than this one
        }
    }

    private synchronized void over(DeviceId device, String commandId) {
        finals.add(device, commandId);
        DeviceQueue queue = devices.get(device);
        PendingCommand pending = queue == null ? null : queue.find(commandId);
        if (queue != null && pending != null) {
            queue.remove(commandId);
            room.give(pending);
            dropIfUnused(device, queue);
        }
    }

    private void dropIfUnused(DeviceId device, DeviceQueue queue) {
        if (queue.isUnused()) {
            devices.remove(device);
        }
    }

    private @Nullable PendingCommand find(DeviceId device, String commandId) {
        DeviceQueue queue = devices.get(device);
        return queue == null ? null : queue.find(commandId);
    }

    /** Brings what has expired to its end, where that is this gateway's to do. */
    void expire() {
        long now = clock.millis();
        List<PendingCommand> overdue;
        synchronized (this) {
            if (!isComplete) {
                return;
            }
            for (PendingCommand each : room.forgotten(now)) {
                meters.forgotten.increment();
                over(each.command.device(), each.command.id());
            }
            overdue = room.overdue(now);
            overdue.forEach(each -> each.isEnding = true);
        }
        for (PendingCommand each : overdue) {
            String why = each.isDelivered ? "it was delivered, and not answered" : "it could not be delivered in time";
            end(each, CommandStatus.EXPIRED, why, "");
        }
    }

    /** Ends a command without its device's answer; where that can't be stored, it goes on waiting. */
    private void end(PendingCommand pending, CommandStatus status, String why, String protocol) {
        Command command = pending.command;
        outcomes.store(command, status, why, protocol).whenComplete((_, problem) -> {
            if (problem == null) {
                over(command.device(), command.id());
            } else {
                synchronized (this) {
                    pending.isEnding = false;
                }
            }
        });
    }

    /** As {@link #expire}, for a device that can't or won't do it; not where an answer is on its way. */
    void end(Command command, CommandStatus status, String why, String protocol) {
        PendingCommand pending;
        synchronized (this) {
            pending = find(command.device(), command.id());
            if (pending == null || pending.isEnding || pending.answer != null) {
                return;
            }
            pending.isEnding = true;
        }
        end(pending, status, why, protocol);
    }

    synchronized boolean isOpen(Command command) {
        PendingCommand pending = find(command.device(), command.id());
        return pending != null && pending.isOpen(clock.millis());
    }

    void delivered(Command command, String protocol) {
        outcomes.store(command, CommandStatus.DELIVERED, "", protocol);
    }

    @Override
    public CompletionStage<Answered> answer(DeviceId device, String commandId, Answer answer, String protocol) {
        CompletableFuture<Answered> answered = new CompletableFuture<>();
        PendingCommand pending;
        synchronized (this) {
            pending = find(device, commandId);
            if (pending == null || pending.isEnding) {
                return unexpected(device, commandId, pending);
            }
            if (pending.answer != null) {
                meters.answeredAgain.increment();
                return pending.answer.thenApply(_ -> Answered.AGAIN);
            }
            pending.answer = answered;
        }
        outcomes.store(pending.command, answer, protocol).whenComplete((_, problem) -> {
            if (problem == null) {
                over(device, commandId);
                answered.complete(Answered.STORED);
            } else {
                synchronized (this) {
                    pending.answer = null;
                }
                answered.completeExceptionally(problem);
            }
        });
        return answered;
    }

    private CompletionStage<Answered> unexpected(DeviceId device, String commandId, @Nullable PendingCommand ending) {
        if (ending != null || finals.has(device, commandId)) {
            meters.answeredAgain.increment();
            return CompletableFuture.completedStage(Answered.AGAIN);
        }
        if (!isComplete) {
            return CompletableFuture.failedStage(new NotStoredException(
                    NotStoredException.Cause.UNAVAILABLE, "the commands that wait aren't read yet"));
        }
        meters.answeredUnknown.increment();
        return CompletableFuture.completedStage(Answered.UNKNOWN);
    }

    @Override
    public Line open(DeviceId device, String protocol, Runnable whenMore) {
        synchronized (this) {
            devices.computeIfAbsent(device, _ -> new DeviceQueue()).listen(whenMore);
        }
        return new BookLine(this, device, protocol, whenMore, meters);
    }

    synchronized void close(DeviceId device, Runnable whenMore) {
        DeviceQueue queue = devices.get(device);
        if (queue != null) {
            queue.ignore(whenMore);
            dropIfUnused(device, queue);
        }
    }

    /** The device's first after a number that may go to it now; none while one that is over may still seem to wait. */
    synchronized Optional<PendingCommand> next(DeviceId device, long after) {
        DeviceQueue queue = devices.get(device);
        return queue == null || !isComplete ? Optional.empty() : queue.next(after, clock.millis());
    }
}
