package io.headrace.streams.rules;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.condition.InvalidConditionException;
import io.headrace.record.Alert;
import io.headrace.record.BandCheck;
import io.headrace.record.ForecastCheck;
import io.headrace.record.RateCheck;
import io.headrace.record.Reading;
import io.headrace.record.Rule;
import io.headrace.record.SilentCheck;
import io.headrace.record.StuckCheck;
import io.headrace.rule.InvalidRuleException;
import io.headrace.streams.alerts.AlertsTrial;
import io.headrace.streams.driven.DrivenClock;
import io.headrace.streams.driven.DrivenTask;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.streams.rules.silence.Gateways;
import io.headrace.streams.state.WriteBackStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;

/**
 * One rule over readings of the past: the {@link RulesProcessor} itself, on a clock that goes by when the readings were
 * received, so that silence is what it was then. The rule is in force from the beginning, enabled or not and whatever its
 * {@code effectiveAt}; its alerts are grouped and escalated as it says. What is kept of each device stands in memory, some
 * hundred bytes and up to some kilobytes each where the rule has windows or learns. For one thread.
 */
public final class RuleTrial {
    private static final int MOST_AS_OBJECTS = 8_192;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ActiveRule rule;
    private final DrivenClock clock;
    private final DrivenTask<Reading, Alert> judging;
    private boolean isBegun;

    static {
        TrustedRecords.trust(Alert.class);
    }

    /**
     * @param begin when the clock begins: devices that say nothing are silent from then on at the earliest
     * @param taker of what would be written to {@code telemetry.alerts}, in order
     * @throws IllegalArgumentException where the rule isn't sound
     */
    public RuleTrial(Rule tried, Instant begin, Consumer<Alert> taker) {
        Rule always = Rule.newBuilder(tried)
                .setEnabled(true)
                .setEffectiveAt(null)
                .setEarlier(null)
                .build();
        this.rule = active(always);
        Rules rules = new Rules(meters);
        rules.change(always.getId(), always);
        MemoryFormat format = new MemoryFormat(alerts(), "");
        WriteBackStore<String, DeviceMemory> memories = WriteBackStore.over(
                Stores.inMemoryKeyValueStore("courses").get(), Memories.layout(format), MOST_AS_OBJECTS);
        this.clock = new DrivenClock(begin.toEpochMilli());
        AlertsTrial handling = new AlertsTrial(always, alerts(), meters, clock, taker);
        this.judging = new DrivenTask<>(
                new RulesProcessor(
                        rules, new Gateways(), Optional.empty(), new RulesMeters(meters), memories.name(), format),
                memories,
                clock,
                handling::take);
    }

    private static ActiveRule active(Rule rule) {
        try {
            return ActiveRule.of(rule);
        } catch (InvalidRuleException | InvalidConditionException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    private static Serde<Alert> alerts() {
        return Serdes.serdeFrom(
                (topic, alert) -> {
                    try {
                        return alert.toByteBuffer().array();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                (topic, bytes) -> {
                    try {
                        return Alert.fromByteBuffer(ByteBuffer.wrap(bytes));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** One more reading, in the order in which they were received. */
    public void take(Reading reading) {
        long receivedAt = reading.getReceivedAt().toEpochMilli();
        passTo(receivedAt);
        isBegun = true;
        judging.process(new Record<>(reading.getDeviceId(), reading, receivedAt, new RecordHeaders()));
    }

    /** Lets time pass without readings. */
    public void passTo(Instant time) {
        passTo(time.toEpochMilli());
    }

    /** Before the first reading nothing is due, and there may be decades of that. */
    private void passTo(long time) {
        if (isBegun) {
            clock.passTo(time);
        } else {
            clock.skipTo(time);
        }
    }

    /** By the clock of the trial. */
    public Instant now() {
        return Instant.ofEpochMilli(clock.now());
    }

    /** Metrics that the rule looks at by name; empty for any. */
    public Set<String> metrics() {
        return rule.check().metrics();
    }

    /**
     * Metrics of which a reading must have one to say anything of a rule; empty for any reading.
     *
     * @throws IllegalArgumentException where the rule isn't sound
     */
    public static Set<String> metricsNeeded(Rule rule) {
        boolean isOfValues = rule.getCheck() != null && rule.getClearCondition() == null;
        return isOfValues ? active(rule).check().metrics() : Set.of();
    }

    /** For how many readings the rule couldn't be judged. */
    public long failures() {
        return (long) meters.counter("headrace.rules.failures").count();
    }

    /**
     * How far back a rule looks from a reading, so that a run must begin so long before what it is to judge; of a band,
     * which learns from so many values and not for so long, a day.
     *
     * @throws IllegalArgumentException where the rule isn't sound
     */
    public static Duration lookBack(Rule rule) {
        long ofCheck =
                switch (rule.getCheck()) {
                    case SilentCheck silent -> silent.getAfterMs();
                    case StuckCheck stuck -> stuck.getAfterMs();
                    case RateCheck rate -> rate.getWithinMs();
                    case ForecastCheck forecast -> Math.max(forecast.getOverMs(), forecast.getHorizonMs());
                    case BandCheck band -> Duration.ofDays(1).toMillis();
                    case null, default -> 0;
                };
        ActiveRule active = active(rule);
        long ofWindows = Stream.concat(Stream.of(active.check()), active.clear().stream())
                .flatMap(check -> check.windows().stream())
                .mapToLong(use -> use.sizeMicros() / 1_000)
                .max()
                .orElse(0);
        return Duration.ofMillis(Math.max(ofCheck, ofWindows) + rule.getForMs());
    }
}
