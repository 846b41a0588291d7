package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/**
 * A kept alert as it is stored: version, timestamp, when it is due, whether a group counts it, and the alert as its topic has it, so that it is read by
 * the same rules of compatibility.
 *
 * @param alerts for the topic's records
 * @param topic its name
 */
record KeptFormat(Serde<Alert> alerts, String topic) {
    private static final byte VERSION = 1;
    private static final int HEAD = 18;

    byte[] write(Kept kept) {
        byte[] alert = alerts.serializer().serialize(topic, kept.alert());
        return ByteBuffer.allocate(HEAD + alert.length)
                .put(VERSION)
                .putLong(kept.at())
                .putLong(kept.due())
                .put((byte) (kept.joined() ? 1 : 0))
                .put(alert)
                .array();
    }

    /** @throws SerializationException for what no version wrote */
    Kept read(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        if (in.get() != VERSION) {
            throw new SerializationException(
                    "a kept alert is of version " + stored[0] + " where " + VERSION + " is known");
        }
        long at = in.getLong();
        long due = in.getLong();
        boolean joined = in.get() == 1;
        byte[] alert = new byte[in.remaining()];
        in.get(alert);
        return new Kept(alerts.deserializer().deserialize(topic, alert), at, joined, due);
    }

    /** {@link Kept#at} alone. */
    static long at(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(1);
    }

    /** {@link Kept#due} alone. */
    static long due(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(9);
    }
}
