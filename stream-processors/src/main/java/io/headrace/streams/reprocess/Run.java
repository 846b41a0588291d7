package io.headrace.streams.reprocess;

import io.headrace.config.ConfigException;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The application of one run: reads the history, sees it through, and leaves nothing behind but what it wrote.
 *
 * @param shadows full names of the topics that it has written so far
 */
record Run(Cluster cluster, ProcessorsConfig config, History history, Supplier<Collection<String>> shadows) {
    /** Longer than any window, its grace and a device's silence can last. */
    private static final Duration SETTLE = Duration.ofDays(60);

    private static final Duration HEAD_START = Duration.ofDays(1);
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final int CALLS_WHILE_QUIET = 10;
    private static final Duration STALLED = Duration.ofMinutes(10);
    private static final long LOOK_EVERY_MS = 200;

    /** @throws ConfigException where such an application runs */
    static void requireNone(Cluster cluster, ProcessorsConfig config) {
        if (cluster.hasMembers(config.applicationId())) {
            throw new ConfigException(
                    "the application " + config.applicationId() + " is running: wait for it, or choose another --into");
        }
    }

    /** Removes the application's group and its state on this machine. */
    static void removeTraces(Cluster cluster, ProcessorsConfig config) {
        cluster.removeGroup(config.applicationId());
        Path state = config.runtime().stateDirectory().resolve(config.applicationId());
        if (!Files.exists(state)) {
            return;
        }
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't remove " + state, e);
        }
    }

    /** @return what was taken in, all of it processed */
    Intake toTheEnd(MeterRegistry meters, Progress progress) {
        String application = config.applicationId();
        cluster.commit(application, history.from());
        Intake intake = new Intake(history);
        MovedClock clock = new MovedClock(clockStart());
        Map<String, Object> settings = new HashMap<>();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        // its inputs wait for each other: all of history is in the order of its time
        settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L);
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                WithinHistory.class.getName());
        settings.put(StreamsConfig.mainConsumerPrefix(WithinHistory.INTAKE), intake);
        try (Processors processors = Processors.start(config, meters, clock, settings)) {
            awaitThrough(processors, intake, progress);
            // not beyond: the broker refuses records of the future
            clock.moveAhead(Duration.between(Instant.ofEpochMilli(clock.milliseconds()), Instant.now()));
            awaitQuiet(processors);
        }
        cluster.remove(internal());
        removeTraces(cluster, config);
        return intake;
    }

    /** Before any message, so that none expires that hadn't; and long enough ago for all that is to close at the end. */
    private Instant clockStart() {
        Instant beforeAll = history.since().minus(HEAD_START);
        Instant soonEnough = Instant.now().minus(SETTLE).minus(HEAD_START);
        return beforeAll.isBefore(soonEnough) ? beforeAll : soonEnough;
    }

    private Set<String> internal() {
        Set<String> internal = new TreeSet<>(cluster.topics());
        internal.removeIf(name -> !name.startsWith(config.applicationId() + "-"));
        return internal;
    }

    /** All of the history read and committed, and so all that was passed on between its parts. */
    private void awaitThrough(Processors processors, Intake intake, Progress progress) {
        long before = -1;
        long since = System.nanoTime();
        while (true) {
            requireAlive(processors);
            Map<TopicPartition, Long> committed = cluster.committed(config.applicationId());
            if (intake.isThrough(committed, repartitioned())) {
                progress.at(history.size(), history.size());
                return;
            }
            long sum = intake.done()
                    + committed.values().stream().mapToLong(Long::longValue).sum();
            if (sum != before) {
                before = sum;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > STALLED.toNanos()) {
                throw new TimeoutException("the run got no further for " + STALLED.toMinutes() + " min, at "
                        + intake.done() + " of " + history.size());
            }
            progress.at(intake.done(), history.size());
            pause();
        }
    }

    private Map<TopicPartition, Long> repartitioned() {
        List<String> topics = internal().stream()
                .filter(name -> name.endsWith("-repartition"))
                .toList();
        return topics.isEmpty() ? Map.of() : cluster.ends(cluster.partitions(topics));
    }

    /** Nothing more comes out, though whatever goes by the clock has been called again and again. */
    private void awaitQuiet(Processors processors) {
        long before = -1;
        long since = System.nanoTime();
        long calls = 0;
        while (true) {
            requireAlive(processors);
            Collection<String> topics = shadows.get();
            long ends = cluster.ends(cluster.partitions(topics)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            long called = processors.punctuations();
            if (ends != before) {
                before = ends;
                since = System.nanoTime();
                calls = called;
            } else if (System.nanoTime() - since > QUIET.toNanos()
                    && (called == 0 || called - calls >= CALLS_WHILE_QUIET)) {
                return;
            } else if (System.nanoTime() - since > STALLED.toNanos()) {
                throw new TimeoutException("the run doesn't come to an end");
            }
            pause();
        }
    }

    private static void requireAlive(Processors processors) {
        processors.failure().ifPresent(reason -> {
            throw new IllegalStateException("the run stopped: " + reason);
        });
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY_MS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
