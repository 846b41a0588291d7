package io.headrace.gateway.mqtt.codec;

import io.headrace.gateway.mqtt.codec.Property.Place;
import java.util.ArrayList;
import java.util.List;

/** SUBSCRIBE and UNSUBSCRIBE (sections 3.8 and 3.10 of both standards). */
final class SubscribeDecoder {
    /** Far more than a device has use for, far fewer than fit into a packet. */
    static final int MAX_FILTERS = 1_000;

    private static final int NO_LOCAL = 0x04;

    private SubscribeDecoder() {}

    static Packet.Subscribe read(Body in, boolean v5) throws Violation {
        int packetId = in.packetId();
        Properties properties = v5 ? PropertyDecoder.read(in, Place.SUBSCRIBE) : Properties.NONE;
        List<Packet.Subscription> subscriptions = new ArrayList<>(2);
        do {
            requireFew(subscriptions);
            String filter = filter(in, v5);
            subscriptions.add(new Packet.Subscription(filter, qos(in.u8("subscription options"), filter, v5)));
        } while (in.remaining() > 0);
        return new Packet.Subscribe(packetId, subscriptions, properties);
    }

    static Packet.Unsubscribe readUnsubscribe(Body in, boolean v5) throws Violation {
        int packetId = in.packetId();
        Properties properties = v5 ? PropertyDecoder.read(in, Place.UNSUBSCRIBE) : Properties.NONE;
        List<String> filters = new ArrayList<>(2);
        do {
            requireFew(filters);
            filters.add(filter(in, v5));
        } while (in.remaining() > 0);
        return new Packet.Unsubscribe(packetId, filters, properties);
    }

    /** At least one must be there [MQTT-3.8.3-2, MQTT-3.10.3-2]. */
    private static String filter(Body in, boolean v5) throws Violation {
        if (in.remaining() == 0) {
            throw Violation.protocol("no topic filter");
        }
        String filter = in.text("topic filter");
        Topics.requireFilter(filter);
        if (v5 && Topics.isShared(filter)) {
            Topics.requireSharedFilter(filter);
        }
        return filter;
    }

    private static void requireFew(List<?> filters) throws Violation {
        if (filters.size() == MAX_FILTERS) {
            throw Violation.of(ReasonCode.QUOTA_EXCEEDED, "more than " + MAX_FILTERS + " topic filters");
        }
    }

    private static int qos(int options, String filter, boolean v5) throws Violation {
        int qos = options & 0x03;
        int reserved = v5 ? 0xC0 : 0xFC;
        if (qos == 3 || (options & reserved) != 0) {
            throw Violation.malformed("reserved subscription options"); // [MQTT-3.8.3-5; 3.1.1: MQTT-3.8.3-4]
        }
        if (v5 && (options & 0x30) == 0x30) {
            throw Violation.protocol("retain handling 3"); // section 3.8.3.1
        }
        if (v5 && (options & NO_LOCAL) != 0 && Topics.isShared(filter)) {
            throw Violation.protocol("no local on a shared subscription"); // [MQTT-3.8.3-4]
        }
        return qos;
    }
}
