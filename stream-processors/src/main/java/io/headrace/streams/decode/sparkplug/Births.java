package io.headrace.streams.decode.sparkplug;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that one birth certificate announced, as they are remembered. Looked up in the stored bytes as they are: a
 * message of three metrics doesn't pay for the thousand others that its device has.
 */
final class Births {
    /** Layout 1: version, receive time in ms, count, an offset for each entry in the order of keys, entries. */
    private static final byte VERSION = 1;

    private static final int HEADER = 1 + Long.BYTES + Integer.BYTES;

    /** Below the largest record of a topic. */
    private static final int MAX_BYTES = 2 << 20;

    private final byte[] bytes;
    private final ByteBuffer stored;

    /** A metric that was announced. */
    record Announced(String name, DataType datatype) {}

    private Births(byte[] stored) {
        this.bytes = stored;
        this.stored = ByteBuffer.wrap(stored);
    }

    /** @param stored null for none */
    static @Nullable Births ofStored(byte @Nullable [] stored) {
        if (stored == null) {
            return null;
        }
        if (stored[0] != VERSION) {
            throw new IllegalStateException(
                    "a birth certificate of version " + stored[0] + " where " + VERSION + " is known");
        }
        return new Births(stored);
    }

    /**
     * Of a birth certificate's metrics, the members of their structures included.
     *
     * @param nameLength the most that a metric's name may have
     */
    static byte[] stored(Message birth, Instant receivedAt, int nameLength) throws Rejection {
        Map<Key, Announced> entries = new TreeMap<>();
        for (Metric metric : birth.metrics()) {
            announce(entries, "", metric, nameLength);
        }
        long size = HEADER;
        for (Map.Entry<Key, Announced> entry : entries.entrySet()) {
            size += Integer.BYTES + 2 * Short.BYTES + 1 + entry.getKey().bytes().length + bytes(entry).length;
        }
        if (size > MAX_BYTES) {
            throw new Rejection(Reason.READING_TOO_LARGE, "a birth certificate of more than " + MAX_BYTES + " bytes");
        }
        ByteBuffer out = ByteBuffer.allocate((int) size)
                .put(VERSION)
                .putLong(receivedAt.toEpochMilli())
                .putInt(entries.size());
        int offsets = out.position();
        out.position(offsets + Integer.BYTES * entries.size());
        for (Map.Entry<Key, Announced> entry : entries.entrySet()) {
            out.putInt(offsets, out.position());
            offsets += Integer.BYTES;
            byte[] key = entry.getKey().bytes();
            byte[] name = bytes(entry);
            out.putShort((short) key.length).put(key);
            out.put((byte) entry.getValue().datatype().number());
            out.putShort((short) name.length).put(name);
        }
        return out.array();
    }

    boolean isYoungerThan(Instant time) {
        return stored.getLong(1) > time.toEpochMilli();
    }

    @Nullable
    Announced findAlias(long alias) {
        return find(Key.ofAlias(alias).bytes());
    }

    @Nullable
    Announced findName(String name) {
        return find(Key.ofName(name).bytes());
    }

    /** Bytes of a key, in an order of their own. */
    @SuppressWarnings("ArrayRecordComponent") // compared by compareTo alone
    private record Key(byte[] bytes) implements Comparable<Key> {
        static Key ofAlias(long alias) {
            return new Key(ByteBuffer.allocate(1 + Long.BYTES)
                    .put((byte) 'a')
                    .putLong(alias)
                    .array());
        }

        static Key ofName(String name) {
            return new Key(("n" + name).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int compareTo(Key other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }
    }

    private static void announce(Map<Key, Announced> entries, String prefix, Metric metric, int nameLength)
            throws Rejection {
        if (metric.value() instanceof Metric.Template template && template.definition()) {
            return; // what its instances have, they say themselves
        }
        if (metric.name() == null || metric.name().isEmpty()) {
            throw new Rejection(Reason.MALFORMED_SPARKPLUG, "a metric of a birth certificate has no name");
        }
        String name = prefix + metric.name();
        if (name.length() > nameLength) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the name " + Text.shown(name) + " is longer than " + nameLength + " characters");
        }
        Key key = metric.alias() == null ? Key.ofName(name) : Key.ofAlias(metric.alias());
        if (entries.put(key, new Announced(name, metric.datatype())) != null) {
            throw new Rejection(Reason.DUPLICATE_NAME, "two metrics of one name or alias in a birth certificate");
        }
        if (metric.value() instanceof Metric.Template template) {
            for (Metric member : template.members()) {
                announce(entries, name + "/", member, nameLength);
            }
        }
    }

    /** The name of an aliased metric; the key of another is its name. */
    private static byte[] bytes(Map.Entry<Key, Announced> entry) {
        return entry.getKey().bytes()[0] == 'a'
                ? entry.getValue().name().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
    }

    private @Nullable Announced find(byte[] key) {
        int low = 0;
        int high = stored.getInt(HEADER - Integer.BYTES) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = stored.getInt(HEADER + Integer.BYTES * middle);
            int length = stored.getShort(at);
            int from = at + Short.BYTES;
            int order = Arrays.compareUnsigned(bytes, from, from + length, key, 0, key.length);
            if (order == 0) {
                return announced(from, length);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private Announced announced(int key, int length) {
        int type = key + length;
        int nameLength = stored.getShort(type + 1);
        int from = nameLength == 0 ? key + 1 : type + 1 + Short.BYTES;
        String name = new String(bytes, from, nameLength == 0 ? length - 1 : nameLength, StandardCharsets.UTF_8);
        return new Announced(name, DataType.ofKnown(stored.get(type)));
    }
}
