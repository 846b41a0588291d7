package io.headrace.control.replay;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Erased;
import io.headrace.catalogue.Topic;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicScan;
import io.headrace.record.Replay;
import io.headrace.record.ReplayState;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Carries one replay on from where it stands in Kafka. Messages and the progress that counts them are one transaction, so
 * that a replay that was killed, and is carried on by whomever, replays nothing twice and leaves nothing out. All replays
 * of a hub share one transactional id: whoever begins to carry one on puts an end to anybody else who still does.
 *
 * <p>Partitions one after the other, each in its order: the letters of a device come back in the order in which its
 * messages came. Used once, by one thread.
 */
final class ReplayRun {
    static final String TRANSACTIONAL_ID = "headrace-replays";

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SCAN = Duration.ofMinutes(5);
    /** Letters that aren't taken are looked at in stretches of so many between two notes of progress. */
    private static final int STRETCH = 5_000;

    private final KafkaClients clients;
    private final Catalogue catalogue;
    private final Supplier<Erased> erased;
    private final Clock clock;
    private final BooleanSupplier cancelled;
    private final BooleanSupplier stopping;
    private final AvroSerializer<Replay> serializer;
    private final List<ProducerRecord<byte[], byte[]>> chunk = new ArrayList<>();
    private int looked;

    /**
     * @param erased what is erased, asked for when it begins
     * @param cancelled whether somebody wants it to end
     * @param stopping whether this process ends, and leaves it to the next one
     */
    ReplayRun(
            KafkaClients clients,
            Supplier<Erased> erased,
            Clock clock,
            BooleanSupplier cancelled,
            BooleanSupplier stopping) {
        this.clients = clients;
        this.erased = erased;
        this.catalogue = clients.config().catalogue();
        this.clock = clock;
        this.cancelled = cancelled;
        this.stopping = stopping;
        this.serializer = new AvroSerializer<>(catalogue.replays(), clients.registry());
    }

    /**
     * Returns when the replay is over, or was before, or when this process stops.
     *
     * @throws org.apache.kafka.common.KafkaException where Kafka doesn't let it: to be run again, unless another has
     *     taken over
     * @throws InterruptedException where this process can't wait for it to return
     */
    void run(String id) throws InterruptedException {
        String transactionalId = clients.config().topicPrefix() + TRANSACTIONAL_ID;
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer(transactionalId)) {
            producer.initTransactions();
            // from here on nobody else writes: what is read now is how far it has come
            Replay replay;
            Lane lane;
            Attempts attempts;
            try (TopicScan scan = new TopicScan(clients, SCAN)) {
                replay = newest(scan, id);
                lane = Lane.of(catalogue, clients.config().topicPrefix(), replay.getTopic());
                attempts = Attempts.read(scan, lane);
            }
            if (replay.getState() == ReplayState.RUNNING) {
                carryOn(
                        producer,
                        replay,
                        lane,
                        new Sieve(Selection.of(replay), replay.getMaxReplays(), attempts, erased.get()));
            }
        }
    }

    private Replay newest(TopicScan scan, String id) {
        Topic<Replay> topic = catalogue.replays();
        AvroDeserializer<Replay> decoder = clients.decoder(topic);
        List<Replay> found = new ArrayList<>();
        scan.readAll(topic.name(), row -> {
            Replay replay = id.equals(row.key()) ? decoder.deserialize(topic.name(), row.value()) : null;
            if (replay != null) {
                found.add(replay);
            }
        });
        return found.getLast();
    }

    private void carryOn(Producer<byte[], byte[]> producer, Replay replay, Lane lane, Sieve sieve)
            throws InterruptedException {
        Pace pace = new Pace(replay.getRate(), System.nanoTime());
        try (Consumer<byte[], byte[]> consumer = clients.byteConsumer()) {
            for (String partition : new TreeSet<>(replay.getEnd().keySet())) {
                TopicPartition source = new TopicPartition(lane.letters(), Integer.parseInt(partition));
                consumer.assign(List.of(source));
                consumer.seek(source, replay.getNext().getOrDefault(partition, 0L));
                long end = replay.getEnd().getOrDefault(partition, 0L);
                while (replay.getNext().getOrDefault(partition, 0L) < end) {
                    for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
                        if (row.offset() < end) {
                            take(Letter.of(lane, row), replay, sieve);
                            replay.getNext().put(partition, row.offset() + 1);
                        }
                        if (chunk.size() >= pace.chunk() || looked >= STRETCH) {
                            commit(producer, replay, pace);
                        }
                        if (cancelled.getAsBoolean() || stopping.getAsBoolean()) {
                            break;
                        }
                    }
                    if (stopping.getAsBoolean()) {
                        return;
                    }
                    if (cancelled.getAsBoolean()) {
                        finish(producer, replay, pace, ReplayState.CANCELLED);
                        return;
                    }
                    // past what is no record of ours to see: markers of transactions, and what was taken back
                    replay.getNext().put(partition, Math.min(end, consumer.position(source)));
                }
            }
        }
        finish(producer, replay, pace, ReplayState.DONE);
    }

    private void take(Letter letter, Replay replay, Sieve sieve) {
        looked++;
        switch (sieve.fateOf(letter)) {
            case TAKEN -> {
                chunk.add(letter.toReplay(replay.getId(), clock.millis()));
                replay.setReplayed(replay.getReplayed() + 1);
            }
            case ALREADY_REPLAYED -> replay.setAlreadyReplayed(replay.getAlreadyReplayed() + 1);
            case REPLAYED_TOO_OFTEN -> replay.setReplayedTooOften(replay.getReplayedTooOften() + 1);
            case NOT_REPLAYABLE -> replay.setNotReplayable(replay.getNotReplayable() + 1);
            case NOT_MEANT -> {
                // counts nowhere
            }
        }
    }

    private void finish(Producer<byte[], byte[]> producer, Replay replay, Pace pace, ReplayState state)
            throws InterruptedException {
        replay.setState(state);
        commit(producer, replay, pace);
    }

    private void commit(Producer<byte[], byte[]> producer, Replay replay, Pace pace) throws InterruptedException {
        replay.setUpdatedAt(clock.instant().truncatedTo(ChronoUnit.MICROS));
        String topic = catalogue.replays().name();
        byte[] key = replay.getId().getBytes(StandardCharsets.UTF_8);
        producer.beginTransaction();
        chunk.forEach(producer::send);
        producer.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, replay)));
        producer.commitTransaction();
        int sent = chunk.size();
        chunk.clear();
        looked = 0;
        TimeUnit.NANOSECONDS.sleep(pace.pauseAfter(sent, System.nanoTime()));
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }
}
