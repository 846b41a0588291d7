package io.headrace.streams;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Reason;
import io.headrace.streams.state.KeyTexts;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;

/** Serdes that refuse what no fragment could process: a record without a device, or without a value. */
final class DeviceKeys {
    private DeviceKeys() {}

    /** Of keys that are device ids. */
    static Serde<String> serde() {
        KeyTexts texts = new KeyTexts();
        return Serdes.serdeFrom(new StringSerializer(), (topic, bytes) -> {
            // in ISO 8859-1 each byte is a character: none is lost before it is looked at
            String key = bytes == null ? "" : texts.of(bytes);
            if (!DeviceId.isValid(key)) {
                throw new UnusableRecordException(Reason.INVALID_KEY, "the key is no device id");
            }
            return key;
        });
    }

    /** The same values, but for null. */
    static <V> Serde<V> valued(Serde<V> serde) {
        Deserializer<V> deserializer = serde.deserializer();
        return Serdes.serdeFrom(serde.serializer(), (topic, bytes) -> {
            if (bytes == null) {
                throw new UnusableRecordException(Reason.EMPTY_PAYLOAD, "no value");
            }
            return deserializer.deserialize(topic, bytes);
        });
    }
}
