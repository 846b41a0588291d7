package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.mqtt.session.Delivery.Outcome;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a connection (section 4.1 of MQTT 5): QoS 2 packet identifiers between PUBLISH and PUBREL, and
 * subscriptions. At most 8 KiB of identifiers, however many a device holds back. Held by one connection at a time.
 */
final class SessionState {
    static final int MAX_SUBSCRIPTIONS = 100;
    /** Of all filters together: a hundred of the longest would be 6 MiB for a session that waits for its device. */
    private static final int MAX_CHARACTERS = 16 << 10;

    private final BitSet received = new BitSet();
    private final Map<Integer, Delivery> pending = new HashMap<>();
    private final Set<String> subscriptions = new HashSet<>();
    private int characters;

    /** Whether a QoS 2 message is stored and waits for its PUBREL. */
    boolean isReceived(int packetId) {
        Delivery earlier = pending.get(packetId);
        if (earlier != null && earlier.outcome() == Outcome.STORED) {
            received(packetId); // settled after the connection that brought it had gone
        }
        return received.get(packetId);
    }

    /** Whether a QoS 2 message came whose PUBREC hasn't gone out. */
    boolean isUnanswered(int packetId) {
        return pending.containsKey(packetId);
    }

    /** A QoS 2 message that Kafka hasn't answered for yet; null where there is none. */
    @Nullable
    Delivery findPending(int packetId) {
        Delivery delivery = pending.get(packetId);
        return delivery == null || delivery.outcome() != Outcome.PENDING ? null : delivery;
    }

    void storing(Delivery delivery) {
        pending.put(delivery.packetId(), delivery);
    }

    void received(int packetId) {
        pending.remove(packetId);
        received.set(packetId);
    }

    void notStored(int packetId) {
        pending.remove(packetId);
    }

    /** PUBREL: whether the identifier was known. */
    boolean release(int packetId) {
        boolean known = isReceived(packetId);
        received.clear(packetId);
        return known;
    }

    /** Whether there was room for one more. */
    boolean subscribe(String filter) {
        if (subscriptions.contains(filter)) {
            return true;
        }
        if (subscriptions.size() >= MAX_SUBSCRIPTIONS || characters + filter.length() > MAX_CHARACTERS) {
            return false;
        }
        characters += filter.length();
        return subscriptions.add(filter);
    }

    /** Whether it was there. */
    boolean unsubscribe(String filter) {
        boolean was = subscriptions.remove(filter);
        characters -= was ? filter.length() : 0;
        return was;
    }
}
