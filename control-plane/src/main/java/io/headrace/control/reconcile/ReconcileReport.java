package io.headrace.control.reconcile;

import io.headrace.control.reconcile.Problems.Problem;
import io.headrace.control.reconcile.WindowTotals.SizeTotals;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one reconciliation found. Messages are counted at one instant, {@code at}.
 *
 * @param balanced whether nothing is unaccounted, unwindowed, overdue or a problem
 * @param accepted all records that {@code telemetry.raw} holds
 * @param readings records of {@code telemetry.readings}
 * @param values numeric values of those
 * @param windowed values counted in the windows of every size
 * @param late values in {@code telemetry.late}
 * @param open values whose window may still be open
 * @param unwindowed values that their closed window misses
 * @param aggregates windows with a result
 * @param sizes the four above for each size of window
 * @param sinks readings by what became of them in each sink; empty where only Kafka was looked at
 * @param problemsTotal problems, named or not
 * @param elapsedMillis how long it took
 */
public record ReconcileReport(
        boolean balanced,
        long accepted,
        long stored,
        long deadLettered,
        long duplicates,
        long expired,
        long quarantined,
        long pending,
        long unaccounted,
        long readings,
        long values,
        long windowed,
        long late,
        long open,
        long unwindowed,
        long aggregates,
        long anomalies,
        long alerts,
        List<SizeTotals> sizes,
        List<SinkTotals> sinks,
        List<Problem> problems,
        long problemsTotal,
        Instant at,
        long elapsedMillis) {

    /**
     * One sink's part.
     *
     * @param there whether anybody runs it; it owes nothing where nobody ever has
     * @param owed readings of its tier
     * @param stored of those in its store
     * @param refused of those among its dead letters
     * @param pending of those neither yet
     * @param oldestPending when the oldest of them was received, to the minute; null for none
     * @param overdue whether that is longer ago than a sink may take
     */
    public record SinkTotals(
            String name,
            boolean there,
            long owed,
            long stored,
            long refused,
            long pending,
            @Nullable Instant oldestPending,
            boolean overdue) {}

    /** Records of topics that are only counted. */
    public record Counts(long readings, long anomalies, long alerts) {}

    /** Puts it together. */
    public static ReconcileReport of(
            MessageTotals messages,
            WindowTotals windows,
            Counts counts,
            List<SinkTotals> sinks,
            Problems problems,
            Instant at,
            long elapsed) {
        return new ReconcileReport(
                messages.unaccounted() == 0
                        && windows.unwindowed() == 0
                        && problems.total() == 0
                        && sinks.stream().noneMatch(SinkTotals::overdue),
                messages.accepted(),
                messages.stored(),
                messages.deadLettered(),
                messages.duplicates(),
                messages.expired(),
                messages.quarantined(),
                messages.pending(),
                messages.unaccounted(),
                counts.readings(),
                windows.values(),
                windows.windowed(),
                windows.late(),
                windows.open(),
                windows.unwindowed(),
                windows.aggregates(),
                counts.anomalies(),
                counts.alerts(),
                windows.sizes(),
                sinks,
                problems.named(),
                problems.total(),
                at,
                elapsed);
    }
}
