package io.headrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.control.http.Problem;
import io.headrace.control.mappings.MappingCheck;
import io.headrace.streams.mapping.MappingExpression;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The control plane checks expressions that the processors compile: what one of them takes, the other does. */
class LanguagesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v': payload.v / 10.0}",
                "{'v': payload.?v.orValue(1.0), ?'w': payload.?w}",
                "payload.list.transformMapEntry(i, e, {e.k: e.v})",
                "payload.list.map(e, {'v': math.round(e)})",
                "cel.bind(x, payload.x, {'v': x * x})",
                "{'v': payload.v.split(',')[0].trim().lowerAscii().substring(1)}",
                "{device_id + topic: double(received_at), tags.site: 1.0}",
                "payload.v.replace('a', 'b')",
                "payload.v.join(',')",
                "lists.range(10)",
                "base64.decode(payload.v)",
                "values.v",
                "{'v': ",
                "'a' + 1"
            })
    void mappings_are_the_same_language(String expression) {
        // Given // When
        boolean stored = isTaken(() -> MappingCheck.require(expression));
        boolean used = isTaken(() -> MappingExpression.compile(expression));

        // Then
        assertThat(stored).isEqualTo(used);
    }

    private interface Check {
        void run() throws Exception;
    }

    private static boolean isTaken(Check check) {
        try {
            check.run();
            return true;
        } catch (Problem | MappingExpression.InvalidException refused) {
            return false;
        } catch (Exception other) {
            throw new AssertionError("neither taken nor refused", other);
        }
    }
}
