package io.headrace.streams.decode.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Sender;
import io.headrace.testing.InMemorySchemaRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines are the examples of InfluxDB's reference of the protocol where it has one. */
class LineFormatTest {
    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");
    private static final String TYPE = "application/x-influx-line-protocol";

    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("m v=1", Map.of("m.v", 1.0), Map.of()),
                Arguments.of(
                        "myMeasurement,tag1=value1,tag2=value2 fieldKey=\"fieldValue\" 1556813561098000000",
                        Map.of("myMeasurement.fieldKey", "fieldValue"),
                        Map.of("tag1", "value1", "tag2", "value2")),
                Arguments.of(
                        "m f=-1.234456e+78,i=12485903i,u=12485903u,s=\"stringvalue\",t=t,F=FALSE",
                        Map.of(
                                "m.f",
                                -1.234456e78,
                                "m.i",
                                12485903L,
                                "m.u",
                                12485903L,
                                "m.s",
                                "stringvalue",
                                "m.t",
                                true,
                                "m.F",
                                false),
                        Map.of()),
                Arguments.of(
                        "my\\ Measurement fieldKey=\"string value\"",
                        Map.of("my Measurement.fieldKey", "string value"),
                        Map.of()),
                Arguments.of(
                        "myMeasurement fieldKey=\"\\\"string\\\" within a string\"",
                        Map.of("myMeasurement.fieldKey", "\"string\" within a string"),
                        Map.of()),
                Arguments.of(
                        "myMeasurement,tag\\ Key1=tag\\ Value1,tag\\ Key2=tag\\ Value2 fieldKey=100",
                        Map.of("myMeasurement.fieldKey", 100.0),
                        Map.of("tag Key1", "tag Value1", "tag Key2", "tag Value2")),
                Arguments.of(
                        "myMeasurement,tagKey=\uD83C\uDF6D fieldKey=\"Launch \uD83D\uDE80\"",
                        Map.of("myMeasurement.fieldKey", "Launch \uD83D\uDE80"),
                        Map.of("tagKey", "\uD83C\uDF6D")),
                Arguments.of(
                        "a\\,b=c,k\\=1=v\\,2 f\\,1=1i,f\\=2=2i",
                        Map.of("a,b=c.f,1", 1L, "a,b=c.f=2", 2L),
                        Map.of("k=1", "v,2")),
                Arguments.of("m\\x v=\"a\\nb\\\\c\"", Map.of("m\\x.v", "a\\nb\\c"), Map.of()),
                Arguments.of("m v=\"a=1,b c\nsecond line\"", Map.of("m.v", "a=1,b c\nsecond line"), Map.of()),
                Arguments.of("m,t=\"quoted\" v=.5", Map.of("m.v", 0.5), Map.of("t", "\"quoted\"")),
                Arguments.of("m v=\"\"", Map.of("m.v", ""), Map.of()),
                Arguments.of(
                        "m max=9223372036854775807i,min=-9223372036854775808i,u=18446744073709551615u",
                        Map.of("m.max", Long.MAX_VALUE, "m.min", Long.MIN_VALUE, "m.u", 1.8446744073709552E19),
                        Map.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void a_line_becomes_values_and_tags(String line, Map<String, Object> values, Map<String, String> tags) {
        // Given // When
        List<Sample> samples = decoded(line, TYPE);

        // Then
        assertThat(samples).singleElement().satisfies(sample -> {
            assertThat(sample.values()).isEqualTo(values);
            assertThat(sample.tags()).isEqualTo(tags);
        });
    }

    @Test
    void lines_are_a_batch_and_comments_and_empty_lines_are_none() {
        // Given
        String lines = "# comment v=1\n\nm v=1 1\r\n  m v=2 2  \n\t\n#\nm v=3";

        // When
        List<Sample> samples = decoded(lines, TYPE + "; precision=s");

        // Then
        assertThat(samples).extracting(sample -> sample.values().get("m.v")).containsExactly(1.0, 2.0, 3.0);
        assertThat(samples)
                .extracting(Sample::time)
                .containsExactly(
                        Optional.of(Instant.ofEpochSecond(1)), Optional.of(Instant.ofEpochSecond(2)), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1556813561098000123, 2019-05-02T16:12:41.098Z",
        "; precision=ns, -1, 1969-12-31T23:59:59.999999Z",
        "; precision=us, 1556813561098000, 2019-05-02T16:12:41.098Z",
        ";precision=\"ms\", 1556813561098, 2019-05-02T16:12:41.098Z",
        "; charset=utf-8; Precision=S, 1556813561, 2019-05-02T16:12:41Z",
        "; precision=s, 9223372036854775807, 9999-12-31T23:59:59Z",
        "; precision=s, -9223372036854775808, 0001-01-01T00:00:00Z",
        "; precision=us, 9223372036854775807, 9999-12-31T23:59:59Z"
    })
    void the_content_type_says_the_unit_of_times(String parameters, String time, Instant instant) {
        assertThat(decoded("m v=1 " + time, TYPE + parameters).getFirst().time())
                .contains(instant);
    }

    @Test
    void a_property_says_the_unit_where_the_content_type_does_not() {
        // Given
        Sender sender = new Sender("d", Optional.empty(), Optional.of("ms"), Memory.NONE, false);

        // When
        Decoded both = decode("m v=1 1000", TYPE + ";precision=s", sender);
        Decoded property = decode("m v=1 1000", TYPE, sender);

        // Then
        assertThat(((Decoded.Samples) both).list().getFirst().time()).contains(Instant.ofEpochSecond(1000));
        assertThat(((Decoded.Samples) property).list().getFirst().time()).contains(Instant.ofEpochSecond(1));
    }

    static Stream<Arguments> poison() {
        String many = "m "
                + String.join(
                        ",",
                        Stream.iterate(0, i -> i + 1)
                                .limit(10_000)
                                .map(i -> "f" + i + "=1")
                                .toList());
        return Stream.of(
                Arguments.of("m", Reason.MALFORMED_LINE),
                Arguments.of("m ", Reason.MALFORMED_LINE),
                Arguments.of("m v", Reason.MALFORMED_LINE),
                Arguments.of("m v=", Reason.MALFORMED_LINE),
                Arguments.of("m v=1,", Reason.MALFORMED_LINE),
                Arguments.of("m,t v=1", Reason.MALFORMED_LINE),
                Arguments.of("m,t= v=1", Reason.MALFORMED_LINE),
                Arguments.of("m,=x v=1", Reason.MALFORMED_LINE),
                Arguments.of(",t=1 v=1", Reason.MALFORMED_LINE),
                Arguments.of("m =1", Reason.MALFORMED_LINE),
                Arguments.of("m v=0x10", Reason.MALFORMED_LINE),
                Arguments.of("m v=1d", Reason.MALFORMED_LINE),
                Arguments.of("m v=1.2.3", Reason.MALFORMED_LINE),
                Arguments.of("m v=1e", Reason.MALFORMED_LINE),
                Arguments.of("m v=.", Reason.MALFORMED_LINE),
                Arguments.of("m v=-1u", Reason.MALFORMED_LINE),
                Arguments.of("m v=1.5i", Reason.MALFORMED_LINE),
                Arguments.of("m v=yes", Reason.MALFORMED_LINE),
                Arguments.of("m v=\"open", Reason.MALFORMED_LINE),
                Arguments.of("m v=\"a\"b", Reason.MALFORMED_TIME),
                Arguments.of("m v=1 2 3", Reason.MALFORMED_LINE),
                Arguments.of("m v=1 soon", Reason.MALFORMED_TIME),
                Arguments.of("m v=1 99999999999999999999", Reason.MALFORMED_TIME),
                Arguments.of("m v=1e400", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("m v=NaN", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("m v=-Inf", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("m v=9223372036854775808i", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("m v=1,v=2", Reason.DUPLICATE_NAME),
                Arguments.of("m,t=1,t=2 v=1", Reason.DUPLICATE_NAME),
                Arguments.of("m v=\"" + "x".repeat(4_097) + "\"", Reason.TEXT_TOO_LONG),
                Arguments.of("x".repeat(257) + " v=1", Reason.TEXT_TOO_LONG),
                Arguments.of("m,t=" + "x".repeat(257) + " v=1", Reason.TEXT_TOO_LONG),
                Arguments.of(many, Reason.TOO_MANY_VALUES),
                Arguments.of("m v=1\n".repeat(1_001), Reason.TOO_MANY_VALUES),
                Arguments.of("# nothing\n\n", Reason.EMPTY_PAYLOAD));
    }

    @ParameterizedTest(name = "{1} {index}")
    @MethodSource("poison")
    void poison_is_refused_under_its_own_reason(String line, Reason reason) {
        assertRejected(decode(line, TYPE, Sender.UNKNOWN), reason);
    }

    @Test
    void the_bad_line_is_named() {
        // Given
        String lines = "m v=1\n# comment\nm v=\"two\nlines\"\nm v=oops\nm v=1";

        // When
        Decoded decoded = decode(lines, TYPE, Sender.UNKNOWN);

        // Then
        assertThat(((Decoded.Rejected) decoded).detail())
                .isEqualTo("line 5: the value of m.v is no number, boolean or quoted text: oops");
    }

    @Test
    void what_is_no_text_and_no_precision_is_refused() {
        byte[] noText = {'m', ' ', 'v', '=', '1', (byte) 0xC3};
        Payload payload = new Payload(noText, Optional.of(TYPE), Optional.empty(), NOW);

        assertRejected(decoder.decode(payload), Reason.MALFORMED_LINE);
        assertRejected(decode("m v=1", TYPE + ";precision=h", Sender.UNKNOWN), Reason.UNKNOWN_CONTENT_TYPE);
    }

    /** U+FFFF is a character like others. */
    @Test
    void no_character_ends_the_text() {
        assertThat(decoded("m v=\"\uFFFF\"\n\uFFFF v=2", TYPE)).hasSize(2);
    }

    @Test
    void whatever_names_and_texts_are_they_come_back_as_they_were() {
        // Given
        Random random = new Random(4);
        String alphabet = "ab,= \"\\#.é\uD83D\uDE80";
        for (int round = 0; round < 2_000; round++) {
            String name = letters(random, alphabet) + "n";
            String tag = letters(random, alphabet) + "t";
            String text = letters(random, alphabet);
            String line = "m" + name.replace(",", "\\,").replace(" ", "\\ ") + ",k" + escaped(tag) + "=v" + escaped(tag)
                    + " f" + escaped(name) + "=\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\" 1";

            // When
            List<Sample> samples = decoded(line, TYPE);

            // Then
            assertThat(samples.getFirst().values()).isEqualTo(Map.of("m" + name + ".f" + name, text));
            assertThat(samples.getFirst().tags()).isEqualTo(Map.of("k" + tag, "v" + tag));
        }
    }

    private static String letters(Random random, String alphabet) {
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int point = points[random.nextInt(points.length)];
            // a backslash before what is escaped has no spelling in names
            text.appendCodePoint(point == '\\' ? '/' : point);
        }
        return text.toString();
    }

    private static String escaped(String name) {
        return name.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ");
    }

    private List<Sample> decoded(String lines, String type) {
        Decoded decoded = decode(lines, type, Sender.UNKNOWN);
        assertThat(decoded).isInstanceOf(Decoded.Samples.class);
        return ((Decoded.Samples) decoded).list();
    }

    private Decoded decode(String lines, String type, Sender sender) {
        return decoder.decode(new Payload(lines.getBytes(UTF_8), Optional.of(type), Optional.empty(), NOW, sender));
    }

    private static void assertRejected(Decoded decoded, Reason reason) {
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.detail()).matches("[ -~]{1,140}");
        });
    }
}
