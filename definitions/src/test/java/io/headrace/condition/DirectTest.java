package io.headrace.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.condition.Condition.Answer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way to an answer against CEL's own evaluator. */
class DirectTest {
    private static final List<String> LEAVES = List.of(
            "values.a",
            "values.b",
            "values['c']",
            "values.d",
            "values.none",
            "tags.site",
            "tags.none",
            "device_id",
            "channel",
            "1",
            "-3",
            "9223372036854775807",
            "80.0",
            "-0.5",
            "0.0",
            "true",
            "'north'",
            "'3'",
            "windows['5m'].a.mean",
            "windows['5m']['a'].count",
            "windows['1h'].none.max");
    private static final List<String> BINARY =
            List.of("&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/");
    private static final Object[] VALUES = {
        1L,
        -3L,
        3.0,
        80.0,
        80.5,
        -0.0,
        0.0,
        Long.MAX_VALUE,
        0x1p63,
        1e12,
        true,
        false,
        "north",
        "3",
        "",
        Double.NaN,
        Math.sqrt(-1.0),
        Double.POSITIVE_INFINITY,
        Long.MIN_VALUE,
        0L,
        9007199254740993L,
        9007199254740992.0
    };

    @Test
    void theAnswerIsThatOfTheEvaluatorForWhateverIsAsked() {
        // Given
        Map<Answer, Integer> answers = new ConcurrentHashMap<>();

        // When
        long compiled = IntStream.range(0, 30_000)
                .parallel()
                .filter(seed -> isAnsweredAlike(new Asker(new Random(seed)), answers))
                .count();

        // Then
        assertThat(compiled).isGreaterThan(1_000);
        assertThat(answers).containsKeys(Answer.values());
    }

    /** False for what takes no short way, or is no condition. */
    private static boolean isAnsweredAlike(Asker asker, Map<Answer, Integer> answers) {
        String expression = asker.condition(3);
        Condition condition;
        try {
            condition = Condition.ofRule(expression);
        } catch (InvalidConditionException wrongType) {
            return false;
        }
        if (!condition.isDirect()) {
            return false;
        }
        for (int readings = 0; readings < 4; readings++) {
            FakeSubject subject = asker.subject();
            Answer answer = condition.judge(subject);
            answers.merge(answer, 1, Integer::sum);
            assertThat(kind(answer))
                    .as("%s over %s and %s", expression, subject.reading().getValues(), subject)
                    .isEqualTo(kind(condition.judge(subject.all(condition))));
        }
        return true;
    }

    /** Of two faults at once either may be told. */
    private static Object kind(Answer answer) {
        return answer == Answer.ABSENT || answer == Answer.FAILED ? "neither" : answer;
    }

    /** Makes up conditions, and what they are asked of. */
    private record Asker(Random random) {
        String condition(int depth) {
            return switch (depth == 0 ? 9 : random.nextInt(10)) {
                case 0 -> "!(" + condition(depth - 1) + ")";
                case 1 -> "has(values." + "abcdx".charAt(random.nextInt(5)) + ")";
                case 2 -> "tags.site in ['north', 'south']";
                case 3 -> "'a' in values";
                case 4 -> "(" + condition(depth - 1) + " ? " + value(depth - 1) + " : " + value(depth - 1) + ")";
                case 5 ->
                    value(0)
                            + List.of(".startsWith(", ".endsWith(", ".contains(")
                                    .get(random.nextInt(3)) + value(0) + ")";
                default -> "(" + value(depth) + " " + any(BINARY) + " " + value(depth) + ")";
            };
        }

        private String value(int depth) {
            if (depth <= 0 || random.nextInt(3) == 0) {
                return any(LEAVES);
            }
            return random.nextInt(8) == 0 ? "-(" + any(LEAVES) + ")" : condition(depth - 1);
        }

        private String any(List<String> choices) {
            return choices.get(random.nextInt(choices.size()));
        }

        FakeSubject subject() {
            FakeSubject subject = new FakeSubject("north-1");
            for (String metric : List.of("a", "b", "c", "d")) {
                if (random.nextInt(5) > 0) {
                    subject.values().put(metric, VALUES[random.nextInt(VALUES.length)]);
                }
            }
            subject.tag("site", random.nextBoolean() ? "north" : "3");
            subject.window("5m", "a", random.nextInt(3) == 0 ? Double.NaN : 80);
            return subject;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "values.temperature > 80.0",
                "values.temperature > 80 && tags.site == 'north'",
                "windows['5m'].temperature.mean > 80.0 || windows['1h'].temperature.max - values.temperature > 3.0",
                "channel == 'a' && device_id.startsWith('pump-') && !(values.state in ['idle', 'off'])",
                "has(values.pressure) && values.pressure / values.flow > 2.0"
            })
    void whatRulesAreMostlyMadeOfTakesTheShortWay(String expression) throws InvalidConditionException {
        assertThat(Condition.ofRule(expression).isDirect()).isTrue();
    }
}
