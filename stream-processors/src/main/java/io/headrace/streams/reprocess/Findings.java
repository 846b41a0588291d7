package io.headrace.streams.reprocess;

import io.headrace.catalogue.Topic;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.TopicSerdes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** What a stretch of a topic says in the end: of records of one identity, the last. Owned by one thread. */
final class Findings {
    private final String topic;
    private final Decoder decoder;
    private final Map<String, Finding> byIdentity = new HashMap<>();

    private interface Decoder {
        Finding decode(ConsumerRecord<byte[], byte[]> row, String key);
    }

    Findings(Topic<?> topic, TopicSerdes serdes) {
        this.topic = topic.name();
        this.decoder = topic.valueType() == byte[].class ? letters() : values(topic, serdes);
    }

    private static Decoder letters() {
        return (row, key) -> Finding.ofLetter(row, key);
    }

    @SuppressWarnings("unchecked") // a topic of values that aren't bytes has Avro's
    private static Decoder values(Topic<?> topic, TopicSerdes serdes) {
        var deserializer = new AvroDeserializer<>((Topic<SpecificRecord>) topic, serdes.registry());
        return (row, key) ->
                Finding.of(Objects.requireNonNull(deserializer.deserialize(topic.name(), row.value())), row, key);
    }

    /** @throws SerializationException that names the record, where it can't be read */
    void add(ConsumerRecord<byte[], byte[]> row) {
        if (row.value() == null) {
            return;
        }
        String key = row.key() == null ? "" : new String(row.key(), StandardCharsets.UTF_8);
        Finding finding;
        try {
            finding = decoder.decode(row, key);
        } catch (SerializationException unreadable) {
            throw new SerializationException(topic + " can't be read at " + row.partition() + ":" + row.offset() + ": "
                    + unreadable.getMessage());
        }
        switch (finding.effect()) {
            case REPLACES -> byIdentity.put(finding.identity(), finding);
            case RETRACTS -> byIdentity.remove(finding.identity());
            case NONE -> {
                // the last word is yet to come
            }
        }
    }

    /** Compares these, the live ones, with those of a run. */
    void compare(Findings run, Range range, TopicDifference.Tally tally) {
        byIdentity.forEach((identity, live) -> {
            Finding shadow = run.byIdentity.get(identity);
            if (shadow == null) {
                if (range.isEdge(live, true)) {
                    tally.edge();
                } else {
                    tally.removed(live);
                }
            } else if (live.fields().equals(shadow.fields())) {
                tally.same();
            } else if (range.isEdge(live, false) || range.isEdge(shadow, false)) {
                tally.edge();
            } else {
                tally.changed(live, shadow);
            }
        });
        run.byIdentity.forEach((identity, shadow) -> {
            if (byIdentity.containsKey(identity)) {
                return;
            }
            if (range.isEdge(shadow, true)) {
                tally.edge();
            } else {
                tally.added(shadow);
            }
        });
    }
}
