package io.headrace.control.account;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Erased;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import io.headrace.catalogue.Topic;
import io.headrace.control.compacted.Table;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.TopicScan;
import io.headrace.control.kafka.TopicScan.Handler;
import io.headrace.control.reconcile.Fault;
import io.headrace.control.reconcile.WindowRule;
import io.headrace.record.Anomaly;
import io.headrace.record.Erasure;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads what has come since the last time into an {@link Account}, in rounds. A round takes the ends of all that is derived,
 * then that of the replays, then that of raw: so each record it reads is of a message that it knows of, and comes of no
 * replay that it doesn't. Ends are those of the log: what was committed when a round began has been read when it ends.
 * Owned by one thread.
 */
final class AccountReader {
    /** For partitions that weren't there. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /** Readings of each partition in one round. */
    private static final long STRETCH = 50_000;

    private static final String CONNECT_TOPIC = "__connect.errors.topic";
    private static final String CONNECT_PARTITION = "__connect.errors.partition";
    private static final String CONNECT_OFFSET = "__connect.errors.offset";

    private final Catalogue catalogue;
    private final AccountConfig config;
    private final TopicScan scan;
    private final Offsets offsets;
    private final Account account;
    private final Table<Erasure> erasures;
    private final Erased erased = new Erased();
    private final Map<String, Map<String, Long>> settled = new HashMap<>();
    private final RawProgress raw;
    private final String prefix;
    private final Map<String, Handler> derived = new HashMap<>();
    private List<TopicPartition> partitions = List.of();
    private List<TopicPartition> replayPartitions = List.of();
    private Instant lookedAt = Instant.EPOCH;
    /** Of partitions of readings that aren't read to their end yet. */
    private final Map<Integer, Long> lastTimes = new HashMap<>();

    AccountReader(
            KafkaClients clients,
            AccountConfig config,
            Duration pendingGrace,
            TopicScan scan,
            Offsets offsets,
            Account account,
            Table<Erasure> erasures) {
        this.catalogue = clients.config().catalogue();
        this.config = config;
        this.scan = scan;
        this.offsets = offsets;
        this.account = account;
        this.erasures = erasures;
        this.prefix = clients.config().topicPrefix();
        this.raw = new RawProgress(catalogue.raw().name(), pendingGrace, scan, offsets, account);
        Deserializer<LedgerEntry> ledger = clients.decoder(catalogue.ledger());
        Deserializer<WindowAggregate> aggregates = clients.decoder(catalogue.aggregates());
        Deserializer<Reading> late = clients.decoder(catalogue.late());
        Deserializer<Reading> readings = clients.decoder(catalogue.readings());
        derived.put(catalogue.ledger().name(), row -> decoded(ledger, row, this::page));
        derived.put(catalogue.aggregates().name(), row -> decoded(aggregates, row, value -> aggregate(row, value)));
        derived.put(catalogue.late().name(), row -> decoded(late, row, reading -> late(row, reading)));
        derived.put(catalogue.deadLetters(catalogue.raw()).name(), this::deadLetter);
        derived.put(catalogue.readings().name(), row -> decoded(readings, row, reading -> reading(row, reading)));
        Topic<Anomaly> anomalies = catalogue.anomalies();
        Deserializer<Anomaly> decoder = clients.decoder(anomalies);
        derived.put(
                anomalies.name(),
                row -> decoded(decoder, row, anomaly -> {
                    if (anomaly.getRevision() == 0) { // the others tell what became of it
                        account.count(anomalies.name());
                    }
                }));
        derived.put(
                catalogue.alerts().name(),
                row -> account.count(catalogue.alerts().name()));
        for (int i = 0; i < config.sinks().size(); i++) {
            SinkAccount sink = account.sinks().get(i);
            derived.put(catalogue.sinkDeadLetters(config.sinks().get(i)).name(), row -> refused(sink, row));
            derived.put(catalogue.sinkReplay(config.sinks().get(i)).name(), row -> again(sink, row));
        }
    }

    /** Names of all topics that it reads, but raw, of which it only asks how far it goes. */
    static Set<String> topics(Catalogue catalogue, AccountConfig config) {
        Set<String> topics = new HashSet<>(Set.of(
                catalogue.ledger().name(),
                catalogue.aggregates().name(),
                catalogue.late().name(),
                catalogue.deadLetters(catalogue.raw()).name(),
                catalogue.readings().name(),
                catalogue.replay().name(),
                catalogue.anomalies().name(),
                catalogue.alerts().name()));
        config.sinks().forEach(name -> {
            topics.add(catalogue.sinkDeadLetters(name).name());
            topics.add(catalogue.sinkReplay(name).name());
        });
        return topics;
    }

