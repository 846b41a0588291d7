package io.headrace.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Payloads of 128 bytes that say which message of which device they are, so that what is stored can be compared with
 * what was acknowledged. The rest varies as a sensor's values do, from one seed.
 */
public final class Payloads {
    /** Length of each. */
    public static final int BYTES = 128;

    private static final int VARIANTS = 1 << 16;
    private static final int DEVICE_AT = 5;
    private static final int DEVICE_DIGITS = 5;
    private static final int NUMBER_AT = 15;
    private static final int NUMBER_DIGITS = 10;
    private static final int TIME_AT = 31;
    private static final int TIME_DIGITS = 13;
    private static final int TEMPERATURE_AT = 59;

    /** Of a device's messages in a row that are all too warm or all not: each first one but the very first changes it. */
    public static final int SPELL = 10;

    private final byte[][] variants = new byte[VARIANTS][];

    public Payloads() {
        Random random = new Random(4711);
        for (int i = 0; i < VARIANTS; i++) {
            variants[i] = variant(random);
        }
    }

    private static byte[] variant(Random random) {
        String text = "{\"d\":    0,\"n\":         0,\"ts\":" + (1_767_225_600_000L + random.nextInt(86_400_000))
                + ",\"temperature\":" + decimal(random, 10_000, 30_000)
                + ",\"humidity\":" + decimal(random, 10_000, 90_000)
                + ",\"pressure\":" + decimal(random, 950_000, 1_050_000)
                + ",\"battery\":" + random.nextInt(10)
                + ",\"rssi\":-" + (10 + random.nextInt(90));
        StringBuilder padded = new StringBuilder(text);
        while (padded.length() < BYTES - 1) {
            padded.append(' ');
        }
        return padded.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Thousandths, so that all are of one length. */
    private static String decimal(Random random, int from, int to) {
        int thousandths = from + random.nextInt(to - from);
        return thousandths / 1000 + "." + (1000 + thousandths % 1000 + "").substring(1);
    }

    /** Writes one payload. */
    public void write(int device, long number, ByteBuffer out) {
        byte[] variant = variants[(int) ((number * 31 + device) & (VARIANTS - 1))];
        int start = out.position();
        out.put(variant);
        digits(out, start + DEVICE_AT + DEVICE_DIGITS, device);
        digits(out, start + NUMBER_AT + NUMBER_DIGITS, number);
    }

    /**
     * Writes one payload whose temperature is above 90 in every other {@link #SPELL} and otherwise below 30.
     *
     * @param millis what it says of its time, epoch milliseconds
     */
    void writeAlarming(int device, long number, long millis, ByteBuffer out) {
        int start = out.position();
        write(device, number, out);
        digits(out, start + TIME_AT + TIME_DIGITS, millis);
        if (number / SPELL % 2 == 1) {
            out.put(start + TEMPERATURE_AT, (byte) '9');
        }
    }

    /** Right-aligned. */
    private static void digits(ByteBuffer out, int end, long value) {
        long rest = value;
        int at = end;
        do {
            out.put(--at, (byte) ('0' + rest % 10));
            rest /= 10;
        } while (rest > 0);
    }

    /** Some payloads, for a tool that sends lines of a file. */
    public List<String> samples() {
        List<String> samples = new ArrayList<>();
        for (int i = 0; i < VARIANTS; i++) {
            ByteBuffer out = ByteBuffer.allocate(BYTES);
            write(i % 200, 100_000L + i, out);
            samples.add(new String(out.array(), StandardCharsets.UTF_8));
        }
        return samples;
    }

    /** Which device wrote a payload. */
    public static int device(byte[] payload) {
        return (int) number(payload, DEVICE_AT, DEVICE_DIGITS);
    }

    /** Which of its device's messages a payload is, from 0. */
    public static long number(byte[] payload) {
        return number(payload, NUMBER_AT, NUMBER_DIGITS);
    }

    private static long number(byte[] payload, int at, int digits) {
        long value = 0;
        for (int i = at; i < at + digits; i++) {
            value = payload[i] == ' ' ? value : value * 10 + (payload[i] - '0');
        }
        return value;
    }
}
