package io.headrace.control.hot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.control.hot.RuleFailures.OfRule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RuleFailuresTest {
    @Test
    void instances_are_added_up_and_the_last_reason_counts() throws IOException {
        // Given
        String said = """
                {"instances": [
                  {"failures": [
                    {"rule": "a", "count": 2, "at": "2026-01-01T00:00:02Z", "device": "d1", "why": "first"},
                    {"rule": "b", "count": 9, "at": "2026-01-01T00:00:01Z", "device": "d2", "why": "other"}]},
                  {"instance": "away:1", "state": "UNREACHABLE"},
                  {"failures": [
                    {"rule": "a", "count": 3, "at": "2026-01-01T00:00:03Z", "device": "d3", "why": "last"}]}]}
                """;

        // When
        RuleFailures merged = RuleFailures.merged(new ObjectMapper().readTree(said));

        // Then
        assertThat(merged.failures())
                .containsExactly(
                        new OfRule("b", 9, "2026-01-01T00:00:01Z", "d2", "other"),
                        new OfRule("a", 5, "2026-01-01T00:00:03Z", "d3", "last"));
    }
}
