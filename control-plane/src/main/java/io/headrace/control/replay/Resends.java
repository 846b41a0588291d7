package io.headrace.control.replay;

import io.headrace.catalogue.Headers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows, among letters that would be stored, those that are the same message again, as the processors would: by the id
 * that the device gave, and where it marked a resend, by MQTT packet id and payload. Owned by one thread.
 */
final class Resends {
    private final Map<Identity, Instant> ids = new HashMap<>();
    private final Map<Identity, Packet> packets = new HashMap<>();

    private record Identity(ByteBuffer device, String id) {}

    private record Packet(ByteBuffer payload, Instant receivedAt) {}

    /** Whether it would be a duplicate of one that was taken before; takes it where not. */
    boolean isResend(Letter letter, Duration window) {
        Optional<Identity> id = identity(letter, Headers.MESSAGE_ID);
        Optional<Identity> packetId = identity(letter, Headers.PACKET_ID);
        ByteBuffer payload = ByteBuffer.wrap(letter.value().orElse(new byte[0]));
        boolean marked = Headers.find(letter.row().headers(), Headers.RESEND).isPresent();
        boolean known = id.map(ids::get)
                .filter(before -> isNear(before, letter, window))
                .isPresent();
        boolean sent = packetId.map(packets::get)
                .filter(before -> before.payload().equals(payload) && isNear(before.receivedAt(), letter, window))
                .isPresent();
        if (known || (marked && sent)) {
            return true;
        }
        id.ifPresent(key -> ids.put(key, letter.receivedAt()));
        packetId.ifPresent(key -> packets.put(key, new Packet(payload, letter.receivedAt())));
        return false;
    }

    private static Optional<Identity> identity(Letter letter, String header) {
        ByteBuffer device = ByteBuffer.wrap(letter.key().orElse(new byte[0]));
        return Headers.find(letter.row().headers(), header).map(id -> new Identity(device, id));
    }

    private static boolean isNear(@Nullable Instant before, Letter letter, Duration window) {
        return before != null
                && Duration.between(before, letter.receivedAt()).abs().compareTo(window) <= 0;
    }
}
