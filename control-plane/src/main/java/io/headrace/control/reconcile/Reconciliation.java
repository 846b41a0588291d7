package io.headrace.control.reconcile;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Erased;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Topic;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicScan;
import io.headrace.control.reconcile.MessageBook.Age;
import io.headrace.record.Anomaly;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * One reconciliation: reads the hub's topics in the order in which {@link MessageBook} and {@link WindowBook} need them.
 * Used once, by one thread.
 */
final class Reconciliation {
    /** How far clocks of gateways, and so the order of timestamps in a partition, may be apart. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final Catalogue catalogue;
    private final KafkaClients clients;
    private final ReconcileConfig config;
    private final TopicScan scan;
    private final Instant began;
    private final Erased erased;
    private final Problems problems;
    private final WindowBook windows;
    private long readings;

    Reconciliation(KafkaClients clients, ReconcileConfig config, TopicScan scan, Instant began, Erased erased) {
        this.catalogue = clients.config().catalogue();
        this.clients = clients;
        this.config = config;
        this.scan = scan;
        this.began = began;
        this.erased = erased;
        this.problems = new Problems(config.maxProblems());
        this.windows = new WindowBook(config, began, problems);
    }

    ReconcileReport run() {
        long started = System.nanoTime();
        Map<TopicPartition, Long> rawEnds =
                scan.ends(scan.partitions(catalogue.raw().name()));
        MessageBook messages = new MessageBook(byPartition(rawEnds), problems);

        Deserializer<LedgerEntry> ledger = clients.decoder(catalogue.ledger());
        Map<TopicPartition, Long> ledgerRead =
                scan.readAll(catalogue.ledger().name(), row -> decoded(ledger, row, messages::settled));
        List<TopicPartition> readingPartitions =
                scan.partitions(catalogue.readings().name());
        Map<TopicPartition, Long> readingsBegin = scan.begins(readingPartitions);
        Map<TopicPartition, Long> readingsRead = readReadings(messages, readingsBegin);
        readDeadLetters(messages);
        readWindows();
        Map<TopicPartition, Long> readingsLater = scan.ends(readingPartitions);
        Deserializer<Reading> decoder = clients.decoder(catalogue.readings());
        scan.read(
                readingsRead,
                readingsLater,
                row -> decoded(decoder, row, reading -> {
                    if (isErased(reading)) {
                        windows.erased(reading);
                    } else {
                        windows.laterReading(arrived(row, reading));
                    }
                }));
        scan.read(ledgerRead, scan.ends(ledgerRead.keySet()), row -> decoded(ledger, row, messages::later));
        readReplays(messages);
        MessageTotals totals = closeMessages(messages, rawEnds, scan.begins(readingPartitions));
        WindowTotals windowTotals = closeWindows(readingsBegin, readingsLater);
        ReconcileReport.Counts counts =
                new ReconcileReport.Counts(readings, countAnomalies(), count(catalogue.alerts()));
        long elapsed = (System.nanoTime() - started) / 1_000_000;
        return ReconcileReport.of(totals, windowTotals, counts, List.of(), problems, began, elapsed);
    }

    private Map<TopicPartition, Long> readReadings(MessageBook messages, Map<TopicPartition, Long> begins) {
        Deserializer<Reading> decoder = clients.decoder(catalogue.readings());
        Map<TopicPartition, Long> ends = scan.ends(begins.keySet());
        deletedBefore(begins).ifPresent(windows::readingsDeletedBefore);
        scan.read(begins, ends, row -> {
            decoded(decoder, row, reading -> {
                readings++;
                messages.reading(row.partition(), reading.getOrigin());
                if (isErased(reading)) {
                    windows.erased(reading);
                } else {
                    windows.reading(arrived(row, reading));
                }
            });
        });
        return ends;
    }

    private void readDeadLetters(MessageBook messages) {
        scan.readAll(catalogue.deadLetters(catalogue.raw()).name(), row -> {
            Optional<Origin> origin =
                    Headers.find(row.headers(), Headers.ORIGIN).flatMap(OriginHeader::parse);
            origin.ifPresentOrElse(
                    message -> messages.deadLetter(message, Headers.findReplays(row.headers())),
                    () -> problems.add(
                            Fault.DEAD_LETTER_WITHOUT_MESSAGE, row.partition(), row.offset(), "no hr-origin"));
        });
    }

    /** Read after all that comes of replays, so that each is known. What names no message, the processors pass over. */
    private void readReplays(MessageBook messages) {
        scan.readAll(
                catalogue.replay().name(),
                row -> Headers.find(row.headers(), Headers.ORIGIN)
                        .flatMap(OriginHeader::parse)
                        .ifPresent(origin -> messages.replay(origin, Headers.findReplays(row.headers()))));
    }

    /**
     * A reading as windows see it: that of a replayed message is received when it is replayed, which is its record's
     * timestamp. Until then its window owes it nothing, and its device was silent.
     */
    private static Reading arrived(ConsumerRecord<String, byte[]> row, Reading reading) {
        if (Headers.findReplays(row.headers()) > 0) {
            reading.setReceivedAt(Instant.ofEpochMilli(row.timestamp()));
        }
        return reading;
    }

