package io.headrace.bench.system;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The broker of a benchmark, a process of its own, and what it has stored. */
public final class Broker implements AutoCloseable {
    /** Of every topic that takes part. */
    public static final int PARTITIONS = 4;

    private final Child process;
    private final String bootstrapServers;

    private Broker(Child process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    /** @param folder for its log; made where it isn't there */
    public static Broker start(Jvm jvm, Path folder) {
        List<String> command = jvm.own(
                List.of("-Xms512m", "-Xmx1g", "-XX:+UseParallelGC"), BrokerMain.class, List.of(folder.toString()));
        Child process = Child.start("the broker", command);
        String ready = process.await(line -> line.startsWith("ready "), 60);
        return new Broker(process, ready.substring("ready ".length()));
    }

    public long pid() {
        return process.pid();
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** A topic of {@link #PARTITIONS}. */
    public void make(String topic) {
        ask(admin -> admin.createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.of((short) 1))))
                .all()
                .get());
    }

    /** Does nothing where there is none. */
    public void delete(String topic) {
        ask(admin -> admin.deleteTopics(List.of(topic)).all().get());
    }

    /** What is done with an admin client. */
    public interface Work {
        void with(Admin admin) throws ExecutionException, InterruptedException;
    }

    public void ask(Work work) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) bootstrapServers))) {
            work.with(admin);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw new BenchException("the broker refused: " + e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    /** Where a topic ends now. */
    public Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(partitions(consumer, topic));
        }
    }

    /** Reads what is committed of a topic. */
    public void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        read(topic, Map.of(), each);
    }

    /** Reads what was committed to a topic since. */
    public void read(String topic, Map<TopicPartition, Long> since, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            since.forEach(consumer::seek);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(part -> consumer.position(part) < ends.getOrDefault(part, 0L))) {
                consumer.poll(Duration.ofMillis(500)).forEach(each);
            }
        }
    }

    /** Of committed records; from the start where it is given no place. */
    public KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        "read_committed",
                        "check.crcs",
                        "false",
                        "max.partition.fetch.bytes",
                        "8388608",
                        "max.poll.records",
                        "20000"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    public static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
