package io.headrace.rule;

import io.headrace.condition.InvalidConditionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A rule can't be used; the message is one line that begins with the member, as the API spells it. */
public final class InvalidRuleException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient @Nullable InvalidConditionException condition;

    InvalidRuleException(String member, String problem) {
        super(member + " " + problem, null, false, false);
        this.condition = null;
    }

    InvalidRuleException(String member, InvalidConditionException condition) {
        super(member + " " + condition.getMessage(), null, false, false);
        this.condition = condition;
    }

    /** Where in its expression the problem is; empty where it is in none. */
    public Optional<InvalidConditionException> condition() {
        return Optional.ofNullable(condition);
    }
}
