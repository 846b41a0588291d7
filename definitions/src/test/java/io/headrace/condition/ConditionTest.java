package io.headrace.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headrace.condition.Condition.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "values.t > | 1 | 11 | mismatched input",
                "vals.t > 80.0 | 1 | 1 | undeclared reference to 'vals'",
                "values.t > 80.0 && tags.site > 3 | 1 | 30 | found no matching overload for '_>_'",
                "message.colour == 'red' | 1 | 8 | message has no colour",
                "windows['5m'].t.median > 1.0 | 1 | 16 | a window has count, sum, min, max and mean, and no median",
                "windows['5 min'].t.mean > 1.0 | 1 | 8 | a window's size is a whole number of s, m or h",
                "windows['25h'].t.mean > 1.0 | 1 | 8 | a window's size is a whole number of s, m or h",
                "size(windows) > 1 | 1 | 6 | windows are asked for as",
                "device_id | 1 | 1 | expected type 'bool' but found 'string'",
                "values.exists(a, values.exists(b, values.exists(c, a != b))) | 1 | 14 | steps, of which a rule has 5000",
            })
    void whatIsWrongIsNamedWithItsPlace(String expression, int line, int column, String problem) {
        InvalidConditionException invalid =
                catchThrowableOfType(InvalidConditionException.class, () -> Condition.ofRule(expression));

        assertThat(invalid).as(expression).isNotNull();
        assertThat(invalid.getMessage()).contains(problem);
        assertThat(invalid.line()).isEqualTo(line);
        assertThat(invalid.column()).as(invalid.getMessage()).isEqualTo(column);
        assertThat(invalid.snippet()).isEqualTo(expression + "\n" + " ".repeat(column - 1) + "^");
    }

    @Test
    void ofSeveralLinesTheOneIsShown() {
        InvalidConditionException invalid = catchThrowableOfType(
                InvalidConditionException.class, () -> Condition.ofRule("values.t > 80.0\n  && tag.site == 'north'"));

        assertThat(invalid.line()).isEqualTo(2);
        assertThat(invalid.snippet()).isEqualTo("  && tag.site == 'north'\n     ^");
    }

    /** One loop over a reading's values is nothing; that it is a large reading, neither. */
    @Test
    void aLoopEndsHoweverLargeAReadingIs() throws InvalidConditionException {
        Condition some = Condition.ofRule("values.exists(name, name.startsWith('temp') && values[name] > 80.0)");
        FakeSubject subject = new FakeSubject("d");
        for (int i = 0; i < 20_000; i++) {
            subject.values().put("m" + i, 1.0);
        }

        assertThat(some.judge(subject)).isEqualTo(Answer.FAILED);
        subject.values().keySet().removeIf(name -> name.length() > 3);
        assertThat(some.judge(subject)).isEqualTo(Answer.NO);
        subject.values().put("temperature", 81.0);
        assertThat(some.judge(subject)).isEqualTo(Answer.YES);
    }

    @Test
    void theEvaluatorSeesWindows() throws InvalidConditionException {
        Condition condition = Condition.ofRule("size(device_id) == 1 && windows['5m'].t.mean > 80.0");
        FakeSubject subject = new FakeSubject("d");

        assertThat(condition.isDirect()).isFalse();
        assertThat(condition.judge(subject)).isEqualTo(Answer.ABSENT);
        subject.window("5m", "t", 81);
        assertThat(condition.judge(subject)).isEqualTo(Answer.YES);
        assertThat(condition.metrics()).containsExactly("t");
    }
}
