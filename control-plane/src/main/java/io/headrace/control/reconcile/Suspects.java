package io.headrace.control.reconcile;

import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names the messages of windows that don't add up: which of them is lost can't be told, that it is one of them can. */
public final class Suspects {
    private static final int NAMED = 10;

    private final Map<Window, Charge> windows = new HashMap<>();
    private final Map<Window, List<Origin>> origins = new HashMap<>();
    private final Set<Long> sizes = new HashSet<>();
    private final int limit;
    private long beyond;

    private record Charge(Fault fault, String detail) {}

    /** @param limit of windows to look into */
    public Suspects(int limit) {
        this.limit = limit;
    }

    /** Takes a window that doesn't add up, and what is wrong with it. */
    public void add(Window window, Fault fault, String detail) {
        if (windows.size() < limit) {
            windows.put(window, new Charge(fault, detail));
            sizes.add(window.sizeMicros());
        } else {
            beyond++;
        }
    }

    public boolean isEmpty() {
        return windows.isEmpty();
    }

    /** Takes every reading that may be of them once more. */
    public void reading(Reading reading) {
        long observed = WindowRule.micros(reading.getObservedAt());
        for (long size : sizes) {
            long start = Math.floorDiv(observed, size) * size;
            for (String metric : reading.getValues().keySet()) {
                Window window = new Window(reading.getDeviceId(), metric, start, size);
                if (windows.containsKey(window)) {
                    origins.computeIfAbsent(window, key -> new ArrayList<>()).add(reading.getOrigin());
                }
            }
        }
    }

    /** Takes a reading that may be of one of them. */
    public void reading(Reading reading, Window window) {
        long observed = WindowRule.micros(reading.getObservedAt());
        if (reading.getDeviceId().equals(window.device())
                && reading.getValues().containsKey(window.metric())
                && Math.floorDiv(observed - window.startMicros(), window.sizeMicros()) == 0) {
            origins.computeIfAbsent(window, key -> new ArrayList<>()).add(reading.getOrigin());
        }
    }

    /** Names them. */
    public void report(Problems problems) {
        windows.forEach((window, charge) -> {
            List<Origin> of = origins.getOrDefault(window, List.of());
            int partition = of.isEmpty() ? -1 : of.getFirst().getPartition();
            long offset = of.isEmpty() ? -1 : of.getFirst().getOffset();
            problems.add(charge.fault, partition, offset, window.describe() + ": " + charge.detail + named(of));
        });
        for (long i = 0; i < beyond; i++) {
            problems.add(Fault.VALUE_LOST, -1, -1, "one of many more windows that don't add up");
        }
    }

    private static String named(List<Origin> origins) {
        if (origins.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("; offsets");
        origins.stream()
                .limit(NAMED)
                .forEach(origin -> text.append(' ')
                        .append(origin.getPartition())
                        .append(':')
                        .append(origin.getOffset()));
        return origins.size() > NAMED ? text.append(" …").toString() : text.toString();
    }
}
