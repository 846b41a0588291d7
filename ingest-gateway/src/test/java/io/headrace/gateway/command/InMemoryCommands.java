package io.headrace.gateway.command;

import io.headrace.catalogue.DeviceId;
import io.headrace.record.CommandResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Commands of one test: the gateway's own book, its topics replaced by calls, its clock by one that the test moves. */
public final class InMemoryCommands implements Commands {
    static final CommandConfig CONFIG = new CommandConfig(1 << 20, 10, 64 << 10, 1_000);

    private final InMemoryResults results = new InMemoryResults();
    private final CommandBook book;
    private Instant now;

    public InMemoryCommands(Instant now) {
        this(now, CONFIG, new SimpleMeterRegistry());
        book.complete();
        owns(0);
    }

    /** With as much room for each device as there is by default, so that the bounds of connections are met first. */
    public static InMemoryCommands roomy(Instant now) {
        InMemoryCommands commands =
                new InMemoryCommands(now, new CommandConfig(64 << 20, 100, 64 << 10, 1_000), new SimpleMeterRegistry());
        commands.book.complete();
        return commands.owns(0);
    }

    /** One that hasn't read anything yet. */
    InMemoryCommands(Instant now, CommandConfig config, MeterRegistry registry) {
        this.now = now;
        CommandMeters meters = new CommandMeters(registry);
        this.book =
                new CommandBook(config, new Outcomes("g1", results, meters, () -> this.now), meters, () -> this.now);
    }

    /** Makes a command in partition 0. */
    public InMemoryCommands make(String device, String id, String payload, Duration ttl) {
        book.add(command(device, id, payload, ttl), 0);
        return this;
    }

    public InMemoryCommands make(String device, String id, String payload, Duration ttl, String name) {
        Command like = command(device, id, payload, ttl);
        book.add(new Command(id, like.device(), name, like.payload(), like.contentType(), like.expiresAt()), 0);
        return this;
    }

    public InMemoryCommands make(String device, String id) {
        return make(device, id, "{}", Duration.ofMinutes(1));
    }

    Command command(String device, String id, String payload, Duration ttl) {
        return new Command(
                id,
                new DeviceId(device),
                "open",
                payload.getBytes(StandardCharsets.UTF_8),
                "application/json",
                now.plus(ttl).toEpochMilli());
    }

    /** Lets time pass, and what has expired come to its end. */
    public InMemoryCommands after(Duration time) {
        now = now.plus(time);
        book.expire();
        return this;
    }

    InMemoryCommands owns(int... partitions) {
        book.owns(Set.copyOf(java.util.Arrays.stream(partitions).boxed().toList()));
        return this;
    }

    /** Results aren't stored until {@link #answerAll}, or not at all after {@link #failAll}. */
    public void holdAnswers() {
        results.holdAnswers();
    }

    public void answerAll() {
        results.answerAll();
    }

    public void failAll() {
        results.failAll();
    }

    /** What is stored: {@code <command> <status>}. */
    public List<String> results() {
        return results.stored().stream()
                .map(result -> result.getCommandId() + " " + result.getStatus())
                .toList();
    }

    public CommandResult lastResult() {
        return results.stored().getLast();
    }

    CommandBook book() {
        return book;
    }

    @Override
    public Line open(DeviceId device, String protocol, Runnable whenMore) {
        return book.open(device, protocol, whenMore);
    }

    @Override
    public CompletionStage<Answered> answer(DeviceId device, String commandId, Answer answer, String protocol) {
        return book.answer(device, commandId, answer, protocol);
    }
}
