package io.headrace.control.definitions;

import io.headrace.condition.Condition;
import io.headrace.condition.InvalidConditionException;
import io.headrace.control.http.Problem;

/** Checks a condition over a reading before it is stored, as the processors do when they read it. */
public final class ConditionCheck {
    private ConditionCheck() {}

    /**
     * @param member that the body has the expression under
     * @throws Problem (400) that points into the expression by line and column
     */
    public static void require(String member, String expression) {
        try {
            Condition.compile(expression);
        } catch (InvalidConditionException e) {
            throw Problem.badRequest(member + " " + e.getMessage());
        }
    }
}
