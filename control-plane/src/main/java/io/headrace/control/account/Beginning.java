package io.headrace.control.account;

import io.headrace.catalogue.Catalogue;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.TopicScan;
import io.headrace.control.reconcile.ReconcileConfig;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the account to go on with. Owned by the accountant's thread. */
record Beginning(
        ReconcileConfig reconcile,
        AccountConfig config,
        Catalogue catalogue,
        TopicScan scan,
        Offsets offsets,
        Snapshots snapshots) {
    private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);
    /** How far clocks of gateways, and so the order of timestamps in a partition, may be apart. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** The account so far, or the newest snapshot, where its topics still have all that it hasn't read; a new one else. */
    Account kept(@Nullable Account current, Instant now) {
        Account known = current;
        if (known == null) {
            known = snapshots
                    .newest(scan, offsets, now.toEpochMilli())
                    .flatMap(this::read)
                    .orElse(null);
        }
        Map<TopicPartition, Long> begins = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (String topic : AccountReader.topics(catalogue, config)) {
            var partitions = scan.partitions(topic);
            ends.putAll(scan.ends(partitions));
            begins.putAll(scan.begins(partitions));
        }
        if (known != null && !hasAll(known, begins, ends)) {
            LOG.warn("the running account begins anew: its topics don't have what it would go on from");
            known = null;
        }
        var raw = scan.partitions(catalogue.raw().name());
        Account kept = known == null ? begun(begins, now) : known;
        Map<Integer, Long> rawBegins = new HashMap<>();
        scan.begins(raw).forEach((at, begin) -> rawBegins.put(at.partition(), begin));
        Duration keep = catalogue.raw().retention().orElseThrow();
        kept.dropBefore(rawBegins, now.minus(keep).getEpochSecond() / 60);
        return kept;
    }

    private static boolean hasAll(Account known, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        return begins.entrySet().stream().allMatch(begin -> {
            long position = known.position(
                            begin.getKey().topic(), begin.getKey().partition())
                    .orElse(0L);
            return begin.getValue() <= position && position <= ends.getOrDefault(begin.getKey(), 0L);
        });
    }

    /** A new account: of all messages, or of those of which retention has deleted nothing. */
    private Account begun(Map<TopicPartition, Long> begins, Instant now) {
        Map<TopicPartition, Long> cut = new HashMap<>();
        begins.forEach((at, begin) -> {
            if (begin > 0) {
                cut.put(at, begin);
            }
        });
        var raw = scan.partitions(catalogue.raw().name());
        List<Long> times = scan.timesOf(cut);
        Optional<Instant> complete = times.size() < cut.size()
                ? Optional.of(now) // one has nothing left
                : times.stream()
                        .max(Long::compare)
                        .map(time -> Instant.ofEpochMilli(time).plus(SKEW));
        Account account = new Account(
                reconcile,
                config.sinks(),
                complete.map(time -> time.plus(SKEW).toEpochMilli() * 1_000).orElse(Long.MIN_VALUE));
        Map<TopicPartition, Long> starts =
                complete.map(time -> offsets.from(raw, time.toEpochMilli())).orElseGet(() -> scan.begins(raw));
        Map<TopicPartition, Long> ends = scan.ends(raw);
        for (TopicPartition each : raw) {
            long start = starts.getOrDefault(each, 0L);
            account.begin(each.partition(), start < 0 ? ends.getOrDefault(each, 0L) : start);
        }
        begins.forEach((at, begin) -> account.read(at.topic(), at.partition(), begin));
        return account;
    }

    private Optional<Account> read(byte[] snapshot) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(snapshot))) {
            return Account.read(in, reconcile, config.sinks());
        } catch (IOException | RuntimeException unreadable) {
            LOG.warn("a snapshot of the account can't be read: {}", unreadable.toString());
            return Optional.empty();
        }
    }
}
