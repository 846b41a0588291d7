package io.headrace.gateway.http.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where the messages of one request stand in Kafka, in the order of its body. Each is set once, on any thread; read when all
 * are, by whoever was told so.
 */
public final class Receipts {
    private static final byte[] BEGIN = ascii("{\"receipts\":[");
    private static final byte[] PARTITION = ascii("{\"partition\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] END = ascii("]}");
    private static final int LONGEST_NUMBER = 19;

    private final int[] partitions;
    private final long[] offsets;

    Receipts(int count) {
        this.partitions = new int[count];
        this.offsets = new long[count];
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void set(int index, int partition, long offset) {
        partitions[index] = partition;
        offsets[index] = offset;
    }

    /** As the device is told: {@code {"receipts":[{"partition":3,"offset":4711}]}}. */
    byte[] json() {
        Text text = new Text(BEGIN.length + partitions.length * longest() + END.length);
        text.add(BEGIN);
        for (int i = 0; i < partitions.length; i++) {
            text.add(PARTITION);
            text.add(partitions[i]);
            text.add(OFFSET);
            text.add(offsets[i]);
            text.add('}');
            if (i < partitions.length - 1) {
                text.add(',');
            }
        }
        text.add(END);
        return text.bytes();
    }

    private static int longest() {
        return PARTITION.length + LONGEST_NUMBER + OFFSET.length + LONGEST_NUMBER + 2;
    }

    /** Written straight into bytes: a string of hundreds of receipts would be copied twice on its way there. */
    private static final class Text {
        private final byte[] bytes;
        private int size;

        private Text(int longest) {
            this.bytes = new byte[longest];
        }

        private void add(byte[] ascii) {
            System.arraycopy(ascii, 0, bytes, size, ascii.length);
            size += ascii.length;
        }

        private void add(char ascii) {
            bytes[size++] = (byte) ascii;
        }

        /** @param number not negative, as partitions and offsets are */
        private void add(long number) {
            int digits = 1;
            for (long rest = number; rest > 9; rest /= 10) {
                digits++;
            }
            size += digits;
            long rest = number;
            for (int at = size - 1; at >= size - digits; at--) {
                bytes[at] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }

        private byte[] bytes() {
            return Arrays.copyOf(bytes, size);
        }
    }
}
