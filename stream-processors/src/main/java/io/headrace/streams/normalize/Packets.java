package io.headrace.streams.normalize;

import io.headrace.streams.state.LastCallStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Stored messages by MQTT packet id and payload. Devices count their packet ids up: sixteen ids that follow each other
 * share a row, which is written when the device leaves it and before each commit, so that a device that sends much costs a
 * write for several messages.
 */
final class Packets {
    /** Layout of a row: version, one bit for each id that it has, and of each the milliseconds from its start and a hash. */
    private static final byte VERSION = 1;

    /** What keys of rows begin with; the device follows. */
    static final String ROWS = "q\n";

    private static final int HEAD = 1 + Short.BYTES;
    private static final int IDS = 16;
    private static final int MOST_ID = 0xFFFF;
    private static final int HASH = 16;
    private static final int ENTRY = Integer.BYTES + HASH;

    /** Rows of some 500 bytes as objects: 8 MiB a task. */
    private static final int MOST_IN_MEMORY = 16_384;

    private final WindowStore<String, byte[]> store;
    private final long windowMs;
    private final MessageDigest sha256 = sha256();
    /** By device, the row that it used last. */
    private final Map<String, Row> latest = new HashMap<>();

    private final List<Row> changed = new ArrayList<>();

    private static final class Row {
        private final String key;
        private final int number;
        private final long start;
        private final byte[] entries = new byte[IDS * ENTRY];
        private int ids;
        private boolean isChanged;

        private Row(String key, int number, long start) {
            this.key = key;
            this.number = number;
            this.start = start;
        }
    }

    Packets(LastCallStore<WindowStore<String, byte[]>> store, long windowMs) {
        this.store = store.wrapped();
        this.windowMs = windowMs;
        store.beforeCommit(this::write);
    }

    /** Whether an id is one that MQTT has. */
    static boolean isId(String packetId) {
        if (packetId.isEmpty() || packetId.length() > 5) {
            return false;
        }
        for (int i = 0; i < packetId.length(); i++) {
            if (packetId.charAt(i) < '0' || packetId.charAt(i) > '9') {
                return false;
            }
        }
        return Integer.parseInt(packetId) <= MOST_ID;
    }

    /** @param at epoch milliseconds */
    void remember(RawMessage message, String packetId, long at) {
        int id = Integer.parseInt(packetId);
        long start = Math.floorDiv(at, windowMs) * windowMs;
        Row row = latest.get(message.device());
        if (row == null || row.number != id / IDS || row.start != start) {
            if (row != null) {
                write(row);
            } else if (latest.size() >= MOST_IN_MEMORY) {
                write();
                latest.clear();
            }
            row = find(message.device(), id / IDS, start);
            latest.put(message.device(), row);
        }
        int entry = id % IDS * ENTRY;
        ByteBuffer.wrap(row.entries)
                .putInt(entry, (int) (at - start))
                .put(entry + Integer.BYTES, hash(message.payload()), 0, HASH);
        row.ids |= 1 << id % IDS;
        if (!row.isChanged) {
            row.isChanged = true;
            changed.add(row);
        }
    }

    /** Whether the newest of this id in some stretch of time came at most a window ago, with the same payload. */
    boolean has(RawMessage message, String packetId, long at) {
        int id = Integer.parseInt(packetId);
        byte[] hash = hash(message.payload());
        Row known = latest.get(message.device());
        long start = Math.floorDiv(at, windowMs) * windowMs;
        for (long from = start + windowMs; from >= start - windowMs; from -= windowMs) {
            Row row = known != null && known.number == id / IDS && known.start == from
                    ? known
                    : find(message.device(), id / IDS, from);
            if (has(row, id, hash, at)) {
                return true;
            }
        }
        return false;
    }

    private boolean has(Row row, int id, byte[] hash, long at) {
        int entry = id % IDS * ENTRY;
        int from = entry + Integer.BYTES;
        return (row.ids & 1 << id % IDS) != 0
                && Math.abs(at - row.start - ByteBuffer.wrap(row.entries).getInt(entry)) <= windowMs
                && Arrays.equals(row.entries, from, from + HASH, hash, 0, HASH);
    }

    private Row find(String device, int number, long start) {
        Row row = new Row(ROWS + device + "\n" + number, number, start);
        byte[] stored = store.fetch(row.key, start);
        if (stored != null) {
            if (stored[0] != VERSION) {
                throw new IllegalStateException("packets of version " + stored[0] + " where " + VERSION + " is known");
            }
            ByteBuffer in = ByteBuffer.wrap(stored, 1, stored.length - 1);
            row.ids = in.getShort() & 0xFFFF;
            for (int id = 0; id < IDS; id++) {
                if ((row.ids & 1 << id) != 0) {
                    in.get(row.entries, id * ENTRY, ENTRY);
                }
            }
        }
        return row;
    }

    /** Lets go of what isn't written of a device; what is written stays. */
    void forget(String device) {
        Row row = latest.remove(device);
        if (row != null) {
            row.isChanged = false;
        }
    }

    private void write() {
        changed.forEach(this::write);
        changed.clear();
    }

    private void write(Row row) {
        if (!row.isChanged) {
            return;
        }
        row.isChanged = false;
        ByteBuffer out = ByteBuffer.allocate(HEAD + Integer.bitCount(row.ids) * ENTRY)
                .put(VERSION)
                .putShort((short) row.ids);
        for (int id = 0; id < IDS; id++) {
            if ((row.ids & 1 << id) != 0) {
                out.put(row.entries, id * ENTRY, ENTRY);
            }
        }
        store.put(row.key, out.array(), row.start);
    }

    private byte[] hash(byte[] payload) {
        return sha256.digest(payload);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