    /**
     * Reads one round, and closes what can be closed. Where much has to be caught up, a round is a stretch of readings and
     * what the other topics have up to its time: so that what is open stays little, however long the history is.
     *
     * @return whether all was read that was there; only then is it judged what is missing
     * @throws io.headrace.control.http.UnavailableException where Kafka doesn't let it; what was read until then counts
     */
    boolean round(Instant now) {
        account.mishaps().at(now.getEpochSecond() / 60);
        settleErased();
        if (Duration.between(lookedAt, now).compareTo(LOOK_EVERY) >= 0) {
            partitions = derived.keySet().stream()
                    .flatMap(topic -> scan.partitions(topic).stream())
                    .toList();
            replayPartitions = scan.partitions(catalogue.replay().name());
            lookedAt = now;
        }
        Map<TopicPartition, Long> ends = scan.ends(partitions);
        Map<TopicPartition, Long> replays = scan.ends(replayPartitions);
        raw.ask(now);
        read(replays, this::replay);
        Map<TopicPartition, Long> stretch = stretch(ends);
        long[] time = {Long.MAX_VALUE};
        read(stretch, row -> {
            take(row);
            long end = ends.getOrDefault(new TopicPartition(row.topic(), row.partition()), 0L);
            if (row.offset() + 1 < end) {
                lastTimes.put(row.partition(), row.timestamp());
            } else {
                lastTimes.remove(row.partition());
            }
        });
        stretch.forEach((at, until) -> {
            if (until < ends.getOrDefault(at, 0L)) {
                time[0] = Math.min(time[0], lastTimes.getOrDefault(at.partition(), 0L));
            }
        });
        ends.keySet().removeAll(stretch.keySet());
        if (time[0] < Long.MAX_VALUE) {
            read(upTo(time[0], ends), this::take);
            account.closeMatched();
            return false;
        }
        read(ends, this::take);
        raw.lookAtUnknown();
        for (int i = 0; i < config.sinks().size(); i++) {
            SinkAccount sink = account.sinks().get(i);
            offsets.committed("connect-" + prefix + config.sinks().get(i))
                    .forEach((at, next) -> sink.committed(at.topic(), at.partition(), next));
        }
        account.endRound(now);
        return true;
    }

    /** What erased devices owed until now; what comes of them from here on is known as such. */
    private void settleErased() {
        for (Erasure erasure : erasures.values()) {
            Map<String, Long> cut = erasure.getCut();
            if (!cut.equals(settled.put(erasure.getDeviceId(), cut))) {
                erased.change(erasure.getDeviceId(), erasure);
                account.windows()
                        .erase(erasure.getDeviceId(), partition -> cut.getOrDefault(Integer.toString(partition), 0L));
            }
        }
    }

    private void take(ConsumerRecord<String, byte[]> row) {
        Handler handler = derived.get(row.topic());
        if (handler != null) {
            handler.take(row);
        }
    }

    private Map<TopicPartition, Long> stretch(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> stretch = new HashMap<>();
        ends.forEach((at, end) -> {
            if (at.topic().equals(catalogue.readings().name())) {
                stretch.put(at, Math.min(end, position(at) + STRETCH));
            }
        });
        return stretch;
    }

    private Map<TopicPartition, Long> upTo(long time, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> upTo = new HashMap<>();
        offsets.from(ends.keySet(), time).forEach((at, offset) -> {
            long end = ends.getOrDefault(at, 0L);
            upTo.put(at, offset < 0 ? end : Math.min(offset, end));
        });
        return upTo;
    }

    private long position(TopicPartition at) {
        return account.position(at.topic(), at.partition()).orElse(0L);
    }

    private void read(Map<TopicPartition, Long> ends, Handler handler) {
        Map<TopicPartition, Long> from = new HashMap<>();
        ends.keySet().forEach(at -> from.put(at, position(at)));
        scan.read(from, ends, row -> {
            handler.take(row);
            account.read(row.topic(), row.partition(), row.offset() + 1);
        });
        ends.forEach((at, end) -> account.read(at.topic(), at.partition(), Math.max(end, from.getOrDefault(at, 0L))));
    }

    private void page(LedgerEntry page) {
        account.of(page.getPartition()).ifPresent(partition -> partition.page(page));
    }

    private void reading(ConsumerRecord<String, byte[]> row, Reading reading) {
        Origin origin = reading.getOrigin();
        boolean ofReplay = Headers.findReplays(row.headers()) > 0;
        account.of(origin.getPartition(), origin.getOffset()).ifPresent(partition -> {
            partition.reading(row.partition(), origin, ofReplay);
            Minute minute = partition.minutes().of(origin.getOffset());
            minute.add(Shape.READINGS, 1);
            // for windows, and for its device's silence, what is replayed is received when it is replayed
            long receivedAt = ofReplay ? row.timestamp() * 1_000 : WindowRule.micros(reading.getReceivedAt());
            if (erased.covers(reading.getDeviceId(), origin.getPartition(), origin.getOffset())) {
                account.windows().erased(reading, minute);
            } else {
                account.windows().reading(reading, receivedAt, minute, row.partition(), row.offset());
            }
            for (int i = 0; i < config.sinks().size(); i++) {
                if (row.headers()
                                .lastHeader(Headers.TIER_PREFIX + config.sinks().get(i))
                        != null) {
                    account.sinks().get(i).owes(row.topic(), row.partition(), row.offset(), minute);
                }
            }
        });
    }

