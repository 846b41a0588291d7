package io.headrace.streams.reprocess;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Stands between a consumer of the run and its processors. Kafka makes one for each consumer. */
public final class WithinHistory implements ConsumerInterceptor<byte[], byte[]> {
    /** Setting of the consumer that holds the run's {@link Intake}. */
    static final String INTAKE = "headrace.reprocess.intake";

    private Intake intake = new Intake(new History(Map.of(), Map.of(), Instant.MIN, Instant.MAX, true));

    @Override
    public void configure(Map<String, ?> configs) {
        if (!(configs.get(INTAKE) instanceof Intake ofRun)) {
            throw new IllegalStateException(INTAKE + " isn't set");
        }
        intake = ofRun;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        return intake.within(records);
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // asked of the group, which knows of transactions
    }

    @Override
    public void close() {
        // the intake is the run's
    }
}
