package io.headrace.control.live;

/**
 * Messages by what became of them; all but {@code accepted} add up to it.
 *
 * @param pending without an outcome, but too young to be missed
 * @param unaccounted without an outcome, and old enough for one
 */
record Messages(
        long accepted,
        long stored,
        long deadLettered,
        long duplicates,
        long expired,
        long quarantined,
        long pending,
        long unaccounted) {
    static final Messages NONE = new Messages(0, 0, 0, 0, 0, 0, 0, 0);

    Messages plus(Messages other) {
        return new Messages(
                accepted + other.accepted,
                stored + other.stored,
                deadLettered + other.deadLettered,
                duplicates + other.duplicates,
                expired + other.expired,
                quarantined + other.quarantined,
                pending + other.pending,
                unaccounted + other.unaccounted);
    }
}
