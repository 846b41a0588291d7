package io.headrace.bench.windows;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Options;
import io.headrace.catalogue.Catalogue;
import io.headrace.record.WindowAggregate;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.wire.AvroDeserializer;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Has each system work the backlog off, and looks at what it wrote. */
record Contest(WindowsBench.Machine machine, Catalogue hub, Backlog backlog, Options options) {
    /** Of the backlog, what isn't measured: Java's compilers are as busy with it as the systems. */
    private static final int WARM_UP_MESSAGES = 1_000_000;

    private static final int LIMIT_SECONDS = 600;
    private static final int SHOWN_TRIES = 100;
    /** More often than the processors: else a short backlog is one commit, and nothing of it can be measured. */
    private static final Duration LOOP_COMMIT = Duration.ofMillis(500);

    Report.Row loop() {
        String target = "bench-loop";
        List<String> arguments = List.of(servers(), hub.raw().name(), target, Long.toString(LOOP_COMMIT.toMillis()));
        return passing(Report.LOOP, target, LoopMain.class, arguments);
    }

    Report.Row streams() {
        String target = "bench-streams";
        String state = machine.folder().resolve(target).toString();
        List<String> arguments =
                List.of(servers(), hub.raw().name(), target, state, Long.toString(LOOP_COMMIT.toMillis()));
        return passing(Report.STREAMS, target, StreamsMain.class, arguments);
    }

    /** Of one that decodes, and nothing else. */
    private Report.Row passing(String name, String target, Class<?> program, List<String> arguments) {
        machine.broker().make(target);
        Progress.Cost cost = cost(name, target, machine.jvm().own(jvmOptions(), program, arguments));
        Origins origins = Origins.of(machine.broker(), target);
        // offsets are seen as committed a moment before what was written is
        for (int i = 0; origins.messages() < backlog.messages() && i < SHOWN_TRIES; i++) {
            origins = Origins.of(machine.broker(), target);
        }
        machine.broker().delete(target);
        return new Report.Row(
                name, cost, backlog.messages() - origins.messages(), origins.surplus(), origins.messages());
    }

    /** An application that has run before, and was away while the backlog came. */
    Report.Row headrace() {
        Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
        machine.broker().ends(hub.raw().name()).forEach((part, end) -> beginnings.put(part, new OffsetAndMetadata(0)));
        machine.broker()
                .ask(admin -> admin.alterConsumerGroupOffsets(application(), beginnings)
                        .all()
                        .get());
        Progress.Cost cost = cost(
                Report.HEADRACE,
                application(),
                machine.jvm().own(processorsOptions(), ProcessorsMain.class, processors(machine, hub, options)));
        Origins origins = Origins.of(machine.broker(), hub.readings().name());
        Account account = new Account(backlog);
        AvroDeserializer<WindowAggregate> deserializer =
                new AvroDeserializer<>(hub.aggregates(), new RegistryClient(RegistryConfig.of(machine.registry())));
        machine.broker().read(hub.aggregates().name(), record -> {
            WindowAggregate found = Objects.requireNonNull(deserializer.deserialize(record.topic(), record.value()));
            account.counted(
                    Backlog.number(record.key()),
                    found.getMetric(),
                    found.getStart().toEpochMilli(),
                    found.getCount());
        });
        Account.Balance balance = account.balance();
        long lost = backlog.messages() - origins.messages() + balance.lost();
        return new Report.Row(Report.HEADRACE, cost, lost, origins.surplus() + balance.surplus(), balance.aggregates());
    }

    /** What the processors keep after that. */
    Map<String, StateSizes.Size> states() {
        return StateSizes.of(machine.broker(), application());
    }

    private String application() {
        return hub.raw().name().replace("telemetry.raw", "headrace-processors");
    }

    /** Of all, what the launcher gives the processors. */
    private static List<String> jvmOptions() {
        List<String> all = new ArrayList<>(Jvm.gatewayOptions());
        all.addAll(List.of("-Xms256m", "-Xmn128m"));
        return all;
    }

    /** And what whoever measures wants beside. */
    static List<String> processorsOptions() {
        List<String> all = jvmOptions();
        String more = System.getProperty("headrace.processors.jvm", "").trim();
        if (!more.isEmpty()) {
            all.addAll(List.of(more.split("\\s+")));
        }
        return all;
    }

    static List<String> processors(WindowsBench.Machine machine, Catalogue hub, Options options) {
        String prefix = hub.raw().name().replace("telemetry.raw", "");
        List<String> arguments = new ArrayList<>(List.of(
                "kafka.bootstrap-servers=" + machine.broker().bootstrapServers(),
                "kafka.topic-prefix=" + prefix,
                "kafka.partitions=" + hub.raw().partitions(),
                "kafka.replication=1",
                "registry.url=" + machine.registry(),
                "processors.state-dir=" + machine.folder().resolve(prefix + "state"),
                "processors.window.sizes=1min",
                "processors.fragments=normalize,route,window,detect"));
        options.settings().forEach((name, value) -> arguments.add(name + "=" + value));
        return arguments;
    }

    /** As cheap as we know to make it. */
    Report.Row flink() {
        return flink(Report.FLINK, jvmOptions());
    }

    /** As its guide has it. */
    Report.Row flinkByMetric() {
        List<String> options = new ArrayList<>(jvmOptions());
        options.add("-Dflink.by-metric=true");
        return flink(Report.FLINK_BY_METRIC, options);
    }

    private Report.Row flink(String name, List<String> jvm) {
        String target = "bench-" + name;
        machine.broker().make(target);
        List<String> arguments = List.of(servers(), hub.raw().name(), target, machine.folder() + "/" + name);
        Progress.Cost cost = cost(name, target, machine.jvm().peer(Report.FLINK, jvm, "FlinkPeer", arguments));
        Account.Balance balance = flinkBalance(target);
        for (int i = 0; balance.lost() > 0 && i < SHOWN_TRIES; i++) {
            balance = flinkBalance(target);
        }
        return new Report.Row(name, cost, balance.lost(), balance.surplus(), balance.aggregates());
    }

    private Account.Balance flinkBalance(String target) {
        Account account = new Account(backlog);
        machine.broker().read(target, record -> {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.value()))) {
                account.counted(Backlog.number(record.key()), in.readUTF(), in.readLong(), in.readLong());
            } catch (IOException e) {
                throw new BenchException("Flink wrote something else: " + e.getMessage());
            }
        });
        return account.balance();
    }

    private Progress.Cost cost(String name, String group, List<String> command) {
        try (Child child = machine.start(name, command)) {
            long warmUp = Math.min(WARM_UP_MESSAGES, backlog.messages() / 2);
            return new Progress(machine.broker(), group, child).follow(warmUp, backlog.messages(), LIMIT_SECONDS);
        }
    }

    private String servers() {
        return machine.broker().bootstrapServers();
    }
}
