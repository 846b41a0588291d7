package io.headrace.streams.mapping;

import com.google.common.collect.ImmutableList;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelException;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions.Function;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;

/**
 * What a mapping makes of a payload, in CEL over {@code payload} (its JSON; all numbers are doubles, whether they were
 * written with a point or without), {@code tags}, {@code device_id}, {@code topic} and {@code received_at} (milliseconds
 * since 1970). With the standard functions are those for optional values, {@code cel.bind}, {@code math}, comprehensions
 * over keys and indexes, and those for strings that can't make much of little. It ends after so many steps, see
 * {@link Fuel}. Safe for use by several threads.
 */
public final class MappingExpression {
    private static final int MAX_LENGTH = 16_384;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_REGEX_PROGRAM = 1_000;
    private static final int DETAIL = 160;

    private static final Function[] STRINGS = {
        Function.CHAR_AT,
        Function.INDEX_OF,
        Function.LAST_INDEX_OF,
        Function.LOWER_ASCII,
        Function.SPLIT,
        Function.SUBSTRING,
        Function.TRIM,
        Function.UPPER_ASCII
    };

    private static final Cel CEL = CelFactory.legacyCelBuilder()
            .setOptions(CelOptions.current()
                    .maxExpressionCodePointSize(MAX_LENGTH)
                    .maxParseRecursionDepth(MAX_DEPTH)
                    .comprehensionMaxIterations(Fuel.MAX_STEPS)
                    .maxRegexProgramSize(MAX_REGEX_PROGRAM)
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
                    CelExtensions.strings(STRINGS))
            .addRuntimeLibraries(
                    CelExtensions.optional(),
                    CelExtensions.math(),
                    CelExtensions.comprehensions(),
                    CelExtensions.strings(STRINGS))
            .build();

    private final CelRuntime.Program program;

    /** The expression can't be used; the message is one line for the person who wrote it, with the place. */
    public static final class InvalidException extends Exception {
        InvalidException(String message) {
            super(message, null, false, false);
        }
    }

    /** The expression makes nothing of this payload; the message is one line. */
    static final class FailedException extends Exception {
        FailedException(String message) {
            super(message, null, false, false);
        }
    }

    private MappingExpression(CelRuntime.Program program) {
        this.program = program;
    }

    /** @throws InvalidException where the text is no expression, or is too large */
    public static MappingExpression compile(String expression) throws InvalidException {
        try {
            CelAbstractSyntaxTree tree = CEL.compile(expression).getAst();
            return new MappingExpression(CEL.createProgram(tree));
        } catch (CelValidationException e) {
            throw new InvalidException(where(e));
        } catch (CelEvaluationException e) {
            throw new InvalidException(oneLine(e));
        } catch (RuntimeException fault) {
            // the compiler's own; one operator's expression must not stop everybody's messages
            throw new InvalidException(
                    "the CEL compiler failed with " + fault.getClass().getSimpleName());
        }
    }

    /**
     * Objects, lists and scalars as CEL has them.
     *
     * @throws FailedException also where it would take too long or make too much
     */
    Object apply(Map<String, Object> variables) throws FailedException {
        try {
            return program.trace(variables, new Fuel());
        } catch (CelEvaluationException e) {
            throw new FailedException(
                    e.getCause() instanceof Fuel.OutOfFuelException spent
                            ? String.valueOf(spent.getMessage())
                            : oneLine(e));
        } catch (Fuel.OutOfFuelException spent) {
            throw new FailedException(String.valueOf(spent.getMessage()));
        } catch (RuntimeException | StackOverflowError fault) {
            throw new FailedException(
                    "the CEL evaluator failed with " + fault.getClass().getSimpleName());
        }
    }

    private static String where(CelValidationException e) {
        ImmutableList<CelIssue> issues = e.getErrors();
        if (issues.isEmpty()) {
            return oneLine(e);
        }
        CelIssue issue = issues.get(0);
        return "at line " + issue.getSourceLocation().getLine() + ", column "
                + (issue.getSourceLocation().getColumn() + 1) + ": " + cut(issue.getMessage());
    }

    private static String oneLine(CelException e) {
        return cut(String.valueOf(e.getMessage()));
    }

    private static String cut(String message) {
        String line = message.lines().findFirst().orElse("no CEL").replaceAll("[^ -~]", "?");
        return line.length() > DETAIL ? line.substring(0, DETAIL) + "..." : line;
    }
}
