package io.headrace.gateway.ingest;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Device ids as keys of records. Remembers the last ones, each in the one place that its hash gives it: a device that has
 * sent is likely to send again. Safe for use by several threads, which at worst encode an id once more.
 */
final class DeviceKeys implements Serializer<String> {
    private static final int PLACES = 1 << 12;

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Known(String id, byte[] key) {}

    private final @Nullable Known[] known = new @Nullable Known[PLACES];

    /** @return not to be changed, nor kept beyond the record */
    @Override
    public byte[] serialize(String topic, String id) {
        int place = id.hashCode() & (PLACES - 1);
        Known last = known[place];
        if (last != null && last.id.equals(id)) {
            return last.key;
        }
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        known[place] = new Known(id, key);
        return key;
    }
}
