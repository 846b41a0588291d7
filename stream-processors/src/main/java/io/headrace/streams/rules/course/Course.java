package io.headrace.streams.rules.course;

import io.headrace.record.Alert;
import io.headrace.streams.rules.check.Check;
import io.headrace.streams.rules.check.Verdict;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far the alert of one rule about one device has come, a fold over what the device's readings say of the rule, in
 * event time: quiet, pending while the condition holds but not yet for long enough or not yet allowed, raised until it is
 * cleared. An acknowledgement changes the standing alert, not the course. For one thread.
 */
public final class Course {
    private static final double[] NOTHING = {};
    private static final long[] NEVER = {};
    private static final long HOUR = Duration.ofHours(1).toNanos() / 1_000;

    Stage stage = Stage.QUIET;
    /** When the condition began to hold; of {@code RAISED} when it was raised; event time, epoch microseconds. */
    long since;
    /** Largest event time so far: an older reading, out of order, changes nothing. */
    long seenAt = Long.MIN_VALUE;
    /** Of the version of the rule that judged last; epoch microseconds of its last change. */
    long version;

    long episodes;
    int heldBack;
    private boolean isHeldBack;
    /** When it was raised last, oldest first, as far back as a limit asks for. */
    long[] raises = NEVER;

    byte code;
    double[] memory = NOTHING;

    @Nullable
    Alert standing;

    /** Where it stands. */
    enum Stage {
        /** No alert. */
        QUIET(0),
        /** The condition holds, but not long enough yet, or the rule may not raise now. */
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

        static Optional<Stage> find(byte code) {
            for (Stage stage : values()) {
                if (stage.code == code) {
                    return Optional.of(stage);
                }
            }
            return Optional.empty();
        }
    }

    /** Whether a reading of this time is older than one that was judged. */
    public boolean isPast(long at) {
        return at < seenAt;
    }

    /** Whether something of this time or later was judged. */
    public boolean hasSeen(long at) {
        return at <= seenAt;
    }

    /** What the check remembers; zeros where another kind remembered before. */
    public double[] memory(Check check) {
        if (code != check.code() || memory.length != check.slots()) {
            code = check.code();
            memory = check.slots() == 0 ? NOTHING : new double[check.slots()];
        }
        return memory;
    }

    /** Notes which version of the rule judges. */
    public void judgedBy(long version) {
        this.version = version;
    }

    /** Of the version that judged last. */
    public long version() {
        return version;
    }

    public boolean isRaised() {
        return stage == Stage.RAISED;
    }

    /** No time is past any more. */
    void beginAnew() {
        seenAt = Long.MIN_VALUE;
    }

    /** Whether there is more to know of it than that nothing has happened. */
    public boolean isUnderWay() {
        return stage != Stage.QUIET || episodes > 0;
    }

    /** When the standing alert was raised. */
    public long since() {
        return since;
    }

    /** How many alerts were raised, the standing one included. */
    public long episodes() {
        return episodes;
    }

    /** How many alerts a limit held back since the last was cleared. */
    public int heldBack() {
        return heldBack;
    }

    /** The alert that stands, or that was just cleared; empty where none ever stood. */
    public Optional<Alert> standing() {
        return Optional.ofNullable(standing);
    }

    /** Sets the alert that {@link Step#RAISED} asks for, or a changed one. */
    public void stands(Alert alert) {
        standing = alert;
    }

    /**
     * One more reading.
     *
     * @param at its event time, epoch microseconds
     * @param open whether the rule may raise at that time
     */
    public Step plus(Verdict verdict, long at, boolean open, Terms terms) {
        if (isPast(at) || verdict == Verdict.NOTHING || verdict == Verdict.FAILED) {
            return Step.NONE;
        }
        seenAt = at;
        return switch (stage) {
            case QUIET -> verdict == Verdict.HOLDS && open ? holding(at, at, terms) : Step.NONE;
            case PENDING -> verdict == Verdict.HOLDS && open ? holding(since, at, terms) : quiet(Step.NONE);
            case RAISED -> verdict == Verdict.CLEARS ? quiet(Step.CLEARED) : Step.NONE;
        };
    }

    /**
     * The end of a silence, whatever the time of what was said.
     *
     * @return {@link Step#NONE} where no alert stood
     */
    public Step clear() {
        return quiet(stage == Stage.RAISED ? Step.CLEARED : Step.NONE);
    }

    private Step holding(long began, long at, Terms terms) {
        if (stage == Stage.QUIET) {
            since = began;
            stage = Stage.PENDING;
            isHeldBack = false;
        }
        if (at - began < terms.forMicros()) {
            return Step.NONE;
        }
        if (!mayRaise(at, terms.maxPerHour())) {
            heldBack += isHeldBack ? 0 : 1;
            isHeldBack = true;
            return Step.NONE;
        }
        note(at, terms.maxPerHour());
        stage = Stage.RAISED;
        since = at;
        episodes++;
        return Step.RAISED;
    }

    private boolean mayRaise(long at, int maxPerHour) {
        return maxPerHour == 0 || raises.length < maxPerHour || at - raises[raises.length - maxPerHour] >= HOUR;
    }

    private void note(long at, int maxPerHour) {
        int kept = Math.min(raises.length + 1, maxPerHour);
        long[] noted = new long[kept];
        for (int i = 1; i < kept; i++) {
            noted[kept - 1 - i] = raises[raises.length - i];
        }
        if (kept > 0) {
            noted[kept - 1] = at;
        }
        raises = noted;
    }

    private Step quiet(Step step) {
        stage = Stage.QUIET;
        since = 0;
        isHeldBack = false;
        if (step == Step.CLEARED) {
            heldBack = 0;
        }
        return step;
    }
}
