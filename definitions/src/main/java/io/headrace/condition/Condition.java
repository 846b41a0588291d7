package io.headrace.condition;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelException;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import io.headrace.record.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition in CEL over a reading: {@code values}, {@code tags}, {@code device_id}, {@code channel} and
 * {@code message} (with {@code id}, {@code observed_at}, {@code received_at}, where the reading has them); one of a rule
 * also over {@code windows}. Checked for types when it is compiled, bounded in size and in the steps of its loops;
 * numbers of different types compare as numbers. Safe for use by several threads.
 */
public final class Condition {
    private static final int MAX_LENGTH = 4_096;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STEPS = 10_000;
    private static final int MAX_REGEX_PROGRAM = 1_000;

    private static final Cel OF_READING = language().build();
    private static final Cel OF_RULE = language()
            .addVar(
                    WindowUse.VARIABLE,
                    MapType.create(
                            SimpleType.STRING,
                            MapType.create(SimpleType.STRING, MapType.create(SimpleType.STRING, SimpleType.DOUBLE))))
            .build();

    private final Program program;
    private final Uses uses;
    private final Direct.@Nullable Node direct;

    /** Whether a reading meets a condition. */
    public enum Answer {
        YES,
        NO,
        /** The reading lacks a value or tag that the condition asks for. */
        ABSENT,
        /** The condition can't be judged for this reading: a text compared with a number, say. */
        FAILED
    }

    private Condition(Program program, Uses uses, Direct.@Nullable Node direct) {
        this.program = program;
        this.uses = uses;
        this.direct = direct;
    }

