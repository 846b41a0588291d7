package io.headrace.streams.rules;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Alert;
import io.headrace.record.BandCheck;
import io.headrace.record.Clock;
import io.headrace.record.ForecastCheck;
import io.headrace.record.Origin;
import io.headrace.record.RateCheck;
import io.headrace.record.Reading;
import io.headrace.record.Rule;
import io.headrace.record.RuleTarget;
import io.headrace.record.StuckCheck;
import io.headrace.record.ThresholdCheck;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.streams.rules.silence.Gateways;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;

/**
 * What a message costs that meets so many rules: {@code main} prints CPU microseconds of one thread, for the processor on
 * RocksDB, without changelog and Kafka. Each reading has ten metrics, half of which rise, and each rule looks at one or two of them; 10,000
 * more rules are about other devices. State is written every 1,000 readings, ten of each device, as often as a busy task
 * commits. With {@code each} it prints the price of 200 rules of each kind instead.
 */
final class RulesMeasure {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int METRICS = 10;
    private static final int DEVICES = 100;
    private static final List<String> KINDS = List.of("threshold", "stuck", "rate", "band", "forecast");

    /** Which of {@link #KINDS} the rules are of; none for all of them in turn. */
    private static OptionalInt only = OptionalInt.empty();

    private RulesMeasure() {}

    public static void main(String[] args) throws IOException {
        TrustedRecords.trust(Rule.class);
        if (args.length > 0) {
            each();
            return;
        }
        conditions();
        for (int round = 0; round < 3; round++) {
            for (int rules : new int[] {0, 10, 200}) {
                for (boolean expressions : new boolean[] {true, false}) {
                    System.out.printf(
                            Locale.ROOT,
                            "%d rules, %s: %.2f us a message%n",
                            rules,
                            expressions ? "conditions" : "all kinds",
                            micros(rules, expressions));
                }
            }
        }
    }

    private static void each() throws IOException {
        for (int kind = 0; kind < KINDS.size(); kind++) {
            only = OptionalInt.of(kind);
            for (int round = 0; round < 2; round++) {
                System.out.printf(
                        Locale.ROOT, "200 rules, %s: %.2f us a message%n", KINDS.get(kind), micros(200, false));
            }
        }
    }

    /** What it takes to make rules of conditions ready, as when an instance starts. */
    private static void conditions() {
        Rules rules = new Rules(new SimpleMeterRegistry());
        long before = cpu();
        for (int i = 0; i < 2_000; i++) {
            rules.change("r" + i, rule("r" + i, i, true, List.of()));
        }
        System.out.printf(Locale.ROOT, "2000 conditions compiled: %.2f ms each%n", (cpu() - before) / 1e6 / 2_000);
    }

    private static double micros(int count, boolean expressions) throws IOException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Rules rules = new Rules(meters);
        for (int i = 0; i < 10_000; i++) {
            rules.change("other-" + i, rule("other-" + i, i, false, List.of("elsewhere-" + i)));
        }
        for (int i = 0; i < count; i++) {
            rules.change("r" + i, rule("r" + i, i, expressions, List.of()));
        }
        Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);
        MemoryFormat format = new MemoryFormat(
                new TopicSerdes(new InMemorySchemaRegistry()).of(catalogue.alerts()), "telemetry.alerts");
        WriteBackStore<String, DeviceMemory> store = WriteBackStore.builder(
                        Stores.persistentKeyValueStore("r-courses"), Memories.layout(format), 2_048)
                .withLoggingDisabled()
                .build();
        Path folder = Files.createTempDirectory("rules-measure");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rules-measure");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        MockProcessorContext<String, Alert> context =
                new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
        context.setCurrentSystemTimeMs(START.toEpochMilli());
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        RulesProcessor processor = new RulesProcessor(
                rules, new Gateways(), Optional.empty(), new RulesMeters(meters), "r-courses", format);
        processor.init(context);
        double micros = send(processor, store, 40_000);
        store.close();
        return micros;
    }

    private static Rule rule(String id, int number, boolean expression, List<String> devices) {
        Rule.Builder rule = Rule.newBuilder()
                .setId(id)
                .setUpdatedAt(START)
                .setCondition("")
                .setTarget(new RuleTarget(devices, Map.of()));
        String metric = "metric-" + number % METRICS;
        String other = "metric-" + (number + 1) % METRICS;
        if (expression) {
            return rule.setCondition(
                            switch (number % 3) {
                                case 0 -> "values['" + metric + "'] > 80.0 && tags.site == 'north'";
                                case 1 -> "values['" + metric + "'] - values['" + other + "'] > 80.0";
                                default ->
                                    "tags.site in ['north', 'south'] && (values['" + metric + "'] < -50.0 || values['"
                                            + other + "'] > 90.0)";
                            })
                    .build();
        }
        return rule.setCheck(
                        switch (only.orElse(number % KINDS.size())) {
                            case 0 -> new ThresholdCheck(metric, 80.0, -80.0, 5.0);
                            case 1 -> new StuckCheck(metric, 60_000L, 0.0, 3);
                            case 2 -> new RateCheck(metric, 60_000L, 50.0, 50.0);
                            case 3 -> new BandCheck(metric, 9.0, 60);
                            default -> new ForecastCheck(metric, 80.0, null, 600_000L, 600_000L);
                        })
                .build();
    }

    private static double send(RulesProcessor processor, WriteBackStore<String, DeviceMemory> store, int readings) {
        Random random = new Random(1);
        Map<String, String> tags = Map.of("site", "north", "line", "3");
        long spent = 0;
        for (int i = 0; i < readings; i++) {
            Map<String, Object> values = new HashMap<>();
            for (int metric = 0; metric < METRICS; metric++) {
                double drift = metric % 2 == 0 ? 0 : i / (double) DEVICES / 100;
                values.put("metric-" + metric, 20 + drift + random.nextGaussian());
            }
            String device = "device-" + i % DEVICES;
            Instant at = START.plusSeconds(i / DEVICES);
            Reading reading = new Reading(
                    device, at, at, Clock.DEVICE, null, new Origin(0, (long) i, 0), null, null, null, values, tags);
            Record<String, Reading> record = new Record<>(device, reading, at.toEpochMilli(), new RecordHeaders());
            long before = cpu();
            processor.process(record);
            if (i % (10 * DEVICES) == 0) {
                store.flushCache();
            }
            spent += i < readings / 2 ? 0 : cpu() - before;
        }
        return spent / 1e3 / (readings / 2.0);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
