package io.headrace.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"status":"succeeded"}                                    | true  | ''      | ''
             {"status":"Failed","detail":"jam","payload":null}        | false | jam     | ''
            {"payload":{"position":40,"b":[1]},"status":"succeeded"}  | true  | ''      | {"position":40,"b":[1]}
            {"status":"failed","payload":"E7"}                        | false | ''      | "E7"
            {"status":"failed","detail":17}                           | false | 17      | ''
            """)
    void aBodyThatNamesAStatusIsReadByItsMembers(String body, boolean isSuccess, String detail, String payload) {
        Answer answer = Answer.of(utf8(body), "");

        assertThat(answer.isSuccess()).isEqualTo(isSuccess);
        assertThat(answer.detail()).isEqualTo(detail);
        assertThat(answer.payload()).asString(StandardCharsets.UTF_8).isEqualTo(payload);
        assertThat(answer.contentType()).isEqualTo(payload.isEmpty() ? "" : "application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "done",
                "{",
                "{\"status\":1}",
                "{\"status\":\"ajar\"}",
                "{\"status\":\"failed\"} {}",
                "[{\"status\":\"failed\"}]",
                "{\"detail\":\"x\"}"
            })
    void anyOtherBodyIsThePayloadOfASuccess(String body) {
        Answer answer = Answer.of(utf8(body), "text/plain");

        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.payload()).asString(StandardCharsets.UTF_8).isEqualTo(body);
        assertThat(answer.contentType()).isEqualTo(body.isEmpty() ? "" : "text/plain");
    }

    @Test
    void aDetailIsOneBoundedLine() {
        Answer answer = Answer.of(utf8("{\"status\":\"failed\",\"detail\":\"a\\nb" + "x".repeat(600) + "\"}"), "");

        assertThat(answer.detail()).startsWith("a bx").hasSize(512);
    }

    @Test
    void deepNestingIsAPayloadAndNoHarm() {
        String deep = "{\"status\":" + "[".repeat(100_000);

        assertThat(Answer.of(utf8(deep), "").isSuccess()).isTrue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
