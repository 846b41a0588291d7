package io.headrace.gateway;

import io.headrace.testing.ProcessingGuarantee;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code telemetry.raw} owes to devices that number their messages from 1: each acknowledged message, in their
 * order. A message may stand twice there, where a device sent it again; {@link ProcessingGuarantee} is the stricter
 * judge of what comes after. Looks at one record at a time, however many there are.
 */
final class StoredOrder {
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

    private final Map<String, Long> reached = new HashMap<>();
    private long records;

    /** Reads the topic to its end. */
    static StoredOrder of(TestHub hub) {
        StoredOrder order = new StoredOrder();
        hub.eachRaw(record -> order.stored(record.key(), new String(record.value(), StandardCharsets.US_ASCII)));
        return order;
    }

    private void stored(String device, String payload) {
        Matcher number = NUMBER.matcher(payload);
        records++;
        if (number.find()) {
            long n = Long.parseLong(number.group(1));
            reached.merge(device, n == 1 ? 1L : 0L, (last, _) -> n == last + 1 ? n : last);
        }
    }

    long records() {
        return records;
    }

    /**
     * What is missing or out of order, a line for each device; empty where all is well.
     *
     * @param acknowledged how many messages each device was told are stored
     */
    List<String> brokenPromises(Map<String, Long> acknowledged) {
        List<String> complaints = new ArrayList<>();
        new TreeMap<>(acknowledged).forEach((device, count) -> {
            long stored = reached.getOrDefault(device, 0L);
            if (stored < count) {
                complaints.add(device + " was told of " + count + " and is stored in order up to " + stored);
            }
        });
        return complaints;
    }
}
