package io.headrace.control.account;

import io.headrace.control.reconcile.ReconcileReport.SinkTotals;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the running account says, for whoever watches meters. */
final class LedgerMeters {
    private final MeterRegistry registry;
    private final Supplier<AccountStatus> status;

    private LedgerMeters(MeterRegistry registry, Supplier<AccountStatus> status) {
        this.registry = registry;
        this.status = status;
    }

    static void bind(MeterRegistry registry, List<String> sinks, Supplier<AccountStatus> status, Clock clock) {
        LedgerMeters meters = new LedgerMeters(registry, status);
        meters.gauge("headrace.ledger.unaccounted", AccountStatus::unaccounted);
        meters.gauge("headrace.ledger.unwindowed", AccountStatus::unwindowed);
        meters.gauge("headrace.ledger.problems", AccountStatus::problems);
        meters.gauge("headrace.ledger.alert", now -> now.alert().isPresent() ? 1 : 0);
        meters.gauge("headrace.ledger.oldest.unaccounted.seconds", now -> age(now.oldestUnaccounted(), clock));
        meters.gauge("headrace.ledger.age.seconds", now -> age(now.at(), clock));
        meters.lag("normalize", AccountStatus::pending);
        meters.lag("window", AccountStatus::open);
        sinks.forEach(sink -> meters.lag(
                sink,
                now -> now.sinks().stream()
                        .filter(each -> each.name().equals(sink))
                        .mapToLong(SinkTotals::pending)
                        .sum()));
    }

    private void gauge(String name, ToDoubleFunction<AccountStatus> of) {
        Gauge.builder(name, () -> of.applyAsDouble(status.get())).register(registry);
    }

    /** What a stage hasn't done yet: messages, values in open windows, readings. */
    private void lag(String stage, ToDoubleFunction<AccountStatus> of) {
        Gauge.builder("headrace.ledger.lag", () -> of.applyAsDouble(status.get()))
                .tag("stage", stage)
                .register(registry);
    }

    private static double age(Optional<Instant> since, Clock clock) {
        return since.map(time -> Duration.between(time, clock.instant()).toMillis() / 1e3)
                .orElse(0.0);
    }
}
