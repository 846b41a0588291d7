package io.headrace.streams.condition;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelException;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import io.headrace.record.Reading;
import java.util.Map;
import java.util.Optional;

/**
 * A condition in CEL over a reading: {@code values}, {@code tags}, {@code device_id}, {@code channel} and
 * {@code message} (with {@code id}, {@code observed_at}, {@code received_at}, where the reading has them). Checked for
 * types when it is compiled, bounded in size and in the steps of its loops; numbers of different types compare as
 * numbers. Safe for use by several threads.
 */
public final class Condition {
    private static final int MAX_LENGTH = 4_096;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STEPS = 10_000;
    private static final int MAX_REGEX_PROGRAM = 1_000;

    private static final Cel CEL = CelFactory.legacyCelBuilder()
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
            .setResultType(SimpleType.BOOL)
            .build();

    private final Program program;

    /** Whether a reading meets a condition. */
    public enum Answer {
        YES,
        NO,
        /** The reading lacks a value or tag that the condition asks for. */
        ABSENT,
        /** The condition can't be judged for this reading: a text compared with a number, say. */
        FAILED
    }

    /** The condition can't be used; the message is one line for the person who wrote it. */
    public static final class InvalidException extends Exception {
        InvalidException(String message) {
            super(message, null, false, false);
        }
    }

    private Condition(Program program) {
        this.program = program;
    }

    /** @throws InvalidException where the expression is no condition, or is too large */
    public static Condition compile(String expression) throws InvalidException {
        try {
            return new Condition(CEL.createProgram(CEL.compile(expression).getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new InvalidException(oneLine(e));
        } catch (RuntimeException fault) {
            // the compiler's own; one operator's expression must not stop everybody's readings
            throw new InvalidException(
                    "the CEL compiler failed with " + fault.getClass().getSimpleName());
        }
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
