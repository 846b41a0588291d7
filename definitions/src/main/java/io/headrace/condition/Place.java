package io.headrace.condition;

import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelExpr;

/** Where parts of an expression stand in its text. */
record Place(String expression, CelSource source) {
    InvalidConditionException invalid(CelExpr part, String problem) {
        Integer offset = source.getPositionsMap().get(part.id());
        CelSourceLocation at = offset == null
                ? CelSourceLocation.NONE
                : source.getOffsetLocation(offset).orElse(CelSourceLocation.NONE);
        return new InvalidConditionException(
                problem, Math.max(1, at.getLine()), Math.max(1, at.getColumn() + 1), expression);
    }
}