    private void readWindows() {
        Deserializer<WindowAggregate> aggregates = clients.decoder(catalogue.aggregates());
        scan.readAll(catalogue.aggregates().name(), row -> {
            if (!isErased(row)) {
                decoded(aggregates, row, windows::aggregate);
            }
        });
        Deserializer<Reading> late = clients.decoder(catalogue.late());
        scan.readAll(catalogue.late().name(), row -> {
            if (!isErased(row)) {
                decoded(late, row, reading -> takeLate(row, reading));
            }
        });
    }

    private boolean isErased(Reading reading) {
        Origin origin = reading.getOrigin();
        return erased.covers(reading.getDeviceId(), origin.getPartition(), origin.getOffset());
    }

    private boolean isErased(ConsumerRecord<String, byte[]> row) {
        return row.key() != null
                && Headers.find(row.headers(), Headers.ORIGIN)
                        .flatMap(OriginHeader::parse)
                        .filter(origin -> erased.covers(row.key(), origin.getPartition(), origin.getOffset()))
                        .isPresent();
    }

    private void takeLate(ConsumerRecord<String, byte[]> row, Reading reading) {
        try {
            windows.late(
                    reading,
                    new WindowRule(config)
                            .missed(
                                    Headers.find(row.headers(), Headers.LATE_SIZES),
                                    Headers.find(row.headers(), Headers.LATE_WINDOWS)));
        } catch (NumberFormatException e) {
            problems.add(Fault.UNREADABLE, row.partition(), row.offset(), Headers.LATE_SIZES + " of " + row.topic());
        }
    }

    /** Messages are read last: only now is it known which readings retention has left. */
    private MessageTotals closeMessages(
            MessageBook messages, Map<TopicPartition, Long> rawEnds, Map<TopicPartition, Long> readingsBegin) {
        long youngFrom = began.minus(config.pendingGrace()).toEpochMilli();
        long agedUntil = deletedBefore(readingsBegin).map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
        Map<TopicPartition, Long> begins = scan.begins(rawEnds.keySet());
        scan.read(begins, rawEnds, row -> {
            Age settled = row.timestamp() > agedUntil ? Age.JUDGED : Age.AGED;
            messages.message(row.partition(), row.offset(), row.timestamp() > youngFrom ? Age.YOUNG : settled);
        });
        return messages.close(byPartition(begins));
    }

    private WindowTotals closeWindows(Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
        Suspects suspects = new Suspects(config.maxProblems());
        WindowTotals totals = windows.close((window, found) ->
                suspects.add(window, found.lost() > 0 ? Fault.VALUE_LOST : Fault.VALUE_COUNTED_TWICE, found.detail()));
        if (!suspects.isEmpty()) {
            Deserializer<Reading> decoder = clients.decoder(catalogue.readings());
            scan.read(
                    begins,
                    ends,
                    row -> decodedQuietly(decoder, row, reading -> {
                        if (!isErased(reading)) {
                            suspects.reading(reading);
                        }
                    }));
            suspects.report(problems);
        }
        return totals;
    }

    /** Receive time from which on no reading has been deleted; empty where none has been at all. */
    private Optional<Instant> deletedBefore(Map<TopicPartition, Long> begins) {
        Map<TopicPartition, Long> cut = new HashMap<>();
        begins.forEach((partition, begin) -> {
            if (begin > 0) {
                cut.put(partition, begin);
            }
        });
        return scan.timesOf(cut).stream()
                .max(Long::compare)
                .map(Instant::ofEpochMilli)
                .map(time -> time.plus(SKEW));
    }

    /** Once each: records of a later revision tell what became of one. */
    private long countAnomalies() {
        long[] count = {0};
        Deserializer<Anomaly> decoder = clients.decoder(catalogue.anomalies());
        scan.readAll(
                catalogue.anomalies().name(),
                row -> decoded(decoder, row, anomaly -> count[0] += anomaly.getRevision() == 0 ? 1 : 0));
        return count[0];
    }

    private long count(Topic<?> topic) {
        long[] count = {0};
        scan.readAll(topic.name(), row -> count[0]++);
        return count[0];
    }

    private <V extends SpecificRecord> void decoded(
            Deserializer<V> decoder, ConsumerRecord<String, byte[]> row, Consumer<V> then) {
        if (!decodedQuietly(decoder, row, then)) {
            problems.add(Fault.UNREADABLE, row.partition(), row.offset(), "record of " + row.topic());
        }
    }

    private static <V extends SpecificRecord> boolean decodedQuietly(
            Deserializer<V> decoder, ConsumerRecord<String, byte[]> row, Consumer<V> then) {
        V value;
        try {
            value = decoder.deserialize(row.topic(), row.value());
        } catch (SerializationException e) {
            return false;
        }
        if (value == null) {
            return false;
        }
        then.accept(value);
        return true;
    }

    private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> byPartition = new HashMap<>();
        offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
        return byPartition;
    }
}
