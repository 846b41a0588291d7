package io.headrace.streams.normalize;

import io.headrace.streams.state.LastCallStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Stored messages by MQTT packet id and payload. Devices count their packet ids up: sixteen ids that follow each other
 * share a row, which is written when the device leaves it and before each commit, so that a device that sends much costs a
 * write for several messages. A row is read only where something may be in it that isn't written over.
 */
final class Packets {
    /** Layout of a row: version, one bit for each id that it has, and of each the milliseconds from its start and a hash. */
    private static final byte VERSION = 1;

    /** What keys of rows begin with; the device follows. */
    static final String ROWS = "q\n";

    private static final int HEAD = 1 + Short.BYTES;
    private static final int IDS = 16;
    private static final int ALL = 0xFFFF;
    private static final int MOST_ID = 0xFFFF;
    private static final int NO_ROW = -1;
    private static final int HASH = 16;
    private static final int ENTRY = Integer.BYTES + HASH;

    private final WindowStore<String, byte[]> store;
    private final long windowMs;
    private final MessageDigest sha256 = sha256();
    /** Rows with something in them that may not be written. */
    private final List<Row> changed = new ArrayList<>();

    /** The row that a device used last, the same object for the next one: of some 500 bytes, once it sends packet ids. */
    static final class Row {
        private final String device;
        private byte[] entries = {};
        private int number = NO_ROW;
        private long start;
        private int ids;
        /** Whether all that is stored of it is in it. */
        private boolean isWhole;

        private boolean isChanged;
        private boolean isListed;

        Row(String device) {
            this.device = device;
        }

        private boolean is(int otherNumber, long otherStart) {
            return number == otherNumber && start == otherStart;
        }

        private Row begin(int newNumber, long newStart) {
            if (entries.length == 0) {
                entries = new byte[IDS * ENTRY];
            }
            number = newNumber;
            start = newStart;
            ids = 0;
            isWhole = false;
            isChanged = false;
            return this;
        }

        private String key() {
            return ROWS + device + "\n" + number;
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

    /**
     * Keeps a message.
     *
     * @param row of the message's device
     * @param at epoch milliseconds
     */
    void remember(Row row, RawMessage message, String packetId, long at) {
        int id = Integer.parseInt(packetId);
        long start = stretch(at);
        if (!row.is(id / IDS, start)) {
            write(row);
            row.begin(id / IDS, start);
        }
        int entry = id % IDS * ENTRY;
        ByteBuffer.wrap(row.entries)
                .putInt(entry, (int) (at - start))
                .put(entry + Integer.BYTES, hash(message.payload()), 0, HASH);
        row.ids |= 1 << id % IDS;
        row.isChanged = true;
        if (!row.isListed) {
            row.isListed = true;
            changed.add(row);
        }
    }

    /**
     * Whether the newest of this id in some stretch of time came at most a window ago, with the same payload.
     *
     * @param latest of the message's device
     */
    boolean has(Row latest, RawMessage message, String packetId, long at) {
        int id = Integer.parseInt(packetId);
        byte[] hash = hash(message.payload());
        long start = stretch(at);
        for (long from = start + windowMs; from >= start - windowMs; from -= windowMs) {
            Row row = latest.is(id / IDS, from) ? latest : new Row(message.device()).begin(id / IDS, from);
            complete(row);
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

    private long stretch(long time) {
        return Math.floorDiv(time, windowMs) * windowMs;
    }

    /** Adds what is stored of a row, but of ids that it has: those are newer. */
    private void complete(Row row) {
        if (row.isWhole || row.ids == ALL) {
            return;
        }
        row.isWhole = true;
        byte[] stored = store.fetch(row.key(), row.start);
        if (stored == null) {
            return;
        }
        if (stored[0] != VERSION) {
            throw new IllegalStateException("packets of version " + stored[0] + " where " + VERSION + " is known");
        }
        int ids = ByteBuffer.wrap(stored).getShort(1) & ALL;
        int from = HEAD;
        for (int id = 0; id < IDS; id++) {
            if ((ids & 1 << id) == 0) {
                continue;
            }
            if ((row.ids & 1 << id) == 0) {
                System.arraycopy(stored, from, row.entries, id * ENTRY, ENTRY);
            }
            from += ENTRY;
        }
        row.ids |= ids;
    }

    /** Lets go of what isn't written of a device; what is written stays. */
    void forget(Row row) {
        row.begin(NO_ROW, 0);
    }

    /** All that isn't. */
    void write() {
        for (Row row : changed) {
            row.isListed = false;
            write(row);
        }
        changed.clear();
    }

    private void write(Row row) {
        if (!row.isChanged) {
            return;
        }
        complete(row);
        row.isChanged = false;
        ByteBuffer out = ByteBuffer.allocate(HEAD + Integer.bitCount(row.ids) * ENTRY)
                .put(VERSION)
                .putShort((short) row.ids);
        for (int id = 0; id < IDS; id++) {
            if ((row.ids & 1 << id) != 0) {
                out.put(row.entries, id * ENTRY, ENTRY);
            }
        }
        store.put(row.key(), out.array(), row.start);
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
