package io.headrace.streams.driven;

import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Runs one processor as a task of Kafka Streams would, but for where records come from and what time it is: that is said by
 * a {@link DrivenClock}. There is no state on disk, no commit and nobody who knows of streams' time; a processor that asks
 * for these is refused. For one thread.
 *
 * @param <V> values in
 * @param <R> values out
 */
public final class DrivenTask<V, R> {
    private final Processor<String, V, String, R> processor;
    private final StateStore store;
    private final DrivenClock clock;
    private final Consumer<Record<String, R>> taker;

    /**
     * @param store the only one of the processor, ready
     * @param clock of this task, and of others that it works with
     * @param taker of what the processor forwards
     */
    public DrivenTask(
            Processor<String, V, String, R> processor,
            StateStore store,
            DrivenClock clock,
            Consumer<Record<String, R>> taker) {
        this.processor = processor;
        this.store = store;
        this.clock = clock;
        this.taker = taker;
        processor.init(new Context());
    }

    public void process(Record<String, V> record) {
        processor.process(record);
    }

    private final class Context implements ProcessorContext<String, R> {
        @Override
        public <K extends String, F extends R> void forward(Record<K, F> record) {
            taker.accept(new Record<>(record.key(), record.value(), record.timestamp(), record.headers()));
        }

        @Override
        public <K extends String, F extends R> void forward(Record<K, F> record, String child) {
            forward(record);
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as the interface has it
        public <S extends StateStore> S getStateStore(String name) {
            return (S) store;
        }

        @Override
        public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
            if (type != PunctuationType.WALL_CLOCK_TIME) {
                throw refused();
            }
            return clock.schedule(interval, callback);
        }

        @Override
        public Cancellable schedule(Instant start, Duration interval, PunctuationType type, Punctuator callback) {
            throw refused();
        }

        @Override
        public long currentSystemTimeMs() {
            return clock.now();
        }

        @Override
        public Optional<RecordMetadata> recordMetadata() {
            return Optional.empty();
        }

        @Override
        public Map<String, Object> appConfigs() {
            return Map.of();
        }

        @Override
        public Map<String, Object> appConfigsWithPrefix(String prefix) {
            return Map.of();
        }

        @Override
        public void commit() {
            // there is nothing that could be lost
        }

        @Override
        public String applicationId() {
            throw refused();
        }

        @Override
        public TaskId taskId() {
            throw refused();
        }

        @Override
        public Serde<?> keySerde() {
            throw refused();
        }

        @Override
        public Serde<?> valueSerde() {
            throw refused();
        }

        @Override
        public File stateDir() {
            throw refused();
        }

        @Override
        public StreamsMetrics metrics() {
            throw refused();
        }

        @Override
        public long currentStreamTimeMs() {
            throw refused();
        }

        private UnsupportedOperationException refused() {
            return new UnsupportedOperationException("not without Kafka Streams");
        }
    }
}
