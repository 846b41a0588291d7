package io.headrace.streams.enrich;

/** What became of a value that should have been converted. */
public enum UnitOutcome {
    CONVERTED("converted"),
    /** The declared unit is no UCUM code and no unit of SenML. */
    UNKNOWN("unknown"),
    /** The units measure different things. */
    INCOMMENSURABLE("incommensurable"),
    /** One of the units is logarithmic: no factor and no offset lead from one to the other. */
    NOT_LINEAR("not-linear"),
    /** No double holds the result. */
    OUT_OF_RANGE("out-of-range");

    private final String label;

    /** Counts what became of values. */
    public interface Tally {
        void count(UnitOutcome outcome);
    }

    UnitOutcome(String label) {
        this.label = label;
    }

    /** As tags spell it. */
    String label() {
        return label;
    }
}