    private void deadLetter(ConsumerRecord<String, byte[]> row) {
        origin(row)
                .ifPresentOrElse(
                        origin -> account.of(origin.getPartition(), origin.getOffset())
                                .ifPresent(partition ->
                                        partition.deadLetter(origin.getOffset(), Headers.findReplays(row.headers()))),
                        () -> mishap(Fault.DEAD_LETTER_WITHOUT_MESSAGE, row, "no hr-origin"));
    }

    private void replay(ConsumerRecord<String, byte[]> row) {
        Optional<Reason> reason = Headers.findReason(row.headers());
        Outcome was =
                reason.filter(Reason.QUARANTINED::equals).isPresent() ? Outcome.QUARANTINED : Outcome.DEAD_LETTERED;
        origin(row)
                .flatMap(origin -> account.of(origin.getPartition(), origin.getOffset())
                        .map(partition -> Map.entry(partition, origin.getOffset())))
                .ifPresent(each -> each.getKey().replay(each.getValue(), Headers.findReplays(row.headers()), was));
    }

    private boolean isErased(ConsumerRecord<String, byte[]> row) {
        return row.key() != null
                && origin(row)
                        .filter(origin -> erased.covers(row.key(), origin.getPartition(), origin.getOffset()))
                        .isPresent();
    }

    private void aggregate(ConsumerRecord<String, byte[]> row, WindowAggregate aggregate) {
        if (isErased(row)) {
            return;
        }
        account.windows().aggregate(aggregate, Headers.findNumber(row.headers(), Headers.ADDED));
    }

    private void late(ConsumerRecord<String, byte[]> row, Reading reading) {
        if (isErased(row)) {
            return;
        }
        List<Integer> missed;
        try {
            missed = account.rule()
                    .missed(
                            Headers.find(row.headers(), Headers.LATE_SIZES),
                            Headers.find(row.headers(), Headers.LATE_WINDOWS));
        } catch (NumberFormatException e) {
            mishap(Fault.UNREADABLE, row, Headers.LATE_SIZES + " of " + row.topic());
            return;
        }
        Origin origin = reading.getOrigin();
        if (account.of(origin.getPartition(), origin.getOffset()).isPresent()) {
            account.windows().late(reading, missed);
        }
    }

    /** Only of readings: what a window's result or an alert comes of isn't one message. */
    private void refused(SinkAccount sink, ConsumerRecord<String, byte[]> row) {
        String topic = Headers.find(row.headers(), CONNECT_TOPIC).orElse("");
        boolean ofReading = topic.equals(catalogue.readings().name()) || isReplayedReading(row);
        OptionalLong at = Headers.findNumber(row.headers(), CONNECT_PARTITION);
        OptionalLong offset = Headers.findNumber(row.headers(), CONNECT_OFFSET);
        if (ofReading && at.isPresent() && offset.isPresent()) {
            minute(row).ifPresent(minute -> sink.refused(topic, (int) at.getAsLong(), offset.getAsLong(), minute));
        }
    }

    private void again(SinkAccount sink, ConsumerRecord<String, byte[]> row) {
        if (isReplayedReading(row)) {
            minute(row).ifPresent(minute -> sink.again(row.topic(), row.partition(), row.offset(), minute));
        }
    }

    private boolean isReplayedReading(ConsumerRecord<String, byte[]> row) {
        return Headers.find(row.headers(), Headers.SOURCE)
                .filter(source -> source.startsWith(catalogue.readings().name() + ":"))
                .isPresent();
    }

    private Optional<Minute> minute(ConsumerRecord<String, byte[]> row) {
        return origin(row)
                .flatMap(origin -> account.of(origin.getPartition(), origin.getOffset())
                        .map(partition -> partition.minutes().of(origin.getOffset())));
    }

    private static Optional<Origin> origin(ConsumerRecord<String, byte[]> row) {
        return Headers.find(row.headers(), Headers.ORIGIN).flatMap(OriginHeader::parse);
    }

    private void mishap(Fault fault, ConsumerRecord<String, byte[]> row, String detail) {
        account.mishaps().add(fault, row.partition(), row.offset(), detail);
    }

    private <V extends SpecificRecord> void decoded(
            Deserializer<V> decoder, ConsumerRecord<String, byte[]> row, Consumer<V> then) {
        V value = null;
        try {
            value = decoder.deserialize(row.topic(), row.value());
        } catch (SerializationException unreadable) {
            // as one without a value
        }
        if (value == null) {
            mishap(Fault.UNREADABLE, row, "record of " + row.topic());
        } else {
            then.accept(value);
        }
    }
}
