package io.headrace.control.live;

import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The newest results of each device or group, metric and definition of windows, the highest revision of each window. When there are too
 * many in all, the series that has been quiet for longest goes. Safe for use by several threads.
 */
final class RecentWindows {
    private final int limit;
    private final int perSeries;
    /** In the order of their last change. */
    private final LinkedHashMap<Series, NavigableMap<Instant, WindowView>> series =
            new LinkedHashMap<>(64, 0.75f, true);

    private int size;

    private record Series(String device, String metric, String window, Duration size) {
        static Series of(WindowAggregate window) {
            Duration size = window.getSizeMs() > 0
                    ? Duration.ofMillis(window.getSizeMs())
                    : Duration.between(window.getStart(), window.getEnd());
            return new Series(window.getDeviceId(), window.getMetric(), window.getWindow(), size);
        }
    }

    RecentWindows(int limit, int perSeries) {
        this.limit = limit;
        this.perSeries = perSeries;
    }

    synchronized void plus(WindowAggregate window) {
        Series key = Series.of(window);
        NavigableMap<Instant, WindowView> windows = series.computeIfAbsent(key, fresh -> new TreeMap<>());
        WindowView known = windows.get(window.getStart());
        if (known != null && !known.isReplacedBy(window)) {
            return;
        }
        if (window.getRetracted()) {
            size -= windows.remove(window.getStart()) == null ? 0 : 1;
            return;
        }
        windows.put(window.getStart(), WindowView.of(window));
        size += known == null ? 1 : 0;
        if (windows.size() > perSeries) {
            windows.pollFirstEntry();
            size--;
        }
        forgetQuietest();
    }

    private void forgetQuietest() {
        while (size > limit && series.size() > 1) {
            Map.Entry<Series, NavigableMap<Instant, WindowView>> quietest = series.firstEntry();
            size -= quietest.getValue().size();
            series.remove(quietest.getKey());
        }
    }

    /** By metric, size and start. */
    synchronized List<WindowView> of(String device, Optional<String> metric, Optional<Duration> length) {
        TreeMap<String, List<WindowView>> found = new TreeMap<>();
        for (Map.Entry<Series, NavigableMap<Instant, WindowView>> each : series.entrySet()) {
            Series key = each.getKey();
            boolean wanted = key.device().equals(device)
                    && metric.map(key.metric()::equals).orElse(true)
                    && length.map(key.size()::equals).orElse(true);
            if (wanted) {
                String order =
                        key.metric() + "\0" + String.format("%020d", key.size().toMillis()) + "\0" + key.window();
                found.put(order, List.copyOf(each.getValue().values()));
            }
        }
        List<WindowView> all = new ArrayList<>();
        found.values().forEach(all::addAll);
        return all;
    }

    /** Metrics of a device that have results. */
    synchronized List<String> metrics(String device) {
        TreeSet<String> metrics = new TreeSet<>();
        for (Series key : series.keySet()) {
            if (key.device().equals(device)) {
                metrics.add(key.metric());
            }
        }
        return List.copyOf(metrics);
    }
}
