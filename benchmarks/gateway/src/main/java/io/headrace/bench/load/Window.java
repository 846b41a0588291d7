package io.headrace.bench.load;

import io.headrace.bench.run.Processor;
import java.util.List;

/** Counts what falls into the measured window, and nothing of the warm-up. For one thread. */
final class Window {
    private static final long NANOS = 1_000_000_000L;

    private final Plan plan;
    private final long from;
    private final long to;
    private final Latencies latencies = new Latencies();
    private long acknowledged;
    private long[] before = new long[0];
    private long[] after = new long[0];
    private long began;
    private long ended;

    Window(Plan plan, long now) {
        this.plan = plan;
        this.from = now + plan.warmUp() * NANOS;
        this.to = from + plan.seconds() * NANOS;
    }

    /** To be called often; looks at the processes' times when the window opens and closes. */
    void tick(long now) {
        if (before.length == 0 && now >= from) {
            before = times();
            began = System.nanoTime();
        }
        if (after.length == 0 && now >= to) {
            after = times();
            ended = System.nanoTime();
        }
    }

    boolean isOver() {
        return after.length > 0;
    }

    private long[] times() {
        return new long[] {
            Processor.micros(plan.systemPids()),
            Processor.micros(List.of(plan.brokerPid())),
            Processor.micros(List.of(ProcessHandle.current().pid()))
        };
    }

    void acknowledged(long nanos, int messages) {
        if (before.length > 0 && after.length == 0) {
            latencies.record(nanos);
            acknowledged += messages;
        }
    }

    Outcome outcome(long unanswered, int broken) {
        return new Outcome(
                acknowledged,
                (ended - began) / (double) NANOS,
                after[0] - before[0],
                after[1] - before[1],
                after[2] - before[2],
                latencies.quantileMillis(0.5),
                latencies.quantileMillis(0.99),
                latencies.quantileMillis(1),
                unanswered,
                broken);
    }
}
