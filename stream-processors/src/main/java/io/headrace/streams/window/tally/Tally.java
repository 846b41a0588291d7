package io.headrace.streams.window.tally;

import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.window.measure.Accumulator;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.tally.WindowStores.Metric;
import io.headrace.streams.window.timeline.Step;
import io.headrace.streams.window.timeline.Timeline;
import io.headrace.streams.window.timeline.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Counts a reading's values in windows and panes, as the timeline has decided. */
public final class Tally {
    private final WindowStores stores;
    private final Waits waits;
    private final Counters counters;
    /** Of the numbers of the reading that is counted. */
    private final List<WriteBackStore<RowKey, Row>.Slot> slots = new ArrayList<>();

    public Tally(WindowStores stores, Waits waits, Counters counters) {
        this.stores = stores;
        this.waits = waits;
        this.counters = counters;
    }

    /**
     * Counts a reading where its step says.
     *
     * @param isMember whether values of other members may have been observed later, whatever the timeline says
     */
    public void count(String device, Timeline timeline, Step step, Arrival arrival, boolean isMember, long now) {
        for (Window window : step.counting()) {
            find(device, step, window, arrival);
            boolean mayBeLater = isMember || timeline.isBehind(window.end() - 1);
            int at = 0;
            for (Map.Entry<String, Object> each : arrival.values().entrySet()) {
                if (!(each.getValue() instanceof Number number) || !Arrival.isNumber(number)) {
                    continue;
                }
                var found = slots.get(at++);
                var slot = found.isGood() ? found : slot(device, step, window, each.getKey());
                Accumulator accumulator = add(device, window, slot, number.doubleValue(), arrival);
                boolean isLast = arrival.observedAt() == accumulator.lastAt();
                if (accumulator.isCounter() && isLast && mayBeLater) {
                    rebase(device, timeline, window, each.getKey(), accumulator, now);
                }
            }
        }
    }

    /** All at first, since none is in the processor's own caches: it waits for them together. */
    private void find(String device, Step step, Window window, Arrival arrival) {
        slots.clear();
        for (Map.Entry<String, Object> each : arrival.values().entrySet()) {
            if (Arrival.isNumber(each.getValue())) {
                slots.add(slot(device, step, window, each.getKey()));
            }
        }
    }

    private WriteBackStore<RowKey, Row>.Slot slot(String device, Step step, Window window, String metric) {
        return step.isFirstOf(window) ? stores.first(device, window, metric) : stores.values(device, window, metric);
    }

    private Accumulator add(
            String device, Window window, WriteBackStore<RowKey, Row>.Slot slot, double value, Arrival arrival) {
        Row.Values row = slot.value() instanceof Row.Values known
                ? known
                : new Row.Values(fresh(device, window, slot.key().metric()), window.cell());
        row.accumulator().add(value, arrival.observedAt(), arrival.from(), row.cell());
        slot.put(row);
        return row.accumulator();
    }

    private Accumulator fresh(String device, Window window, String metric) {
        if (!counters.has(metric)) {
            return new Accumulator();
        }
        Accumulator counter = Accumulator.ofCounter();
        Metric before = stores.neighbour(device, window, metric, false);
        if (before != null) {
            counter.base(before.accumulator().lastAt(), before.accumulator().last());
        }
        return counter;
    }

    /** The window after this one begins with another sample now, and so has another increase. */
    private void rebase(String device, Timeline timeline, Window window, String metric, Accumulator changed, long now) {
        Metric after = stores.neighbour(device, window, metric, true);
        if (after == null || !after.accumulator().isCounter()) {
            return;
        }
        after.accumulator().base(changed.lastAt(), changed.last());
        stores.put(device, window.spec(), after);
        timeline.reopen(window.spec(), after.start(), now, waits);
    }

    /** Puts a session's values into another, which arrived after all of those that it has already. */
    public void move(String device, String metric, Accumulator moved, Window to) {
        WriteBackStore<RowKey, Row>.Slot slot = stores.values(device, to, metric);
        if (slot.value() instanceof Row.Values target) {
            target.accumulator().add(moved);
            slot.put(target);
        } else {
            slot.put(new Row.Values(moved, to.cell()));
        }
    }
}
