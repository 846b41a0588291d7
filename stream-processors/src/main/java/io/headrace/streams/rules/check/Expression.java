package io.headrace.streams.rules.check;

import io.headrace.condition.Condition;
import io.headrace.condition.InvalidConditionException;
import io.headrace.condition.WindowUse;
import java.util.List;
import java.util.Set;

/** A condition that somebody wrote in CEL. */
final class Expression implements Check {
    private final String text;
    private final Condition condition;

    Expression(String text) throws InvalidConditionException {
        this.text = text;
        this.condition = Condition.ofRule(text);
    }

    @Override
    public byte code() {
        return 1;
    }

    @Override
    public Set<String> metrics() {
        return condition.metrics();
    }

    @Override
    public List<WindowUse> windows() {
        return condition.windows();
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        return switch (condition.judge(sight)) {
            case YES -> Verdict.HOLDS;
            case NO -> Verdict.CLEARS;
            case ABSENT -> Verdict.NOTHING;
            case FAILED -> Verdict.FAILED;
        };
    }

    @Override
    public String failure(Sight sight) {
        return condition.failure(sight);
    }

    @Override
    public String words(Sight sight, double[] memory) {
        return text;
    }
}
