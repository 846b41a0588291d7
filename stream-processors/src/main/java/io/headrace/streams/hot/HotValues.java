package io.headrace.streams.hot;

import io.headrace.record.Reading;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What is kept of each device: pages, which are written with each commit, and behind them the history of each metric,
 * written at once with every sixteenth of its points; so of what others read in between a history may be ahead of its page,
 * and never behind. What an earlier version left, histories alone, is taken over where a device is asked for that has them.
 * For one task.
 */
final class HotValues {
    private final WriteBackStore<Integer, Page> pages;
    private final KeyValueStore<Bytes, byte[]> histories;
    private final HotConfig config;

    HotValues(WriteBackStore<Integer, Page> store, HotConfig config) {
        this.pages = store;
        this.histories = store.wrapped();
        this.config = config;
    }

    /** How the store has pages. */
    static Layout<Integer, Page> layout() {
        return new Layout<>(HotKey::ofPage, Page::stored);
    }

    /**
     * One more reading.
     *
     * @param keepMs how far behind the newest point its own are kept
     * @return how many of its values aren't kept, since the device has too many metrics
     */
    int plus(String device, Reading reading, long keepMs) {
        Page first = page(device, 0);
        boolean isChanged = false;
        int unkept = 0;
        for (Map.Entry<String, Object> each : reading.getValues().entrySet()) {
            int number = 0;
            Page page = first;
            Recent recent = page.find(each.getKey());
            while (recent == null && page.isFull()) {
                number++;
                page = page(device, number);
                recent = page.find(each.getKey());
            }
            if (recent == null && number * Page.MOST + page.metrics().size() >= config.maxMetrics()) {
                unkept++;
                continue;
            }
            if (recent == null) {
                recent = Recent.of(each.getKey());
                page.add(recent);
            }
            plus(device, recent, each.getValue(), reading, keepMs);
            if (number == 0) {
                isChanged = true;
            } else {
                pages.put(device, number, page);
            }
        }
        if (isChanged) {
            pages.put(device, 0, first);
        }
        return unkept;
    }

    private void plus(String device, Recent recent, Object value, Reading reading, long keepMs) {
        if (recent.isOtherwiseKept(keepMs)) {
            write(device, recent);
        }
        long at = MetricHistory.micros(reading.getObservedAt());
        recent.plus(value, at, MetricHistory.micros(reading.getReceivedAt()), keepMs);
        if (recent.isFull(device)) {
            write(device, recent);
        }
    }

    private void write(String device, Recent recent) {
        Bytes place = HotKey.ofHistory(device, recent.metric());
        histories.put(place, MetricHistory.written(histories.get(place), recent, config));
        recent.written();
    }

    /** An empty one where there is none. */
    private Page page(String device, int number) {
        Page known = pages.slot(device, number, Page::ofStored).value();
        if (known == null) {
            return new Page();
        }
        return known.isOfEarlier() ? takenOver(device) : known;
    }

    private Page takenOver(String device) {
        List<KeyValue<Bytes, byte[]>> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = histories.range(HotKey.first(device), HotKey.last(device))) {
            all.forEachRemaining(found::add);
        }
        List<Page> made = new ArrayList<>(List.of(new Page()));
        for (KeyValue<Bytes, byte[]> each : found) {
            if (made.getLast().isFull()) {
                made.add(new Page());
            }
            String metric = HotKey.metric(each.key);
            made.getLast().add(Recent.of(metric, MetricHistory.ofStored(each.value)));
            Bytes place = HotKey.ofHistory(device, metric);
            if (!place.equals(each.key)) {
                histories.delete(each.key);
                histories.put(place, each.value);
            }
        }
        for (int i = 0; i < made.size(); i++) {
            pages.put(device, i, made.get(i));
        }
        return made.getFirst();
    }

    /** Forgets a device, in whatever version. */
    static void erase(WriteBackStore<Integer, Page> store, String device) {
        store.remove(device, 0);
        store.erase(device, HotKey.first(device), HotKey.last(device));
    }
}
