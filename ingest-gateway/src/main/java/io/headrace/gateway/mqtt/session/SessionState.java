package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.mqtt.session.Delivery.Outcome;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a connection (section 4.1 of MQTT 5): QoS 2 packet identifiers between PUBLISH and PUBREL, subscriptions,
 * and packet identifiers of commands that aren't acknowledged. At most 8 KiB of identifiers, however many a device holds back. Held by one connection at a time.
 */
final class SessionState {
    static final int MAX_SUBSCRIPTIONS = 100;
    /** Of all filters together: a hundred of the longest would be 6 MiB for a session that waits for its device. */
    private static final int MAX_CHARACTERS = 16 << 10;

    private final BitSet received = new BitSet();
    /** In the order in which they came. */
    private final Map<Integer, Delivery> pending = new LinkedHashMap<>();

    private final Map<String, Granted> subscriptions = new HashMap<>();
    private int characters;
    /** Commands that were sent and not acknowledged, with their packet identifiers, oldest first. */
    private final Map<String, Integer> unacknowledged = new LinkedHashMap<>();

    private int lastPacketId;

    /**
     * What a subscription was granted.
     *
     * @param qos 0 to 2
     * @param identifier the number that the client gave it; 0 for none
     */
    record Granted(int qos, long identifier) {}

    /** Whether a QoS 2 message is stored and waits for its PUBREL. */
    boolean isReceived(int packetId) {
        Delivery earlier = pending.get(packetId);
        // Settled after the connection that brought it had gone.
        if (earlier != null && earlier.outcome() == Outcome.STORED) {
            received(packetId);
        } else if (earlier != null && earlier.isLost()) {
            settle();
        }
        return received.get(packetId);
    }

    /** Whether a QoS 2 message came whose PUBREC hasn't gone out. */
    boolean isUnanswered(int packetId) {
        return pending.containsKey(packetId);
    }

    /**
     * Of messages that are settled and whose PUBREC didn't go out, keeps the identifiers of those that are stored; of one
     * that isn't, and of all after it, nothing: they come again, and are stored again in their order.
     */
    void settle() {
        boolean isLost = false;
        for (Iterator<Delivery> each = pending.values().iterator(); each.hasNext(); ) {
            Delivery delivery = each.next();
            isLost |= delivery.isLost();
            if (isLost) {
                each.remove();
            } else if (delivery.outcome() == Outcome.STORED) {
                each.remove();
                received.set(delivery.packetId());
            }
        }
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

    /** Whether there was room for one more; one of the same filter is replaced. */
    boolean subscribe(String filter, Granted granted) {
        if (subscriptions.replace(filter, granted) != null) {
            return true;
        }
        if (subscriptions.size() >= MAX_SUBSCRIPTIONS || characters + filter.length() > MAX_CHARACTERS) {
            return false;
        }
        characters += filter.length();
        subscriptions.put(filter, granted);
        return true;
    }

    /** Whether it was there. */
    boolean unsubscribe(String filter) {
        boolean was = subscriptions.remove(filter) != null;
        characters -= was ? filter.length() : 0;
        return was;
    }

    /** Of the subscriptions that commands match; empty where the device doesn't want any. */
    List<Granted> forCommands() {
        return subscriptions.entrySet().stream()
                .filter(each -> TopicSpace.isForCommands(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The packet identifier with which a command was sent on an earlier connection; 0 where it wasn't. */
    int resent(String commandId) {
        Integer packetId = unacknowledged.remove(commandId);
        return packetId == null ? 0 : packetId;
    }

    /** One that nothing in flight has, now or on the connection before. */
    int newPacketId(Set<Integer> inFlight) {
        do {
            lastPacketId = lastPacketId % 65_535 + 1;
        } while (inFlight.contains(lastPacketId) || unacknowledged.containsValue(lastPacketId));
        return lastPacketId;
    }

    /** The connection is over; of what it didn't send again, the newest is kept. */
    void unacknowledged(Map<String, Integer> packetIds, int most) {
        unacknowledged.putAll(packetIds);
        Iterator<String> oldest = unacknowledged.keySet().iterator();
        for (int tooMany = unacknowledged.size() - most; tooMany > 0; tooMany--) {
            oldest.next();
            oldest.remove();
        }
    }
}
