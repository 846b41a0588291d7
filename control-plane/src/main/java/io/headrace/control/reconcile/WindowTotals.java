package io.headrace.control.reconcile;

import java.util.List;

/**
 * Values by what became of them.
 *
 * @param values numeric values of stored readings
 * @param windowed counted in the windows of every size
 * @param late in {@code telemetry.late}, whichever sizes they missed
 * @param open in windows that may be open still: those of the size with the most
 * @param unwindowed neither counted nor late, though their window has closed: those of the size with the most
 * @param aggregates windows with a result, of all sizes
 * @param sizes the same for each size; there {@code windowed + late + open + unwindowed} is {@code values}
 */
public record WindowTotals(
        long values, long windowed, long late, long open, long unwindowed, long aggregates, List<SizeTotals> sizes) {

    /**
     * One size's part.
     *
     * @param size as ISO 8601 writes a duration
     */
    public record SizeTotals(String size, long windowed, long late, long open, long unwindowed) {}
}
