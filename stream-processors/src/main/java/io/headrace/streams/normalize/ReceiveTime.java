package io.headrace.streams.normalize;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The gateway's receive time, which every record carries as its timestamp. A gateway never writes one that is missing or
 * far in the future; whoever else may have is given the time of processing, so that it neither stops the application
 * nor ages everybody's state.
 */
public final class ReceiveTime implements TimestampExtractor {
    /** How far ahead of the processors a gateway's clock may be. */
    static final Duration AHEAD = Duration.ofMinutes(10);

    private static final long AHEAD_MS = AHEAD.toMillis();

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long now = System.currentTimeMillis();
        long timestamp = record.timestamp();
        return timestamp < 0 || timestamp > now + AHEAD_MS ? now : timestamp;
    }
}
