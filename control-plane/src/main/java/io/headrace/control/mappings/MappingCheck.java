package io.headrace.control.mappings;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions.Function;
import dev.cel.parser.CelStandardMacro;
import io.headrace.control.http.Problem;

/**
 * Checks a mapping's expression before it is stored: the same language, variables and bounds as in the processors, which
 * check again. That they are the same is tested where both are on the class path. Safe for use by several threads.
 */
public final class MappingCheck {
    private static final int MAX_LENGTH = 16_384;
    private static final int MAX_DEPTH = 64;

    private static final Cel CEL = CelFactory.legacyCelBuilder()
            .setOptions(CelOptions.current()
                    .maxExpressionCodePointSize(MAX_LENGTH)
                    .maxParseRecursionDepth(MAX_DEPTH)
                    .enableHeterogeneousNumericComparisons(true)
                    .build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("payload", SimpleType.DYN)
            .addVar("tags", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .addVar("device_id", SimpleType.STRING)
            .addVar("topic", SimpleType.STRING)
            .addVar("received_at", SimpleType.INT)
            .addCompilerLibraries(
                    CelExtensions.bindings(),
                    CelExtensions.optional(),
                    CelExtensions.math(),
                    CelExtensions.comprehensions(),
                    CelExtensions.strings(
                            Function.CHAR_AT,
                            Function.INDEX_OF,
                            Function.LAST_INDEX_OF,
                            Function.LOWER_ASCII,
                            Function.SPLIT,
                            Function.SUBSTRING,
                            Function.TRIM,
                            Function.UPPER_ASCII))
            .build();

    private MappingCheck() {}

    /** @throws Problem (400) that points into the expression by line and column */
    public static void require(String expression) {
        try {
            CEL.compile(expression).getAst();
        } catch (CelValidationException e) {
            throw Problem.badRequest("expression " + where(e));
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
