package io.headrace.control.reconcile;

/** Kinds of what can be wrong: the {@code kind} of a problem. Names are a public contract. */
public enum Fault {
    /** A message old enough to be processed has no outcome in the ledger. */
    NO_OUTCOME,
    /** The ledger gave a message one outcome and later another, or took it back, and no replay explains it. */
    OUTCOME_CHANGED,
    /** The ledger has a code that no outcome has. */
    OUTCOME_UNKNOWN,
    /** The ledger has an outcome for an offset where there is no message. */
    OUTCOME_WITHOUT_MESSAGE,
    /** The ledger says stored, but no reading has this origin. */
    READING_MISSING,
    /** The same reading of a message is there twice. */
    READING_TWICE,
    /** A message's readings don't count up from 0 without a gap. */
    READING_INDEX_MISSING,
    /** A reading of a message that the ledger doesn't call stored. */
    READING_UNEXPECTED,
    /** A reading whose origin is no message. */
    READING_WITHOUT_MESSAGE,
    /** The ledger says dead-lettered or quarantined, but no dead letter has this origin. */
    DEAD_LETTER_MISSING,
    /** The same message is among the dead letters twice, and not by a replay. */
    DEAD_LETTER_TWICE,
    /**
     * A dead letter of a message that the ledger calls neither dead-lettered nor quarantined and that wasn't replayed, or
     * one of a replay that there was none of.
     */
    DEAD_LETTER_UNEXPECTED,
    /** A dead letter whose origin is missing or is no message. */
    DEAD_LETTER_WITHOUT_MESSAGE,
    /** The same dead letter was brought back twice. */
    REPLAYED_TWICE,
    /** Values of stored readings are neither in their closed window nor among the late ones. */
    VALUE_LOST,
    /** A window and the late values together count more than was stored. */
    VALUE_COUNTED_TWICE,
    /** The same value is late for the same window twice. */
    LATE_TWICE,
    /** A window's revisions don't count up one by one. */
    REVISION_OUT_OF_ORDER,
    /** A derived record that can't be read. */
    UNREADABLE
}
