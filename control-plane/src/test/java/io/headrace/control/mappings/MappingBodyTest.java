package io.headrace.control.mappings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.control.http.Problem;
import io.headrace.record.Mapping;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingBodyTest {
    private static final Instant NOW = Instant.parse("2026-01-31T00:00:00Z");
    private static final String EXPRESSION = "{'temperature': payload.t / 10.0}";

    @Test
    void what_is_put_is_what_is_shown() {
        // Given
        MappingBody body = new MappingBody(
                null, null, Map.of("group", "boilers"), "application/vnd.acme+json", "plant/+/#", EXPRESSION, null);

        // When
        Mapping mapping = body.toMapping("m", NOW);

        // Then
        assertThat(MappingBody.of(mapping))
                .isEqualTo(new MappingBody(
                        "m",
                        true,
                        Map.of("group", "boilers"),
                        "application/vnd.acme+json",
                        "plant/+/#",
                        EXPRESSION,
                        "2026-01-31T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-|expression is missing",
                "payload.|expression at line 1, column 9: ",
                "{'v': foo}|expression at line 1, column 7: undeclared reference to 'foo'"
            })
    void an_error_in_the_expression_is_pointed_at(@Nullable String expression, String detail) {
        assertRefused(new MappingBody(null, null, null, null, null, expression, null), detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/#/b", "a#", "a+/b", "+a"})
    void what_is_no_topic_filter_is_refused(String filter) {
        assertRefused(new MappingBody(null, null, null, null, filter, EXPRESSION, null), "topic must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "application/json; charset=utf-8", "a/b/c", ""})
    void what_is_no_media_type_is_refused(String type) {
        assertRefused(new MappingBody(null, null, null, type, null, EXPRESSION, null), "contentType must be");
    }

    @Test
    void an_id_that_contradicts_the_path_is_refused() {
        assertRefused(new MappingBody("other", null, null, null, null, EXPRESSION, null), "id in the body");
    }

    private static void assertRefused(MappingBody body, String detail) {
        assertThatThrownBy(() -> body.toMapping("m", NOW))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(detail);
    }
}
