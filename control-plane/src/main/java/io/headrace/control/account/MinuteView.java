package io.headrace.control.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.catalogue.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What came of the messages that one raw partition got in one minute, as far as it is decided.
 *
 * @param minute when it began
 * @param partition of {@code telemetry.raw}
 * @param accepted the sum of the six that follow
 * @param values numeric ones of the readings
 * @param windows for each size of window how many of the values it has counted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MinuteView(
        Instant minute,
        int partition,
        long accepted,
        long stored,
        long deadLettered,
        long duplicates,
        long expired,
        long quarantined,
        long unaccounted,
        long readings,
        long values,
        List<WindowPart> windows,
        List<SinkPart> sinks) {
    /** Values by what became of them in the windows of one size; the rest is in windows that are open. */
    record WindowPart(String size, long windowed, long late, long open) {}

    /** Readings by what became of them in one sink. */
    record SinkPart(String name, long owed, long stored, long refused, long pending) {}

    /** Those minutes, the oldest first; minutes since 1970, the second exclusive. */
    static List<MinuteView> of(Account account, long from, long until) {
        List<MinuteView> views = new ArrayList<>();
        for (PartitionAccount partition : account.partitions()) {
            for (Minute minute : partition.minutes().all()) {
                if (minute.number() >= from && minute.number() < until) {
                    views.add(of(account, minute));
                }
            }
        }
        views.sort(Comparator.comparing(MinuteView::minute).thenComparingInt(MinuteView::partition));
        return views;
    }

    private static MinuteView of(Account account, Minute minute) {
        Shape shape = account.shape();
        long[] counts = minute.counts();
        List<WindowPart> windows = new ArrayList<>();
        for (int size = 0; size < shape.windows(); size++) {
            long windowed = counts[shape.windowed(size)];
            long late = counts[shape.late(size)];
            windows.add(
                    new WindowPart(account.rule().name(size), windowed, late, counts[Shape.VALUES] - windowed - late));
        }
        List<SinkPart> sinks = new ArrayList<>();
        for (int sink = 0; sink < shape.sinks().size(); sink++) {
            long owed = counts[shape.owed(sink)];
            long taken = counts[shape.taken(sink)];
            long refused = counts[shape.refused(sink)];
            sinks.add(new SinkPart(shape.sinks().get(sink), owed, taken - refused, refused, owed - taken));
        }
        long accepted = 0;
        for (int code = 0; code < Shape.OUTCOMES; code++) {
            accepted += counts[code];
        }
        return new MinuteView(
                Instant.ofEpochSecond(minute.number() * 60),
                minute.partition(),
                accepted,
                counts[Outcome.STORED.code()],
                counts[Outcome.DEAD_LETTERED.code()],
                counts[Outcome.DUPLICATE.code()],
                counts[Outcome.EXPIRED.code()],
                counts[Outcome.QUARANTINED.code()],
                counts[0],
                counts[Shape.READINGS],
                counts[Shape.VALUES],
                List.copyOf(windows),
                List.copyOf(sinks));
    }
}
