package io.headrace.control.live;

import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.record.LedgerEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts outcomes from pages of the ledger as they come. A page whose every message has its outcome is kept as five
 * counts in one long; only the others as bytes: some 8 bytes for 1,024 messages. Safe for use by several threads.
 */
final class LedgerTally {
    /** 0 to 1,024 fits in 11 bits, and five times that in a long. */
    private static final int COUNT_BITS = 11;

    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final int OUTCOMES = Outcome.values().length;

    private final Map<Integer, Pages> partitions = new HashMap<>();

    private static final class Pages {
        private long first;
        /** Counts of complete pages from {@link #first} on; 0 where a page isn't complete. */
        private long[] complete = new long[0];

        private final Map<Long, byte[]> incomplete = new HashMap<>();
    }

    /**
     * What there is of one raw partition.
     *
     * @param begin first offset
     * @param settled where messages begin that are too young to be missed
     * @param end exclusive
     */
    record Stretch(long begin, long settled, long end) {}

    synchronized void plus(LedgerEntry page) {
        Pages pages = partitions.computeIfAbsent(page.getPartition(), key -> new Pages());
        ByteBuffer outcomes = page.getOutcomes().duplicate();
        byte[] codes = new byte[LedgerPage.SIZE];
        outcomes.get(codes, 0, Math.min(outcomes.remaining(), codes.length));
        long number = page.getBaseOffset() / LedgerPage.SIZE;
        long packed = packed(codes);
        if (packed == 0) {
            pages.incomplete.put(number, codes);
        } else {
            pages.incomplete.remove(number);
            put(pages, number, packed);
        }
    }

    /**
     * Counts one partition. The page in which it begins isn't counted unless it is whole: retention has cut it.
     */
    synchronized Messages of(int partition, Stretch stretch) {
        Pages pages = partitions.getOrDefault(partition, new Pages());
        Messages sum = Messages.NONE;
        long first = (stretch.begin() + LedgerPage.SIZE - 1) / LedgerPage.SIZE;
        for (long number = first; number * LedgerPage.SIZE < stretch.end(); number++) {
            long packed = at(pages, number);
            sum = sum.plus(packed != 0 ? unpacked(packed) : counted(pages.incomplete.get(number), number, stretch));
        }
        return sum;
    }

    private static Messages counted(byte @org.jspecify.annotations.Nullable [] codes, long number, Stretch stretch) {
        long base = number * LedgerPage.SIZE;
        int until = (int) Math.min(LedgerPage.SIZE, stretch.end() - base);
        int settled = Math.clamp(stretch.settled() - base, 0, until);
        if (codes == null) {
            return new Messages(until, 0, 0, 0, 0, 0, until - settled, settled);
        }
        long[] counts = new long[OUTCOMES + 1];
        long missing = 0;
        for (int i = 0; i < until; i++) {
            int code = codes[i] > OUTCOMES || codes[i] < 0 ? 0 : codes[i];
            counts[code]++;
            missing += code == 0 && i < settled ? 1 : 0;
        }
        return new Messages(until, counts[1], counts[2], counts[3], counts[4], counts[5], counts[0] - missing, missing);
    }

    /** 0 where an offset has no valid outcome yet. */
    private static long packed(byte[] codes) {
        long packed = 0;
        for (byte code : codes) {
            if (code < 1 || code > OUTCOMES) {
                return 0;
            }
            packed += 1L << ((code - 1) * COUNT_BITS);
        }
        return packed;
    }

    private static Messages unpacked(long packed) {
        return new Messages(
                LedgerPage.SIZE,
                count(packed, 1),
                count(packed, 2),
                count(packed, 3),
                count(packed, 4),
                count(packed, 5),
                0,
                0);
    }

    private static long count(long packed, int code) {
        return packed >>> ((code - 1) * COUNT_BITS) & COUNT_MASK;
    }

    private static long at(Pages pages, long number) {
        long index = number - pages.first;
        return index < 0 || index >= pages.complete.length ? 0 : pages.complete[(int) index];
    }

    private static void put(Pages pages, long number, long packed) {
        if (pages.complete.length == 0) {
            pages.first = number;
        }
        if (number < pages.first) {
            int shift = Math.toIntExact(pages.first - number);
            long[] moved = new long[pages.complete.length + shift];
            System.arraycopy(pages.complete, 0, moved, shift, pages.complete.length);
            pages.complete = moved;
            pages.first = number;
        }
        int index = Math.toIntExact(number - pages.first);
        if (index >= pages.complete.length) {
            pages.complete = Arrays.copyOf(pages.complete, Math.max(index + 1, pages.complete.length * 3 / 2));
        }
        pages.complete[index] = packed;
    }
}
