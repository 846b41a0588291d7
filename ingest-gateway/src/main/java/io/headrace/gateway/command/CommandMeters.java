package io.headrace.gateway.command;

import io.headrace.record.CommandStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What is measured of commands. */
final class CommandMeters {
    final Counter offered;
    final Counter answeredAgain;
    final Counter answeredUnknown;
    final Counter repeated;
    final Counter notHeld;
    final Counter forgotten;
    final Counter skipped;
    private final Map<CommandStatus, Counter> stored = new EnumMap<>(CommandStatus.class);
    private final Counter notStored;
    private final MeterRegistry registry;

    CommandMeters(MeterRegistry registry) {
        this.registry = registry;
        this.offered = counter("offered", "commands that connections of devices took, again after a reconnect, too");
        this.answeredAgain = counter("answers.again", "answers to commands that had a result already");
        this.answeredUnknown =
                counter("answers.unknown", "answers to no command of the device's, or one that was over long ago");
        this.repeated = counter("repeated", "commands whose id was known already");
        this.notHeld = counter("not-held", "commands that there was no room for, and that are others' to reject");
        this.forgotten = counter("forgotten", "commands that expired, and whose end nobody wrote for ten minutes");
        this.skipped = counter("skipped", "records that are neither a command nor a result");
        this.notStored = counter("results.not-stored", "results that could not be stored");
        for (CommandStatus status : CommandStatus.values()) {
            stored.put(
                    status,
                    Counter.builder("headrace.gateway.command.results")
                            .description("results that this gateway has stored")
                            .tag("status", status.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    private Counter counter(String name, String description) {
        return Counter.builder("headrace.gateway.command." + name)
                .description(description)
                .register(registry);
    }

    void watch(Supplier<Number> pending, Supplier<Number> bytes) {
        Gauge.builder("headrace.gateway.command.pending", pending)
                .description("commands that wait for their device's answer")
                .register(registry);
        Gauge.builder("headrace.gateway.command.pending.bytes", bytes)
                .description("memory of the commands that wait")
                .baseUnit("bytes")
                .register(registry);
    }

    void stored(CommandStatus status, boolean isStored) {
        Counter counter = stored.get(status);
        if (!isStored || counter == null) {
            notStored.increment();
        } else {
            counter.increment();
        }
    }
}
