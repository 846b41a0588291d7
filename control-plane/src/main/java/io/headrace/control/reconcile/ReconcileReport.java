package io.headrace.control.reconcile;

import io.headrace.control.reconcile.Problems.Problem;
import io.headrace.control.reconcile.WindowTotals.SizeTotals;
import java.time.Instant;
import java.util.List;

/**
 * What one reconciliation found. Messages are counted at one instant, {@code at}.
 *
 * @param balanced whether nothing is unaccounted, unwindowed or a problem
 * @param accepted all records that {@code telemetry.raw} holds
 * @param readings records of {@code telemetry.readings}
 * @param values numeric values of those
 * @param windowed values counted in the windows of every size
 * @param late values in {@code telemetry.late}
 * @param open values whose window may still be open
 * @param unwindowed values that their closed window misses
 * @param aggregates windows with a result
 * @param sizes the four above for each size of window
 * @param problemsTotal problems, named or not
 * @param elapsedMillis how long it took
 */
record ReconcileReport(
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
        List<Problem> problems,
        long problemsTotal,
        Instant at,
        long elapsedMillis) {

    /** Records of topics that are only counted. */
    record Counts(long readings, long anomalies, long alerts) {}

    static ReconcileReport of(
            MessageTotals messages, WindowTotals windows, Counts counts, Problems problems, Instant at, long elapsed) {
        return new ReconcileReport(
                messages.unaccounted() == 0 && windows.unwindowed() == 0 && problems.total() == 0,
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
                problems.named(),
                problems.total(),
                at,
                elapsed);
    }
}
