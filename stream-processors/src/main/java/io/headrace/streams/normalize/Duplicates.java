package io.headrace.streams.normalize;

import io.headrace.streams.state.LastCallStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * Knows the messages that were stored within the last minutes: by the id that the device gave, and where the device
 * marked a message as a resend, by MQTT packet id and payload. Times are the gateway's receive times.
 *
 * <p>An identity is kept under the start of its stretch of time, one window long, so that asking is a few gets and no
 * scan. Only stored messages are remembered: the corrected resend of a dead-lettered one counts. State is bounded by time
 * alone: what a device may send within it is for its quota to say.
 */
final class Duplicates {
    /**
     * Layout 1: version, receive time in ms, and 16 bytes of the payload's SHA-256 of packets, which had a row each in
     * earlier versions of the program and have {@link Packets} now.
     */
    private static final byte VERSION = 1;

    private static final int HASH = 16;

    private static final String IDS = "m\n";
    private static final String PACKETS = "p\n";
    private static final List<String> KINDS = List.of(IDS, PACKETS, Packets.ROWS);

    /** 8 MiB a task. */
    private static final int MOST_RECENT = 16_384;

    private final WindowStore<String, byte[]> store;
    private final long windowMs;
    private final long keptMs;
    private final Packets packets;
    private final Map<String, RecentDevice> recent = new HashMap<>();
    private RecentDevice last = new RecentDevice("");
    private long newest = Long.MIN_VALUE;

    Duplicates(LastCallStore<WindowStore<String, byte[]>> store, Duration window) {
        this(store, window.toMillis(), retention(window).minus(window).toMillis());
    }

    private Duplicates(LastCallStore<WindowStore<String, byte[]>> store, long windowMs, long keptMs) {
        this.store = store.wrapped();
        this.windowMs = windowMs;
        this.keptMs = keptMs;
        this.packets = new Packets(store, windowMs);
    }

    /** In a store that keeps all that is brought back, however old it is. */
    static Duplicates ofReplays(LastCallStore<WindowStore<String, byte[]>> store, Duration window) {
        return new Duplicates(store, window.toMillis(), Long.MAX_VALUE);
    }

    static StoreBuilder<LastCallStore<WindowStore<String, byte[]>>> store(String name, Duration window) {
        return store(name, window, retention(window));
    }

    /** So long that a gateway whose clock is ahead doesn't make the store forget what others' messages need. */
    private static Duration retention(Duration window) {
        return (window.compareTo(ReceiveTime.AHEAD) < 0 ? ReceiveTime.AHEAD : window).multipliedBy(3);
    }

    static StoreBuilder<LastCallStore<WindowStore<String, byte[]>>> store(
            String name, Duration window, Duration retention) {
        return LastCallStore.around(Stores.windowStoreBuilder(
                Stores.persistentWindowStore(name, retention, window, false), Serdes.String(), Serdes.ByteArray()));
    }

    /** The device as it is at hand; as a new one where it sent nothing of late. */
    RecentDevice recent(String device) {
        if (!last.id().equals(device)) {
            if (recent.size() >= MOST_RECENT && !recent.containsKey(device)) {
                packets.write();
                recent.clear();
            }
            last = recent.computeIfAbsent(device, RecentDevice::new);
        }
        return last;
    }

    boolean isDuplicate(RawMessage message) {
        long now = message.receivedAt().toEpochMilli();
        if (message.messageId().isPresent()
                && find(idKey(message, message.messageId().get()), now) != null) {
            return true;
        }
        if (!message.resend() || message.packetId().filter(Packets::isId).isEmpty()) {
            return false;
        }
        String packetId = message.packetId().get();
        return packets.has(recent(message.device()).packets(), message, packetId, now)
                || hadPacket(message, packetId, now);
    }

    private boolean hadPacket(RawMessage message, String packetId, long now) {
        byte[] seen = find(PACKETS + message.device() + "\n" + packetId, now);
        return seen != null && Arrays.equals(seen, 9, 9 + HASH, Packets.sha256().digest(message.payload()), 0, HASH);
    }

    /**
     * Keeps the identities of a message.
     *
     * @return false where it is of so much earlier than others that the store would keep nothing of it: the clock of its
     *     gateway was set back
     */
    boolean remember(RawMessage message) {
        if (message.messageId().isEmpty() && message.packetId().isEmpty()) {
            return true;
        }
        long now = message.receivedAt().toEpochMilli();
        newest = Math.max(newest, stretch(now));
        if (stretch(now) < newest - keptMs) {
            return false;
        }
        if (message.messageId().isPresent()) {
            byte[] entry = ByteBuffer.allocate(9).put(VERSION).putLong(now).array();
            store.put(idKey(message, message.messageId().get()), entry, stretch(now));
        }
        String packetId = message.packetId().orElse("");
        if (Packets.isId(packetId)) {
            packets.remember(recent(message.device()).packets(), message, packetId, now);
        }
        return true;
    }

    /** Forgets all messages of a device. */
    void erase(String device) {
        packets.forget(recent(device).packets());
        for (String kind : KINDS) {
            List<Windowed<String>> keys = new ArrayList<>();
            String first = kind + device + '\n';
            String last = kind + device + (char) ('\n' + 1);
            try (KeyValueIterator<Windowed<String>, byte[]> found = store.fetch(first, last, 0, Long.MAX_VALUE)) {
                found.forEachRemaining(entry -> keys.add(entry.key));
            }
            keys.forEach(key -> forget(key.key(), key.window().start()));
        }
    }

    // a window store deletes where null is put, which its signature doesn't say
    @SuppressWarnings("NullAway")
    private void forget(String key, long start) {
        store.put(key, null, start);
    }

    /** Newest entry of at most a window ago. Gateways' clocks differ: it may be of a moment ahead, too. */
    private byte @Nullable [] find(String key, long now) {
        for (long start = stretch(now) + windowMs; start >= stretch(now) - windowMs; start -= windowMs) {
            byte[] entry = store.fetch(key, start);
            if (entry != null && Math.abs(now - receivedAt(entry)) <= windowMs) {
                return entry;
            }
        }
        return null;
    }

    private long stretch(long time) {
        return Math.floorDiv(time, windowMs) * windowMs;
    }

    private static long receivedAt(byte[] entry) {
        if (entry[0] != VERSION) {
            throw new IllegalStateException(
                    "message identities of version " + entry[0] + " where " + VERSION + " is known");
        }
        return ByteBuffer.wrap(entry).getLong(1);
    }

    private static String idKey(RawMessage message, String id) {
        return IDS + message.device() + "\n" + id;
    }

    /** An id as it is, or its SHA-256 where it is so long that it would weigh more than its message. */
    static String bounded(String id) {
        return id.length() <= 256
                ? id
                : "sha256:" + HexFormat.of().formatHex(Packets.sha256().digest(id.getBytes(StandardCharsets.UTF_8)));
    }
}
