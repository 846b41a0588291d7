package io.headrace.condition;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an expression is made of. */
final class Parts {
    private Parts() {}

    static List<CelExpr> of(CelExpr whole) {
        return switch (whole.getKind()) {
            case SELECT -> List.of(whole.select().operand());
            case CALL -> {
                List<CelExpr> parts = new ArrayList<>(whole.call().args());
                whole.call().target().ifPresent(parts::add);
                yield parts;
            }
            case LIST -> whole.list().elements();
            case MAP ->
                whole.map().entries().stream()
                        .flatMap(entry -> List.of(entry.key(), entry.value()).stream())
                        .toList();
            case STRUCT ->
                whole.struct().entries().stream()
                        .map(CelExpr.CelStruct.Entry::value)
                        .toList();
            case COMPREHENSION -> {
                CelComprehension loop = whole.comprehension();
                yield List.of(loop.iterRange(), loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result());
            }
            case NOT_SET, CONSTANT, IDENT -> List.of();
        };
    }

    static boolean isIdent(CelExpr part, String name) {
        return part.getKind() == CelExpr.ExprKind.Kind.IDENT
                && part.ident().name().equals(name);
    }

    /** The text of {@code operand.key} or {@code operand["key"]}; empty for what is neither. */
    static Optional<String> key(CelExpr part) {
        if (part.getKind() == CelExpr.ExprKind.Kind.SELECT && !part.select().testOnly()) {
            return Optional.of(part.select().field());
        }
        if (part.getKind() == CelExpr.ExprKind.Kind.CALL
                && part.call().function().equals("_[_]")
                && part.call().args().get(1).getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && part.call().args().get(1).constant().getKind() == dev.cel.common.ast.CelConstant.Kind.STRING_VALUE) {
            return Optional.of(part.call().args().get(1).constant().stringValue());
        }
        return Optional.empty();
    }

    /** What the key of {@link #key} is a key of. */
    static CelExpr operand(CelExpr part) {
        return part.getKind() == CelExpr.ExprKind.Kind.SELECT
                ? part.select().operand()
                : part.call().args().getFirst();
    }
}