    private static CelBuilder language() {
        return CelFactory.legacyCelBuilder()
                .setOptions(CelOptions.current()
                        .maxExpressionCodePointSize(MAX_LENGTH)
                        .maxParseRecursionDepth(MAX_DEPTH)
                        .comprehensionMaxIterations(MAX_STEPS)
                        .maxRegexProgramSize(MAX_REGEX_PROGRAM)
                        .enableHeterogeneousNumericComparisons(true)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("values", MapType.create(SimpleType.STRING, SimpleType.DYN))
                .addVar("tags", MapType.create(SimpleType.STRING, SimpleType.STRING))
                .addVar("device_id", SimpleType.STRING)
                .addVar("channel", SimpleType.STRING)
                .addVar("message", MapType.create(SimpleType.STRING, SimpleType.DYN))
                .setResultType(SimpleType.BOOL);
    }

    /**
     * Over a reading alone.
     *
     * @throws InvalidConditionException where the expression is no condition, or is too large
     */
    public static Condition compile(String expression) throws InvalidConditionException {
        CelAbstractSyntaxTree tree = check(OF_READING, expression);
        return new Condition(program(OF_READING, tree), Uses.NONE, null);
    }

    /**
     * Of a rule: with windows, and only where it can't cost much, see {@link Cost}. What a rule mostly asks for is
     * judged without CEL's evaluator, to the same answer, see {@link Direct}.
     *
     * @throws InvalidConditionException where the expression is no condition, is too large or may cost too much
     */
    public static Condition ofRule(String expression) throws InvalidConditionException {
        CelAbstractSyntaxTree tree = check(OF_RULE, expression);
        Place place = new Place(expression, tree.getSource());
        Uses uses = Uses.of(tree.getExpr(), place);
        Cost.requireLow(tree.getExpr(), place);
        return new Condition(program(OF_RULE, tree), uses, Direct.of(tree.getExpr(), uses));
    }

    private static CelAbstractSyntaxTree check(Cel language, String expression) throws InvalidConditionException {
        try {
            return language.compile(expression).getAst();
        } catch (CelValidationException e) {
            throw invalid(e, expression);
        } catch (RuntimeException fault) {
            throw broken(fault, expression);
        }
    }

    private static Program program(Cel language, CelAbstractSyntaxTree tree) throws InvalidConditionException {
        String expression = String.valueOf(tree.getSource().getContent());
        try {
            return language.createProgram(tree);
        } catch (CelEvaluationException e) {
            throw new InvalidConditionException(oneLine(e), 1, 1, expression);
        } catch (RuntimeException fault) {
            throw broken(fault, expression);
        }
    }

    /** The compiler's own fault: one operator's expression must not stop everybody's readings. */
    private static InvalidConditionException broken(RuntimeException fault, String expression) {
        return new InvalidConditionException(
                "the CEL compiler failed with " + fault.getClass().getSimpleName(), 1, 1, expression);
    }

    private static InvalidConditionException invalid(CelValidationException e, String expression) {
        if (e.getErrors().isEmpty()) {
            return new InvalidConditionException(oneLine(e), 1, 1, expression);
        }
        CelIssue issue = e.getErrors().getFirst();
        return new InvalidConditionException(
                issue.getMessage().lines().findFirst().orElse("isn't CEL"),
                Math.max(1, issue.getSourceLocation().getLine()),
                Math.max(1, issue.getSourceLocation().getColumn() + 1),
                expression);
    }

    /** A reading as conditions see it; made once for all of them. */
    public static Map<String, Object> variables(Reading reading) {
        return Map.of(
                "values", reading.getValues(),
                "tags", reading.getTags(),
                "device_id", reading.getDeviceId(),
                "channel", Optional.ofNullable(reading.getChannel()).orElse(""),
                "message", message(reading));
    }

    /** @param variables of {@link #variables} */
    public Answer judge(Map<String, Object> variables) {
        try {
            // a value of the reading may stand alone as the condition, and only now shows that it is no boolean
            return program.eval(variables) instanceof Boolean met ? (met ? Answer.YES : Answer.NO) : Answer.FAILED;
        } catch (CelEvaluationException e) {
            return e.getErrorCode() == CelErrorCode.ATTRIBUTE_NOT_FOUND ? Answer.ABSENT : Answer.FAILED;
        } catch (RuntimeException fault) {
            return Answer.FAILED; // as above, of the evaluator
        }
    }

    /** As {@link #judge(Map)}, with windows. */
    public Answer judge(Subject subject) {
        if (direct == null) {
            return judge(variables(subject));
        }
        return switch (direct.of(subject)) {
            case Boolean met -> met ? Answer.YES : Answer.NO;
            case Direct.Fault.ABSENT -> Answer.ABSENT;
            default -> Answer.FAILED;
        };
    }

    /** Why it can't be judged, in one line, of a reading for which {@link #judge(Subject)} says so. For people, and slow. */
    public String failure(Subject subject) {
        try {
            Object answer = program.eval(variables(subject));
            return "gives " + answer + ", which is neither true nor false";
        } catch (CelEvaluationException e) {
            return oneLine(e);
        } catch (RuntimeException fault) {
            return "CEL's evaluator failed with " + fault.getClass().getSimpleName();
        }
    }

    /** What CEL's evaluator is given. */
    Map<String, Object> variables(Subject subject) {
        return uses.windows().isEmpty() ? subject.variables() : uses.variables(subject);
    }

    /** Values that the condition asks for by name. */
    public Set<String> metrics() {
        return uses.metrics();
    }

    /** Windows that it asks for. */
    public List<WindowUse> windows() {
        return uses.windows();
    }

    /** Whether it is judged without CEL's evaluator. */
    boolean isDirect() {
        return direct != null;
    }

    private static Map<String, Object> message(Reading reading) {
        String observedAt = reading.getObservedAt().toString();
        String receivedAt = reading.getReceivedAt().toString();
        String id = reading.getMessageId();
        return id == null
                ? Map.of("observed_at", observedAt, "received_at", receivedAt)
                : Map.of("observed_at", observedAt, "received_at", receivedAt, "id", id);
    }

    private static String oneLine(CelException e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("no CEL");
    }
}
