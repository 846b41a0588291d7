package io.headrace.streams.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Reason;
import io.headrace.record.Mapping;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Sender;
import io.headrace.testing.InMemorySchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MappingExpressionTest {
    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");

    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());

    static Stream<Arguments> mappings() {
        return Stream.of(
                Arguments.of("{'v': payload.t / 10.0}", "{\"t\":215}", Map.of("v", 21.5)),
                Arguments.of("{'v': payload.t / 10.0}", "{\"t\":215.0}", Map.of("v", 21.5)),
                Arguments.of("{'v': payload[0], 'w': payload[1]}", "[1,2]", Map.of("v", 1.0, "w", 2.0)),
                Arguments.of(
                        "{'n': int(payload.n), 'b': payload.s == 'on'}",
                        "{\"n\":3,\"s\":\"on\"}",
                        Map.of("n", 3L, "b", true)),
                Arguments.of("{'a': {'b': payload.x}, tags.site: 1.5}", "{\"x\":2}", Map.of("a.b", 2.0, "north", 1.5)),
                Arguments.of("{'v': 1.0, ?'w': payload.?w}", "{}", Map.of("v", 1.0)),
                Arguments.of("{'v': 1.0, ?'w': payload.?w}", "{\"w\":null}", Map.of("v", 1.0)),
                Arguments.of("{'v': 1.0, ?'w': payload.?w}", "{\"w\":2}", Map.of("v", 1.0, "w", 2.0)),
                Arguments.of("{'v': math.round(payload.v)}", "{\"v\":2.6}", Map.of("v", 3.0)),
                Arguments.of("{'v': cel.bind(k, payload.v + 273.15, k * 2.0)}", "{\"v\":0}", Map.of("v", 546.3)),
                Arguments.of("{'v': double(payload.v)}", "{\"v\":\"21.5\"}", Map.of("v", 21.5)),
                Arguments.of("{'v': double(payload.v.split(' ')[0])}", "{\"v\":\"21.5 C\"}", Map.of("v", 21.5)),
                Arguments.of(
                        "{device_id: 1.0, topic: double(received_at)}", "{}", Map.of("d", 1.0, "t", 1.7513712E12)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void an_expression_makes_values_of_a_payload(String expression, String payload, Map<String, Object> values) {
        assertThat(samples(expression, payload).getFirst().values()).isEqualTo(values);
    }

    @Test
    void a_list_is_a_batch_and_times_are_milliseconds_or_timestamps() {
        // Given
        String expression = "payload.points.map(p, {'ts': timestamp(p.at), 'seq': int(p.n), 'values': {'v': p.v}})";
        String payload = "{\"points\":[{\"at\":\"2025-06-01T00:00:00Z\",\"n\":1,\"v\":1},"
                + "{\"at\":\"2025-06-01T00:00:01.5Z\",\"n\":2,\"v\":2}]}";

        // When
        List<Sample> samples = samples(expression, payload);

        // Then
        assertThat(samples)
                .extracting(Sample::time)
                .containsExactly(
                        Optional.of(Instant.parse("2025-06-01T00:00:00Z")),
                        Optional.of(Instant.parse("2025-06-01T00:00:01.500Z")));
        assertThat(samples).extracting(Sample::sequence).containsExactly(Optional.of(1L), Optional.of(2L));
        assertThat(samples("{'ts': payload.t, 'v': 1.0}", "{\"t\":1750000000000}")
                        .getFirst()
                        .time())
                .contains(Instant.parse("2025-06-15T15:06:40Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "payload.|at line 1, column 9",
                "{'v': foo}|at line 1, column 7: undeclared reference to 'foo'",
                "{'a': 1|at line 1, column 8"
            })
    void what_does_not_compile_says_where(String expression, String message) {
        assertThatThrownBy(() -> MappingExpression.compile(expression))
                .isInstanceOf(MappingExpression.InvalidException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'v': payload.missing}|key 'missing' is not present",
                "{'v': payload.s / 2.0}|No matching overload",
                "{'v': 1 / 0}|/ by zero",
                "1.5|neither an object nor an array",
                "payload.s|neither an object nor an array",
                "[]|an empty batch",
                "{}|no number and no boolean",
                "{'v': 'text'}|no number and no boolean",
                "{1: 2}|a name that is no text",
                "{'v': b'bytes'}|which no reading can hold",
                "{'v': duration('1s')}|which no reading can hold",
                "{'v': 1e308 * 10.0}|no finite number",
                "{'v': 0.0 / 0.0}|no finite number",
                "{'ts': 'yesterday', 'v': 1.0}|no ISO 8601"
            })
    void what_it_makes_no_reading_of_fails_with_one_line(String expression, String detail) {
        // Given // When
        Decoded.Rejected rejected = rejected(expression, "{\"s\":\"x\"}");

        // Then
        assertThat(rejected.reason()).isEqualTo(Reason.MAPPING_FAILED);
        assertThat(rejected.detail()).startsWith("mapping m: ").contains(detail).matches("[ -~]{1,240}");
    }

    static Stream<String> hostile() {
        return Stream.of(
                "payload.l.all(a, payload.l.all(b, payload.l.all(c, payload.l.all(d, true))))",
                "[payload.s]" + ".map(s, s + s)".repeat(40),
                "[payload.l]" + ".map(s, s + s)".repeat(40),
                "[b'x']" + ".map(s, s + s)".repeat(40),
                "payload.l.map(a, payload.l.map(b, payload.s + payload.s + payload.s))",
                "[[1]]" + ".map(s, [s, s])".repeat(40),
                "cel.bind(x, [payload.l]" + ".map(s, [s, s])".repeat(30) + ", x == [payload.l]"
                        + ".map(s, [s, s])".repeat(30) + ")",
                "payload.l.all(a, payload.l == payload.l && payload == payload)",
                "payload.l.map(a, payload.l).map(b, b).all(c, c in payload.l.map(a, payload.l))",
                "[payload]" + ".map(s, {'a': s, 'b': s, 'c': s})".repeat(20),
                "payload.l.map(a, payload.s.split(''))",
                "payload.s.matches('((a*)*)*$') && payload.l.all(x, payload.s.matches('(x+x+)+y'))");
    }

    /** Stopped after so many steps, not after so much time; here seconds are for a busy machine. */
    @ParameterizedTest
    @MethodSource("hostile")
    void no_expression_holds_a_thread_or_fills_the_memory(String expression) {
        // Given
        StringBuilder payload =
                new StringBuilder("{\"s\":\"").append("x".repeat(30_000)).append("\",\"l\":[0");
        for (int i = 1; i < 1_000; i++) {
            payload.append(',').append(i);
        }
        long from = System.nanoTime();

        // When
        Decoded.Rejected rejected = rejected(expression, payload.append("]}").toString());

        // Then
        assertThat(rejected.reason()).isEqualTo(Reason.MAPPING_FAILED);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void an_honest_mapping_of_a_thousand_points_has_the_steps_it_needs() {
        // Given
        StringBuilder payload = new StringBuilder("{\"points\":[");
        for (int i = 0; i < 1_000; i++) {
            payload.append(i == 0 ? "" : ",").append("{\"kind\":\"t\",\"at\":").append(1_750_000_000_000L + i);
            payload.append(",\"raw\":").append(i).append('}');
        }

        // When
        List<Sample> samples = samples(
                "payload.points.filter(p, p.kind == 't').map(p, {'ts': p.at, 'values': {'t': p.raw / 10.0}})",
                payload.append("]}").toString());

        // Then
        assertThat(samples).hasSize(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/b/c, false",
        "a/b, a, false",
        "a/+, a/b, true",
        "a/+, a/, true",
        "a/+, a, false",
        "+/b, a/b, true",
        "a/#, a/b/c, true",
        "a/#, a, true",
        "#, x/y, true",
        "+, '', true",
        "a//b, a//b, true",
        "a/+/b, a//b, true",
        "ab, a, false"
    })
    void topics_match_as_in_mqtt(String filter, String topic, boolean matches) {
        assertThat(TopicFilter.of(filter).matches(topic)).isEqualTo(matches);
    }

    @Test
    void poison_in_the_payload_keeps_its_own_reason() {
        assertThat(rejected("{'v': payload.v}", "{\"v\":").reason()).isEqualTo(Reason.MALFORMED_JSON);
        assertThat(rejected("{'v': payload.v}", "{\"v\":NaN}").reason()).isEqualTo(Reason.NUMBER_OUT_OF_RANGE);
        assertThat(rejected("{'v': payload.v}", "{\"v\":1e400}").reason()).isEqualTo(Reason.NUMBER_OUT_OF_RANGE);
        assertThat(rejected("{'v': 1.0}", "[".repeat(50_000)).reason()).isEqualTo(Reason.TOO_DEEP);
        assertThat(rejected("{'v': 1.0}", "{\"a\":1,\"a\":2}").reason()).isEqualTo(Reason.DUPLICATE_NAME);
        assertThat(rejected("{'v': 1.0}", "[" + "1,".repeat(100_000) + "1]").reason())
                .isEqualTo(Reason.TOO_MANY_VALUES);
    }

    private List<Sample> samples(String expression, String payload) {
        Decoded decoded = decode(expression, payload);
        assertThat(decoded).isInstanceOf(Decoded.Samples.class);
        return ((Decoded.Samples) decoded).list();
    }

    private Decoded.Rejected rejected(String expression, String payload) {
        Decoded decoded = decode(expression, payload);
        assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
        return (Decoded.Rejected) decoded;
    }

    private Decoded decode(String expression, String payload) {
        CompiledMapping mapping = CompiledMapping.of(new Mapping("m", true, Map.of(), null, null, expression, NOW));
        Sender sender = new Sender("d", Optional.of("t"), Optional.empty(), Memory.NONE, false);
        return decoder.decode(
                new Payload(payload.getBytes(UTF_8), Optional.empty(), Optional.empty(), NOW, sender),
                Optional.of(new MappedFormat(mapping, Map.of("site", "north"), Limits.DEFAULT)));
    }
}
