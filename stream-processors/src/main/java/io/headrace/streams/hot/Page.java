package io.headrace.streams.hot;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is new of up to sixteen metrics of a device, stored under one key: a message of ten values is one row, not ten
 * histories. Layout 1: version, number of metrics, and each. For one thread.
 */
final class Page {
    /** A device with more has more pages. */
    static final int MOST = 16;

    private static final byte VERSION = 1;
    /** First byte of what an earlier version had under the key of the first page, the count of metrics in four bytes. */
    private static final byte EARLIER = 0;

    private final List<Recent> metrics = new ArrayList<>();
    private final Map<String, Recent> byName = new HashMap<>();

    List<Recent> metrics() {
        return metrics;
    }

    boolean isFull() {
        return metrics.size() >= MOST;
    }

    @Nullable
    Recent find(String metric) {
        return byName.get(metric);
    }

    void add(Recent metric) {
        metrics.add(metric);
        byName.put(metric.metric(), metric);
    }

    /** Whether it stands for what an earlier version left, under the key of the first page: of none of ours that is stored. */
    boolean isOfEarlier() {
        return metrics.isEmpty();
    }

    byte[] stored() {
        int length = 2;
        for (Recent metric : metrics) {
            length += metric.length();
        }
        ByteBuffer out = ByteBuffer.allocate(length).put(VERSION).put((byte) metrics.size());
        for (Recent metric : metrics) {
            metric.write(out);
        }
        return out.array();
    }

    static Page ofStored(byte[] stored) {
        if (stored.length == Integer.BYTES && stored[0] == EARLIER) {
            return new Page();
        }
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException(
                    "a page of hot values is of version " + version + " where " + VERSION + " is known");
        }
        Page page = new Page();
        for (int left = in.get(); left > 0; left--) {
            page.add(Recent.read(in));
        }
        return page;
    }
}
