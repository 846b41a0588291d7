package io.headrace.streams.rules;

/**
 * How far the alert of one rule about one device has come. A pure fold over the device's readings in event time.
 *
 * @param stage where it stands
 * @param since event time, epoch microseconds: of {@code PENDING}, when the condition began to hold; of {@code RAISED},
 *     when the alert was raised; of {@code QUIET}, nothing
 * @param seenAt largest event time so far: an older reading, out of order, changes nothing
 */
record AlertCourse(Stage stage, long since, long seenAt) {
    /** A device that the rule hasn't looked at yet. */
    static final AlertCourse NEW = new AlertCourse(Stage.QUIET, 0, Long.MIN_VALUE);

    enum Stage {
        /** No alert. */
        QUIET(0),
        /** The condition holds, but not long enough yet. */
        PENDING(1),
        /** The alert stands. */
        RAISED(2);

        private final byte code;

        Stage(int code) {
            this.code = (byte) code;
        }

        /** As stored. */
        byte code() {
            return code;
        }
    }

    /** What the newest reading says of the rule. */
    enum Verdict {
        /** The condition holds. */
        HOLDS,
        /** The alert may be cleared. */
        CLEARS,
        /** Neither: between the two limits of a hysteresis. */
        BETWEEN
    }

    /**
     * The course after one more reading.
     *
     * @param at its event time, epoch microseconds
     * @param forMicros how long the condition must hold
     */
    AlertCourse plus(Verdict verdict, long at, long forMicros) {
        if (at < seenAt) {
            return this;
        }
        return switch (stage) {
            case QUIET -> verdict == Verdict.HOLDS ? holding(at, at, forMicros) : quiet(at);
            case PENDING -> verdict == Verdict.HOLDS ? holding(since, at, forMicros) : quiet(at);
            case RAISED -> verdict == Verdict.CLEARS ? quiet(at) : new AlertCourse(Stage.RAISED, since, at);
        };
    }

    /** Whether this step from an earlier course raised the alert. */
    boolean raisedAfter(AlertCourse before) {
        return stage == Stage.RAISED && before.stage != Stage.RAISED;
    }

    /** Whether this step from an earlier course cleared the alert. */
    boolean clearedAfter(AlertCourse before) {
        return stage != Stage.RAISED && before.stage == Stage.RAISED;
    }

    private static AlertCourse holding(long began, long at, long forMicros) {
        return at - began >= forMicros
                ? new AlertCourse(Stage.RAISED, at, at)
                : new AlertCourse(Stage.PENDING, began, at);
    }

    private static AlertCourse quiet(long at) {
        return new AlertCourse(Stage.QUIET, 0, at);
    }
}
