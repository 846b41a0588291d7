package io.headrace.control.definitions;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import io.headrace.control.http.Problem;

/**
 * Checks a condition before it is stored: the same language, variables and bounds as in the processors, which
 * check again. Safe for use by several threads.
 */
public final class ConditionCheck {
    private static final int MAX_LENGTH = 4_096;
    private static final int MAX_DEPTH = 32;

    private static final Cel CEL = CelFactory.legacyCelBuilder()
            .setOptions(CelOptions.current()
                    .maxExpressionCodePointSize(MAX_LENGTH)
                    .maxParseRecursionDepth(MAX_DEPTH)
                    .enableHeterogeneousNumericComparisons(true)
                    .build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("values", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .addVar("tags", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .addVar("device_id", SimpleType.STRING)
            .addVar("channel", SimpleType.STRING)
            .addVar("message", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .setResultType(SimpleType.BOOL)
            .build();

    private ConditionCheck() {}

    /**
     * @param member that the body has the expression under
     * @throws Problem (400) that points into the expression by line and column
     */
    public static void require(String member, String expression) {
        try {
            CEL.compile(expression).getAst();
        } catch (CelValidationException e) {
            throw Problem.badRequest(member + " " + where(e));
        }
    }

    private static String where(CelValidationException e) {
        if (e.getErrors().isEmpty()) {
            return "isn't CEL: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
        CelIssue issue = e.getErrors().getFirst();
        int column = issue.getSourceLocation().getColumn() + 1;
        String at = "at line " + issue.getSourceLocation().getLine() + ", column " + column + ": ";
        return at + issue.getMessage().lines().findFirst().orElse("isn't CEL");
    }
}
