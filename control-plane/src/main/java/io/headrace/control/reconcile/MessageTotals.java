package io.headrace.control.reconcile;

/**
 * Messages by what became of them; all but {@code accepted} add up to it.
 *
 * @param pending without an outcome, but too young to be missed
 * @param unaccounted without a valid outcome, and old enough for one
 */
public record MessageTotals(
        long accepted,
        long stored,
        long deadLettered,
        long duplicates,
        long expired,
        long quarantined,
        long pending,
        long unaccounted) {}
