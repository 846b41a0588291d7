package io.headrace.streams.rules.check;

/** What a reading says of a rule. */
public enum Verdict {
    /** What the rule watches for is there. */
    HOLDS,
    /** The alert may be cleared. */
    CLEARS,
    /** Neither: between the two limits of a hysteresis. */
    BETWEEN,
    /** It isn't there, and whether the alert may be cleared can't be judged for this reading. */
    UNCLEAR,
    /** The reading isn't about it. */
    NOTHING,
    /** The rule can't be judged for this reading. */
    FAILED
}
