package io.headrace.control.account;

import io.headrace.catalogue.Topic;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.TopicScan;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Snapshots of the account in {@code control.account}. One is cut into records of a size that the topic takes, keyed by
 * writer and number, each with the id of its snapshot and how many there are: the newest of which all are there counts.
 * Every snapshot is right by itself, so several control planes may write theirs, and none needs to know of the others.
 * Owned by one thread.
 */
final class Snapshots implements AutoCloseable {
    private static final int PIECE = 512 * 1024;
    private static final Duration RECENT = Duration.ofMinutes(15);
    private static final long PATIENCE_SECONDS = 30;

    private final Topic<byte[]> topic;
    private final TopicPartition partition;
    private final Producer<byte[], byte[]> producer;
    private final String writer = UUID.randomUUID().toString();
    private long number;

    private record Id(String writer, long number) {}

    Snapshots(KafkaClients clients) {
        this.topic = clients.config().catalogue().account();
        this.partition = new TopicPartition(topic.name(), 0);
        this.producer = clients.byteProducer();
    }

    /** The newest whole snapshot. */
    Optional<byte[]> newest(TopicScan scan, Offsets offsets, long nowMs) {
        Map<TopicPartition, Long> end = scan.ends(List.of(partition));
        long recent =
                offsets.from(List.of(partition), nowMs - RECENT.toMillis()).getOrDefault(partition, -1L);
        Optional<byte[]> found = recent < 0 ? Optional.empty() : newest(scan, Map.of(partition, recent), end);
        return found.isPresent() ? found : newest(scan, scan.begins(List.of(partition)), end);
    }

    private static Optional<byte[]> newest(
            TopicScan scan, Map<TopicPartition, Long> begin, Map<TopicPartition, Long> end) {
        Map<Id, List<byte[]>> pieces = new HashMap<>();
        List<byte[]> whole = new ArrayList<>();
        scan.read(begin, end, row -> {
            if (row.value() == null || row.value().length < 16 || row.key() == null) {
                return;
            }
            ByteBuffer piece = ByteBuffer.wrap(row.value());
            Id id = new Id(row.key().split("/", 2)[0], piece.getLong());
            int index = piece.getInt();
            int count = piece.getInt();
            List<byte[]> sofar = pieces.computeIfAbsent(id, key -> new ArrayList<>());
            if (index != sofar.size()) {
                return; // its beginning is gone
            }
            sofar.add(row.value());
            if (sofar.size() == count) {
                whole.clear();
                whole.addAll(sofar);
                pieces.keySet().removeIf(each -> each.writer.equals(id.writer));
            }
        });
        return whole.isEmpty() ? Optional.empty() : Optional.of(joined(whole));
    }

    private static byte[] joined(List<byte[]> pieces) {
        ByteBuffer joined = ByteBuffer.allocate(
                pieces.stream().mapToInt(piece -> piece.length - 16).sum());
        pieces.forEach(piece -> joined.put(piece, 16, piece.length - 16));
        return joined.array();
    }

    /** Returns when it is durable. */
    void put(byte[] snapshot) {
        number++;
        int count = Math.max(1, (snapshot.length + PIECE - 1) / PIECE);
        List<Future<?>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = Math.min(PIECE, snapshot.length - i * PIECE);
            ByteBuffer piece = ByteBuffer.allocate(16 + length)
                    .putLong(number)
                    .putInt(i)
                    .putInt(count)
                    .put(snapshot, i * PIECE, length);
            byte[] key = (writer + "/" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            sent.add(producer.send(new ProducerRecord<>(topic.name(), 0, key, piece.array())));
        }
        try {
            for (Future<?> each : sent) {
                each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new UnavailableException(topic.name() + " didn't take a snapshot", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while a snapshot was written", e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
