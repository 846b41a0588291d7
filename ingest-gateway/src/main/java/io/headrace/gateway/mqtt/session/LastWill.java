package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties.UserProperty;
import io.headrace.gateway.mqtt.codec.Property;
import io.headrace.gateway.mqtt.codec.Version;
import java.time.Duration;

/**
 * The message that a device leaves behind, to be published in its name when its connection is lost.
 *
 * @param device whose it is
 * @param version of its connection
 * @param will as its CONNECT had it
 */
public record LastWill(DeviceId device, Version version, Packet.Will will) {
    /** What it takes in memory besides its texts and bytes. */
    private static final int OVERHEAD = 256;

    private static final int PROPERTY = 64;

    /**
     * The message that is published: its expiry counts from here on (section 3.1.3.2.4 of MQTT 5).
     *
     * @param now epoch milliseconds
     */
    public Message message(long now) {
        return new MessageFacts(device, version).message(will, now);
    }

    /**
     * How long it waits for its device to come back; zero in MQTT 3.1.1.
     *
     * @param keepFor how long its session does: a will doesn't outlive that [MQTT-3.1.2-8]
     */
    public Duration delay(Duration keepFor) {
        Duration wanted = Duration.ofSeconds(will.properties().number(Property.WILL_DELAY_INTERVAL, 0));
        return wanted.compareTo(keepFor) < 0 ? wanted : keepFor;
    }

    /** Bytes that it takes in memory, about. */
    public int size() {
        int size = OVERHEAD + will.payload().length + 2 * will.topic().length();
        for (UserProperty property : will.properties().user()) {
            size += PROPERTY + 2 * (property.name().length() + property.value().length());
        }
        return size
                + will.properties()
                        .bytes(Property.CORRELATION_DATA)
                        .map(bytes -> bytes.length)
                        .orElse(0)
                + 2
                        * will.properties()
                                .text(Property.CONTENT_TYPE)
                                .map(String::length)
                                .orElse(0)
                + 2
                        * will.properties()
                                .text(Property.RESPONSE_TOPIC)
                                .map(String::length)
                                .orElse(0);
    }
}
