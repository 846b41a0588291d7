package io.headrace.control.replay;

import io.headrace.catalogue.Erased;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicScan;
import io.headrace.control.replay.DryRunReport.Tally;
import io.headrace.control.replay.Processors.Verdict;
import io.headrace.control.replay.Processors.Verdicts;
import io.headrace.record.Replay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes letters through the same sieve as a replay, and asks the processors what they would come to. Used once, by one
 * thread.
 */
final class DryRun {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_LETTERS = 100_000;
    private static final int BATCH = 200;
    private static final int BATCH_BYTES = 1 << 20;
    private static final String STORED = "STORED";
    private static final String DUPLICATE = "DUPLICATE";
    /** To the sink, which alone knows whether its target takes it now. */
    private static final String DELIVERED = "DELIVERED";

    private final KafkaClients clients;
    private final Processors processors;
    private final Erased erased;
    private final Resends resends = new Resends();
    private final Map<Kind, Tally> tallies = new LinkedHashMap<>();
    private final Map<Sieve.Fate, Long> fates = new EnumMap<>(Sieve.Fate.class);
    private final List<Letter> batch = new ArrayList<>();
    private int batchBytes;

    private record Kind(String outcome, Optional<String> reason, String from) {}

    DryRun(KafkaClients clients, Processors processors, Erased erased) {
        this.clients = clients;
        this.erased = erased;
        this.processors = processors;
    }

    /** @param replay what would be begun; it isn't changed */
    DryRunReport report(Replay replay) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Lane lane = Lane.of(clients.config().catalogue(), clients.config().topicPrefix(), replay.getTopic());
        Attempts attempts;
        try (TopicScan scan = new TopicScan(clients, PATIENCE)) {
            attempts = Attempts.read(scan, lane);
        }
        Sieve sieve = new Sieve(Selection.of(replay), replay.getMaxReplays(), attempts, erased);
        boolean complete = true;
        try (Consumer<byte[], byte[]> consumer = clients.byteConsumer()) {
            for (String partition : new TreeSet<>(replay.getEnd().keySet())) {
                TopicPartition source = new TopicPartition(lane.letters(), Integer.parseInt(partition));
                long end = replay.getEnd().getOrDefault(partition, 0L);
                consumer.assign(List.of(source));
                consumer.seek(source, replay.getNext().getOrDefault(partition, 0L));
                while (complete && consumer.position(source) < end) {
                    for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
                        if (row.offset() < end) {
                            take(Letter.of(lane, row), sieve);
                        }
                    }
                    complete =
                            fates.getOrDefault(Sieve.Fate.TAKEN, 0L) < MAX_LETTERS && System.nanoTime() - deadline < 0;
                }
            }
        }
        judge();
        return new DryRunReport(
                true,
                replay.getTopic(),
                count(Sieve.Fate.TAKEN),
                tallies.values().stream()
                        .sorted(Comparator.comparingLong(Tally::letters).reversed())
                        .toList(),
                count(Sieve.Fate.ALREADY_REPLAYED),
                count(Sieve.Fate.REPLAYED_TOO_OFTEN),
                count(Sieve.Fate.NOT_REPLAYABLE),
                complete);
    }

    private long count(Sieve.Fate fate) {
        return fates.getOrDefault(fate, 0L);
    }

    private void take(Letter letter, Sieve sieve) {
        Sieve.Fate fate = sieve.fateOf(letter);
        fates.merge(fate, 1L, Long::sum);
        if (fate != Sieve.Fate.TAKEN) {
            return;
        }
        if (letter.lane().ofSink()) {
            tally(letter, new Verdict(DELIVERED, Optional.empty(), Optional.empty()));
            return;
        }
        int bytes = letter.value().map(value -> value.length).orElse(0);
        if (batch.size() >= BATCH || (!batch.isEmpty() && batchBytes + bytes > BATCH_BYTES)) {
            judge();
        }
        batch.add(letter);
        batchBytes += bytes;
    }

    private void judge() {
        if (batch.isEmpty()) {
            return;
        }
        Verdicts said = processors.judge(batch);
        for (int i = 0; i < batch.size(); i++) {
            Letter letter = batch.get(i);
            Verdict verdict = said.verdicts().get(i);
            boolean resend = verdict.outcome().equals(STORED) && resends.isResend(letter, said.duplicateWindow());
            tally(letter, resend ? new Verdict(DUPLICATE, Optional.empty(), Optional.empty()) : verdict);
        }
        batch.clear();
        batchBytes = 0;
    }

    private void tally(Letter letter, Verdict verdict) {
        Kind kind = new Kind(verdict.outcome(), verdict.reason(), letter.reason());
        Tally before = tallies.get(kind);
        Tally first = new Tally(
                kind.outcome(),
                kind.reason(),
                kind.from(),
                1,
                verdict.detail(),
                letter.row().partition() + ":" + letter.row().offset());
        tallies.put(
                kind,
                before == null
                        ? first
                        : new Tally(
                                before.outcome(),
                                before.reason(),
                                before.from(),
                                before.letters() + 1,
                                before.detail(),
                                before.example()));
    }
}
