package io.headrace.demo;

import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import java.util.Optional;

/**
 * What must become of something that was sent.
 *
 * @param messages how many accepted messages it makes: one, or one for each element of an HTTP batch
 * @param outcome of each of them
 * @param reason where they are dead-lettered
 * @param readings stored
 * @param values in the stored readings, all of them numbers
 * @param late of the values: too late for every window
 */
record Expected(int messages, Outcome outcome, Optional<Reason> reason, int readings, int values, int late) {
    /** One message with one reading. */
    static Expected reading(int values) {
        return new Expected(1, Outcome.STORED, Optional.empty(), 1, values, 0);
    }

    /** Messages with readings of so many values each. */
    static Expected readings(int messages, int readings, int valuesEach) {
        return new Expected(messages, Outcome.STORED, Optional.empty(), readings, readings * valuesEach, 0);
    }

    static Expected lateReading() {
        return new Expected(1, Outcome.STORED, Optional.empty(), 1, 1, 1);
    }

    static Expected deadLetter(Reason reason) {
        return new Expected(1, Outcome.DEAD_LETTERED, Optional.of(reason), 0, 0, 0);
    }

    static Expected nothingStored(Outcome outcome) {
        return new Expected(1, outcome, Optional.empty(), 0, 0, 0);
    }
}
