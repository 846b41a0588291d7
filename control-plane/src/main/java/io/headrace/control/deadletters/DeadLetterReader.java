package io.headrace.control.deadletters;

import io.headrace.control.deadletters.DeadLettersApi.Listing;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads dead letters from Kafka. A list reads each partition backwards in stretches, until it has enough or has looked
 * at {@link #MAX_LOOKED_AT} records. Safe for use by several threads: each question has a consumer of its own.
 */
final class DeadLetterReader {
    private static final String SUFFIX = ".dlq";
    private static final int MAX_LOOKED_AT = 100_000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final KafkaClients clients;
    private final String prefix;

    DeadLetterReader(KafkaClients clients) {
        this.clients = clients;
        this.prefix = clients.config().topicPrefix();
    }

    /**
     * The newest letters that are wanted.
     *
     * @param topic without the hub's prefix; empty for all dead-letter topics of the hub
     */
    Listing newest(Optional<String> topic, Predicate<ConsumerRecord<String, byte[]>> wanted, int limit) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Consumer<String, byte[]> consumer = clients.consumer()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            NewestFirst search = new NewestFirst(
                    wanted, limit, consumer.beginningOffsets(partitions), consumer.endOffsets(partitions));
            while (!search.isDone() && search.looked() < MAX_LOOKED_AT && System.nanoTime() - deadline < 0) {
                search.step((partition, from, until) -> read(consumer, partition, from, until, deadline));
            }
            List<DeadLetter> letters = search.found().stream()
                    .map(row -> DeadLetter.summary(bare(row.topic()), row))
                    .toList();
            return new Listing(letters, search.isDone());
        }
    }

    /** Empty where there is no record at this offset. */
    Optional<DeadLetter> find(String topic, int partition, long offset) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Consumer<String, byte[]> consumer = clients.consumer()) {
            TopicPartition at = new TopicPartition(prefix + topic, partition);
            if (!partitions(consumer, Optional.of(topic)).contains(at)) {
                return Optional.empty();
            }
            consumer.assign(List.of(at));
            boolean inside = offset >= consumer.beginningOffsets(List.of(at)).getOrDefault(at, 0L)
                    && offset < consumer.endOffsets(List.of(at)).getOrDefault(at, 0L);
            return inside
                    ? read(consumer, at, offset, offset + 1, deadline).stream()
                            .findFirst()
                            .map(row -> DeadLetter.whole(topic, row))
                    : Optional.empty();
        }
    }

    private List<TopicPartition> partitions(Consumer<String, byte[]> consumer, Optional<String> topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.listTopics().forEach((name, infos) -> {
            boolean ours = name.startsWith(prefix) && name.endsWith(SUFFIX);
            if (ours && topic.map(wanted -> name.equals(prefix + wanted)).orElse(true)) {
                infos.forEach(info -> partitions.add(new TopicPartition(name, info.partition())));
            }
        });
        if (partitions.isEmpty() && topic.isPresent()) {
            throw Problem.notFound("there is no dead-letter topic of this name; theirs end in " + SUFFIX);
        }
        return partitions;
    }

    private static List<ConsumerRecord<String, byte[]>> read(
            Consumer<String, byte[]> consumer, TopicPartition partition, long from, long until, long deadline) {
        List<ConsumerRecord<String, byte[]>> rows = new ArrayList<>();
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        while (consumer.position(partition) < until) {
            for (ConsumerRecord<String, byte[]> row : consumer.poll(POLL)) {
                if (row.offset() < until) {
                    rows.add(row);
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new UnavailableException("reading " + partition + " took longer than " + PATIENCE);
            }
        }
        return rows;
    }

    private String bare(String topic) {
        return topic.substring(prefix.length());
    }
}
