package io.headrace.streams.window.tally;

import io.headrace.streams.window.shape.WindowSpec;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Key, beside the device, of what is stored beside a timeline.
 *
 * <pre>
 * values     length of the id (1 octet) · device id · 0 · size in ms (4) · start in µs, ordered (8) · metric
 *            of definitions with a name:              1 · definition's id (8) · start · metric
 * told                                                2 · definition's id (8) · start · metric
 * interval                                            3 · definition's id (8) · 0 (8) · metric
 * </pre>
 *
 * All metrics of a window stand together, and so do the windows of a definition in the order of time; the length keeps
 * {@code d1} apart from {@code d10}. In place of a length beyond 254 stands 255 and then the length in two octets.
 */
record RowKey(int kind, long id, long start, String metric) {
    static final int VALUES = 0;
    static final int TOLD = 2;
    static final int INTERVAL = 3;

    private static final int NAMED_VALUES = 1;
    private static final int LONG_ID = 0xFF;
    private static final byte[] NO_METRIC = {};
    /** No UTF-8 text is as high as this octet. */
    private static final byte[] LAST_METRIC = {(byte) 0xFF};

    static RowKey values(long id, long start, String metric) {
        return new RowKey(VALUES, id, start, metric);
    }

    static RowKey told(long id, long start, String metric) {
        return new RowKey(TOLD, id, start, metric);
    }

    static RowKey interval(long id, String metric) {
        return new RowKey(INTERVAL, id, 0, metric);
    }

    /** Whether it is a value's in the window or pane that starts there. */
    boolean isOf(long ofId, long ofStart) {
        return kind == VALUES && start == ofStart && id == ofId;
    }

    /** What is kept of windows comes and goes by their start; the rest in no order. */
    long part() {
        return kind == VALUES ? start : Long.MIN_VALUE;
    }

    /** Where it stands. */
    Bytes place(String device) {
        return key(kind, device, id, start, utf8(metric));
    }

    /** Lowest key of what starts there. */
    static Bytes first(int kind, String device, long id, long start) {
        return key(kind, device, id, start, NO_METRIC);
    }

    /** The store's upper bounds are inclusive: the last key that could stand before what starts there. */
    static Bytes last(int kind, String device, long id, long start) {
        return key(kind, device, id, start - 1, LAST_METRIC);
    }

    /** Not above any key of a device. */
    static Bytes firstOf(String device) {
        return Bytes.wrap(subject(device, 1));
    }

    /** Above any key of a device, and below those of all that are above them. */
    static Bytes lastOf(String device) {
        byte[] last = subject(device, 1);
        last[last.length - 1] = (byte) 0xFF;
        return Bytes.wrap(last);
    }

    /** The one that stands there. */
    static RowKey at(int kind, String device, long id, Bytes place) {
        byte[] bytes = place.get();
        int prefix = prefixLength(kind, utf8(device).length, id);
        long ordered = 0;
        for (int i = prefix - Long.BYTES; i < prefix; i++) {
            ordered = (ordered << 8) | (bytes[i] & 0xFF);
        }
        String metric = new String(bytes, prefix, bytes.length - prefix, StandardCharsets.UTF_8);
        return new RowKey(kind, id, ordered ^ Long.MIN_VALUE, metric);
    }

    private static Bytes key(int kind, String device, long id, long start, byte[] metric) {
        byte[] subject = utf8(device);
        int prefix = prefixLength(kind, subject.length, id);
        byte[] key = new byte[prefix + metric.length];
        int at = put(key, subject);
        key[at++] = (byte) (isPlainValue(kind, id) ? VALUES : kind == VALUES ? NAMED_VALUES : kind);
        at = number(key, at, id, isPlainValue(kind, id) ? Integer.BYTES : Long.BYTES);
        at = number(key, at, start ^ Long.MIN_VALUE, Long.BYTES);
        System.arraycopy(metric, 0, key, at, metric.length);
        return Bytes.wrap(key);
    }

    /** Length and id at the beginning of a key. */
    private static int put(byte[] key, byte[] subject) {
        int at = 0;
        if (subject.length >= LONG_ID) {
            key[at++] = (byte) LONG_ID;
            at = number(key, at, subject.length, Short.BYTES);
        } else {
            key[at++] = (byte) subject.length;
        }
        System.arraycopy(subject, 0, key, at, subject.length);
        return at + subject.length;
    }

    private static byte[] subject(String device, int more) {
        byte[] subject = utf8(device);
        int length = subject.length >= LONG_ID ? 1 + Short.BYTES : 1;
        byte[] key = new byte[length + subject.length + more];
        put(key, subject);
        return key;
    }

    private static int number(byte[] key, int at, long number, int octets) {
        for (int i = 0; i < octets; i++) {
            key[at + i] = (byte) (number >>> (8 * (octets - 1 - i)));
        }
        return at + octets;
    }

    private static boolean isPlainValue(int kind, long id) {
        return kind == VALUES && WindowSpec.isPlain(id);
    }

    private static int prefixLength(int kind, int deviceLength, long id) {
        int length = deviceLength >= LONG_ID ? 1 + Short.BYTES : 1;
        return length + deviceLength + 1 + (isPlainValue(kind, id) ? Integer.BYTES : Long.BYTES) + Long.BYTES;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
