package io.headrace.control.account;

import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.Offsets.Stamp;
import io.headrace.control.kafka.TopicScan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the raw topic goes, where its minutes begin, and from where on its messages are too young to be missed. None of
 * that needs a message to be read. A message is old enough when its timestamp says so, or when this process has known of
 * it for long enough: a gateway whose clock is ahead hides nothing. Owned by one thread.
 */
final class RawProgress {
    private static final long MINUTE_MS = 60_000;
    /** Minutes looked up in one round; the rest comes in the next ones. */
    private static final int MINUTES_AT_ONCE = 2_000;
    /** Offsets of which nothing is known are looked at, so many in one round: most likely there are messages. */
    private static final long LOOK_AT = 20_000;

    private final String topic;
    private final Duration grace;
    private final TopicScan scan;
    private final Offsets offsets;
    private final Account account;
    private final Deque<Seen> seen = new ArrayDeque<>();
    private final Map<Integer, Long> lookedTo = new HashMap<>();

    private record Seen(Instant at, Map<TopicPartition, Long> ends) {}

    RawProgress(String topic, Duration grace, TopicScan scan, Offsets offsets, Account account) {
        this.topic = topic;
        this.grace = grace;
        this.scan = scan;
        this.offsets = offsets;
        this.account = account;
    }

    void ask(Instant now) {
        var partitions = scan.partitions(topic);
        Map<TopicPartition, Long> ends = scan.ends(partitions);
        partitions.forEach(each -> account.begin(each.partition(), 0));
        beginMinutes(ends, now.toEpochMilli());
        Map<TopicPartition, Long> young =
                offsets.from(partitions, now.minus(grace).toEpochMilli() + 1);
        while (seen.size() > 1 && !secondOldest().at.isAfter(now.minus(grace))) {
            seen.removeFirst();
        }
        boolean isOld = !seen.isEmpty() && !seen.getFirst().at.isAfter(now.minus(grace));
        Map<TopicPartition, Long> knownForLong = isOld ? seen.getFirst().ends : Map.of();
        seen.addLast(new Seen(now, ends));
        for (PartitionAccount each : account.partitions()) {
            TopicPartition at = new TopicPartition(topic, each.partition());
            long end = ends.getOrDefault(at, 0L);
            long from = young.getOrDefault(at, -1L);
            each.reaches(end, Math.max(from < 0 ? end : from, knownForLong.getOrDefault(at, 0L)));
        }
    }

    private Seen secondOldest() {
        var all = seen.iterator();
        all.next();
        return all.next();
    }

    private void beginMinutes(Map<TopicPartition, Long> ends, long nowMs) {
        long current = nowMs / MINUTE_MS;
        Map<TopicPartition, Long> next = new HashMap<>();
        for (PartitionAccount each : account.partitions()) {
            TopicPartition at = new TopicPartition(topic, each.partition());
            long newest = each.minutes().newest();
            if (newest < current && ends.getOrDefault(at, 0L) > 0) {
                next.put(at, newest + 1);
            }
        }
        for (int i = 0; i < MINUTES_AT_ONCE && !next.isEmpty(); i++) {
            Map<TopicPartition, Long> from = new HashMap<>();
            next.forEach((at, minute) -> from.put(at, minute * MINUTE_MS));
            Map<TopicPartition, Stamp> found = offsets.from(from);
            for (PartitionAccount each : account.partitions()) {
                TopicPartition at = new TopicPartition(topic, each.partition());
                Stamp stamp = found.get(at);
                if (stamp == null || stamp.offset() < 0) {
                    next.remove(at);
                } else if (stamp.epochMs() / MINUTE_MS >= current) {
                    // one from the future is of now
                    each.minutes().begin(current, stamp.offset());
                    next.remove(at);
                } else {
                    each.minutes().begin(stamp.epochMs() / MINUTE_MS, stamp.offset());
                    next.put(at, stamp.epochMs() / MINUTE_MS + 1);
                }
            }
        }
    }

    /** Finds out of which offsets without any trace there is no message at all. */
    void lookAtUnknown() {
        for (PartitionAccount each : account.partitions()) {
            long from = Math.max(each.unknownFrom(), lookedTo.getOrDefault(each.partition(), 0L));
            long until = Math.min(each.unknownUntil(), from + LOOK_AT);
            if (from < until) {
                TopicPartition at = new TopicPartition(topic, each.partition());
                Set<Long> there = new HashSet<>();
                scan.read(Map.of(at, from), Map.of(at, until), row -> there.add(row.offset()));
                for (long offset = from; offset < until; offset++) {
                    if (!there.contains(offset)) {
                        each.absent(offset);
                    }
                }
                lookedTo.put(each.partition(), until);
            }
        }
    }
}
