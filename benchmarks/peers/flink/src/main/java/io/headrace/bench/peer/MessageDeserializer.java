package io.headrace.bench.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads flat JSON as it streams: the cheapest way with Jackson. */
final class MessageDeserializer implements KafkaRecordDeserializationSchema<Message> {
    private static final long serialVersionUID = 1;
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Message> out) throws IOException {
        Message message = new Message();
        message.device = new String(record.key(), StandardCharsets.UTF_8);
        message.observedAt = record.timestamp();
        try (JsonParser parser = JSON.createParser(record.value())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("ts")) {
                    message.observedAt = parser.getLongValue();
                } else {
                    message.values.put(name, parser.getDoubleValue());
                }
            }
        }
        out.collect(message);
    }

    @Override
    public TypeInformation<Message> getProducedType() {
        return TypeInformation.of(Message.class);
    }
}
