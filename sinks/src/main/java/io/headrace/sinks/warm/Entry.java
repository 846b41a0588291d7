package io.headrace.sinks.warm;

import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record with the rows it makes: none where it has no value, or went to the dead letters.
 *
 * @param source partition that it was consumed from, whatever transforms made of its topic
 * @param offset in that partition
 */
record Entry(SinkRecord record, TopicPartition source, long offset, List<WarmRow> rows) {
    static Entry of(SinkRecord record, TopicPartition source) {
        return new Entry(record, source, record.originalKafkaOffset(), List.of());
    }

    Entry withRows(List<WarmRow> found) {
        return new Entry(record, source, offset, found);
    }

    Entry withoutRows() {
        return withRows(List.of());
    }
}
