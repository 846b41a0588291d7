package io.headrace.control.reconcile;

import io.headrace.control.reconcile.WindowBook.Discrepancy;
import io.headrace.control.reconcile.WindowBook.Window;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names the messages of windows that don't add up: which of them is lost can't be told, that it is one of them can. */
final class Suspects {
    private static final int NAMED = 10;

    private final Map<Window, Discrepancy> windows = new HashMap<>();
    private final Map<Window, List<Origin>> origins = new HashMap<>();
    private final Set<Long> sizes = new HashSet<>();
    private final int limit;
    private long beyond;

    /** @param limit of windows to look into */
    Suspects(int limit) {
        this.limit = limit;
    }

    void add(Window window, Discrepancy discrepancy) {
        if (windows.size() < limit) {
            windows.put(window, discrepancy);
            sizes.add(window.sizeMicros());
        } else {
            beyond++;
        }
    }

    boolean isEmpty() {
        return windows.isEmpty();
    }

    /** Takes every reading once more. */
    void reading(Reading reading) {
        long observed = WindowBook.micros(reading.getObservedAt());
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

    void report(Problems problems) {
        windows.forEach((window, discrepancy) -> {
            List<Origin> of = origins.getOrDefault(window, List.of());
            Fault fault = discrepancy.lost() > 0 ? Fault.VALUE_LOST : Fault.VALUE_COUNTED_TWICE;
            int partition = of.isEmpty() ? -1 : of.getFirst().getPartition();
            long offset = of.isEmpty() ? -1 : of.getFirst().getOffset();
            problems.add(
                    fault, partition, offset, WindowBook.describe(window) + ": " + discrepancy.detail() + named(of));
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
