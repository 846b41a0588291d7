package io.headrace.control.account;

import io.headrace.control.reconcile.Problems;
import io.headrace.control.reconcile.ReconcileConfig;
import io.headrace.control.reconcile.ReconcileReport.SinkTotals;
import io.headrace.control.reconcile.WindowRule;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is known of one hub's messages, and up to where its topics were read to know it. The two change together, so
 * that a snapshot of it is right whenever it is taken. Owned by one thread.
 */
final class Account {
    private static final int VERSION = 1;

    private final ReconcileConfig config;
    private final WindowRule rule;
    private final Shape shape;
    private final long completeSince;
    private final Mishaps mishaps = new Mishaps();
    private final Map<Integer, PartitionAccount> partitions = new TreeMap<>();
    private final OpenWindows windows;
    private final List<SinkAccount> sinks = new ArrayList<>();
    private final Map<String, Map<Integer, Long>> positions = new HashMap<>();
    private final Map<String, Long> counted = new HashMap<>();

    /**
     * An empty one.
     *
     * @param completeSince epoch microseconds: windows that began earlier may count values from before the account;
     *     {@link Long#MIN_VALUE} where it begins with the topics
     */
    Account(ReconcileConfig config, List<String> sinkNames, long completeSince) {
        this.config = config;
        this.rule = new WindowRule(config);
        this.shape = new Shape(rule.sizes(), sinkNames);
        this.completeSince = completeSince;
        this.windows = new OpenWindows(rule, shape, completeSince);
        for (int i = 0; i < sinkNames.size(); i++) {
            sinks.add(new SinkAccount(shape, i));
        }
    }

    WindowRule rule() {
        return rule;
    }

    Mishaps mishaps() {
        return mishaps;
    }

    OpenWindows windows() {
        return windows;
    }

    /** In the order of their names. */
    List<SinkAccount> sinks() {
        return sinks;
    }

    /** Begins the account of a raw partition; one that is kept already is left. */
    PartitionAccount begin(int partition, long start) {
        return partitions.computeIfAbsent(
                partition,
                key -> new PartitionAccount(partition, start, new Minutes(partition, shape.length()), mishaps));
    }

    Collection<PartitionAccount> partitions() {
        return partitions.values();
    }

    /** The account of a raw partition. */
    Optional<PartitionAccount> of(int partition) {
        return Optional.ofNullable(partitions.get(partition));
    }

    /** The account that a message belongs to; empty where it is from before the account, or of no partition. */
    Optional<PartitionAccount> of(int partition, long offset) {
        return of(partition).filter(account -> account.covers(offset));
    }

    /** Up to where a partition of a topic was read. */
    Optional<Long> position(String topic, int partition) {
        return Optional.ofNullable(positions.getOrDefault(topic, Map.of()).get(partition));
    }

    void read(String topic, int partition, long next) {
        positions.computeIfAbsent(topic, key -> new HashMap<>()).put(partition, next);
    }

    /** Counts a record of a topic that is only counted. */
    void count(String topic) {
        counted.merge(topic, 1L, Long::sum);
    }

    long countOf(String topic) {
        return counted.getOrDefault(topic, 0L);
    }

    /** Closes what adds up, and says nothing of the rest: more is still to be read. */
    void closeMatched() {
        partitions.values().forEach(PartitionAccount::closeMatched);
    }

    /** Ends a round in which every topic was read to where it ended. */
    void endRound(Instant now) {
        partitions.values().forEach(PartitionAccount::endRound);
        windows.endRound(WindowRule.micros(now));
    }

    /** Forgets what raw has no message of any more; {@code begins} by partition. */
    void dropBefore(Map<Integer, Long> begins, long minute) {
        partitions.forEach((partition, account) -> account.dropBefore(begins.getOrDefault(partition, 0L)));
        mishaps.dropBefore(minute);
    }

    Tally tally() {
        Tally tally = new Tally(rule, shape, new Problems(config.maxProblems()));
        partitions.values().forEach(each -> each.tell(tally));
        mishaps.tell(tally.problems());
        windows.tell(tally);
        return tally;
    }

    /** @param overdueAfter how long a sink may take */
    List<SinkTotals> sinkTotals(Tally tally, Instant now, Duration overdueAfter) {
        List<SinkTotals> totals = new ArrayList<>();
        for (int i = 0; i < sinks.size(); i++) {
            long oldest = sinks.get(i).oldestMinute();
            long owed = tally.count(shape.owed(i));
            long taken = tally.count(shape.taken(i));
            long refused = tally.count(shape.refused(i));
            Instant pendingSince = Instant.EPOCH.plus(Duration.ofMinutes(Math.max(0, oldest)));
            boolean there = sinks.get(i).isThere();
            // to the minute: what came at its end is owed for a minute less
            boolean overdue = there
                    && oldest >= 0
                    && pendingSince
                            .plus(overdueAfter)
                            .plus(Duration.ofMinutes(1))
                            .isBefore(now);
            totals.add(new SinkTotals(
                    shape.sinks().get(i),
                    there,
                    owed,
                    taken - refused,
                    refused,
                    owed - taken,
                    oldest < 0 ? null : pendingSince,
                    overdue));
        }
        return totals;
    }

    Shape shape() {
        return shape;
    }

    private Minute minute(int partition, long offset) {
        return begin(partition, 0).minutes().of(offset);
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(config.windowSizes() + " " + shape.sinks());
        out.writeLong(completeSince);
        out.writeInt(partitions.size());
        for (PartitionAccount each : partitions.values()) {
            each.write(out);
        }
        windows.write(out);
        for (SinkAccount sink : sinks) {
            sink.write(out);
        }
        mishaps.write(out);
        out.writeInt(counted.size());
        for (Map.Entry<String, Long> each : counted.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeLong(each.getValue());
        }
        out.writeInt(positions.size());
        for (Map.Entry<String, Map<Integer, Long>> topic : positions.entrySet()) {
            out.writeUTF(topic.getKey());
            out.writeInt(topic.getValue().size());
            for (Map.Entry<Integer, Long> each : topic.getValue().entrySet()) {
                out.writeInt(each.getKey());
                out.writeLong(each.getValue());
            }
        }
    }

    /**
     * What {@link #write} has written.
     *
     * @return empty where another version wrote it, or it counts other windows or sinks than these: to be begun anew
     */
    static Optional<Account> read(DataInput in, ReconcileConfig config, List<String> sinkNames) throws IOException {
        if (in.readByte() != VERSION || !in.readUTF().equals(config.windowSizes() + " " + sinkNames)) {
            return Optional.empty();
        }
        Account account = new Account(config, sinkNames, in.readLong());
        for (int left = in.readInt(); left > 0; left--) {
            PartitionAccount read = PartitionAccount.read(in, account.shape.length(), account.mishaps);
            account.partitions.put(read.partition(), read);
        }
        account.windows.read(in, account::minute);
        for (SinkAccount sink : account.sinks) {
            sink.read(in, account::minute);
        }
        account.mishaps.read(in);
        for (int left = in.readInt(); left > 0; left--) {
            account.counted.put(in.readUTF(), in.readLong());
        }
        for (int topics = in.readInt(); topics > 0; topics--) {
            String topic = in.readUTF();
            for (int left = in.readInt(); left > 0; left--) {
                account.read(topic, in.readInt(), in.readLong());
            }
        }
        return Optional.of(account);
    }
}
