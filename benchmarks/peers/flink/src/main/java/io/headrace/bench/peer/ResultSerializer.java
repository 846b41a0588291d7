package io.headrace.bench.peer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes metric, start, count and seven doubles. */
final class ResultSerializer implements KafkaRecordSerializationSchema<Result> {
    private static final long serialVersionUID = 1;
    private static final int BYTES = 100;

    private final String topic;

    ResultSerializer(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(Result result, KafkaSinkContext context, Long timestamp) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BYTES);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Moments moments = result.moments;
            out.writeUTF(result.metric);
            out.writeLong(result.start);
            out.writeLong(moments.count);
            out.writeDouble(moments.min);
            out.writeDouble(moments.max);
            out.writeDouble(moments.sum);
            out.writeDouble(moments.mean);
            out.writeDouble(Math.sqrt(moments.squares / moments.count));
            out.writeDouble(moments.first);
            out.writeDouble(moments.last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ProducerRecord<>(topic, result.device.getBytes(StandardCharsets.UTF_8), bytes.toByteArray());
    }
}
