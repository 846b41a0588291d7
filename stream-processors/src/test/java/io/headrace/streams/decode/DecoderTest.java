package io.headrace.streams.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.headrace.catalogue.Reason;
import io.headrace.testing.InMemorySchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {
    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");

    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of("flat", "{\"a\":1,\"b\":2.5}", Map.of("a", 1L, "b", 2.5)),
                Arguments.of(
                        "nested", "{\"a\":{\"b\":{\"c\":1}},\"d\":[2,3]}", Map.of("a.b.c", 1L, "d.0", 2L, "d.1", 3L)),
                Arguments.of(
                        "enveloped",
                        "{\"ts\":1,\"values\":{\"a\":1,\"b\":{\"c\":true}}}",
                        Map.of("a", 1L, "b.c", true)),
                Arguments.of("text beside a number", "{\"a\":1,\"s\":\"on\"}", Map.of("a", 1L, "s", "on")),
                Arguments.of("null is no value", "{\"a\":1,\"b\":null}", Map.of("a", 1L)),
                Arguments.of("values that is no object", "{\"values\":3}", Map.of("values", 3L)),
                Arguments.of("seq that is no whole number", "{\"seq\":1.5}", Map.of("seq", 1.5)),
                Arguments.of(
                        "a whole number beyond long",
                        "{\"a\":18446744073709551616}",
                        Map.of("a", 1.8446744073709552E19)),
                Arguments.of("too small for a double", "{\"a\":1e-400}", Map.of("a", 0.0)),
                Arguments.of("half a surrogate pair", "{\"a\":1,\"s\":\"\\udc00x\"}", Map.of("a", 1L, "s", "\ufffdx")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void json_objects_become_values(String name, String json, Map<String, Object> values) {
        // Given // When
        List<Sample> samples = decoded(json.getBytes(UTF_8), "application/json");

        // Then
        assertThat(samples)
                .singleElement()
                .satisfies(sample -> assertThat(sample.values()).isEqualTo(values));
    }

    @Test
    void a_number_of_json_is_the_double_nearest_to_it() {
        // Given
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            double any = Double.longBitsToDouble(random.nextLong());
            String digits = new BigInteger(1 + random.nextInt(200), random).toString();
            String text = !Double.isFinite(any) || i % 3 == 0
                    ? digits + "." + digits
                    : i % 3 == 1
                            ? Double.toString(any)
                            : new BigDecimal(any).toPlainString().replaceFirst("^-?\\d+$", "$0.0");
            if (text.length() > 900) {
                continue;
            }

            // When
            List<Sample> samples = decoded(("{\"a\":" + text + "}").getBytes(UTF_8), "application/json");

            // Then
            assertThat(samples.getFirst().values().get("a")).as(text).isEqualTo(Double.parseDouble(text));
        }
    }

    static Stream<Arguments> poison() {
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        String many = manyNames(1_001);
        return Stream.of(
                Arguments.of("{\"a\":1", Reason.MALFORMED_JSON),
                Arguments.of("{\"a\":1} {\"b\":2}", Reason.MALFORMED_JSON),
                Arguments.of("{'a':1}", Reason.MALFORMED_JSON),
                Arguments.of("{\"a\":01}", Reason.MALFORMED_JSON),
                Arguments.of("[{\"a\":1},", Reason.MALFORMED_JSON),
                Arguments.of("{\"a\":\"\u0001\"}", Reason.MALFORMED_JSON),
                Arguments.of("", Reason.EMPTY_PAYLOAD),
                Arguments.of("   ", Reason.EMPTY_PAYLOAD),
                Arguments.of("42", Reason.UNEXPECTED_SHAPE),
                Arguments.of("[]", Reason.UNEXPECTED_SHAPE),
                Arguments.of("[1,2]", Reason.UNEXPECTED_SHAPE),
                Arguments.of("{\"\":1}", Reason.UNEXPECTED_SHAPE),
                Arguments.of(deep, Reason.TOO_DEEP),
                Arguments.of("[".repeat(100_000), Reason.TOO_DEEP),
                Arguments.of(many, Reason.TOO_MANY_VALUES),
                Arguments.of("[" + "{\"a\":1},".repeat(1_000) + "{\"a\":1}]", Reason.TOO_MANY_VALUES),
                Arguments.of("{\"a\":1,\"s\":\"" + "x".repeat(4_097) + "\"}", Reason.TEXT_TOO_LONG),
                Arguments.of("{\"" + "x".repeat(257) + "\":1}", Reason.TEXT_TOO_LONG),
                Arguments.of("{\"" + "x".repeat(300_000) + "\":{\"y\":1}}", Reason.TEXT_TOO_LONG),
                Arguments.of("{\"a\":1e400}", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("{\"a\":-1e400}", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("{\"a\":NaN}", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("{\"a\":-Infinity}", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("{\"a\":" + "9".repeat(400) + "}", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("{\"a\":" + "9".repeat(1_000_000) + "}", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("{\"a\":1e999999999999}", Reason.NUMBER_OUT_OF_RANGE),
                Arguments.of("{\"a\":1,\"a\":2}", Reason.DUPLICATE_NAME),
                Arguments.of("{\"a.b\":1,\"a\":{\"b\":2}}", Reason.DUPLICATE_NAME),
                Arguments.of("{\"ts\":1,\"ts\":2,\"a\":1}", Reason.DUPLICATE_NAME),
                Arguments.of("{\"\\ud800\":1,\"\\ud801\":2}", Reason.MALFORMED_JSON),
                Arguments.of("{\"ts\":\"yesterday\",\"a\":1}", Reason.MALFORMED_TIME),
                Arguments.of("{\"ts\":\"2025-01-01T00:00:00\",\"a\":1}", Reason.MALFORMED_TIME),
                Arguments.of("{\"ts\":true,\"a\":1}", Reason.MALFORMED_TIME),
                Arguments.of("{}", Reason.NO_NUMERIC_VALUE),
                Arguments.of("{\"a\":\"text\"}", Reason.NO_NUMERIC_VALUE),
                Arguments.of("[{\"a\":1},{\"a\":null}]", Reason.NO_NUMERIC_VALUE));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("poison")
    void poison_is_refused_under_its_own_reason(String json, Reason reason) {
        // Given // When
        Decoded decoded = decode(json.getBytes(UTF_8), "application/json", "");

        // Then
        assertRejected(decoded, reason);
    }

    @ParameterizedTest
    @CsvSource({
        "1750000000000, 2025-06-15T15:06:40Z",
        "1750000000000.5, 2025-06-15T15:06:40.0005Z",
        "'\"2025-06-15T17:06:40.123456789+02:00\"', 2025-06-15T15:06:40.123456Z",
        "-1, 1969-12-31T23:59:59.999Z",
        "9223372036854775807, 9999-12-31T23:59:59Z",
        "1e300, 9999-12-31T23:59:59Z",
        "-1e300, 0001-01-01T00:00:00Z",
        "99999999999999999999999, 9999-12-31T23:59:59Z"
    })
    void times_are_milliseconds_or_iso_8601(String ts, Instant time) {
        // Given // When
        List<Sample> samples = decoded(("{\"ts\":" + ts + ",\"a\":1}").getBytes(UTF_8), "application/json");

        // Then
        assertThat(samples.getFirst().time()).contains(time);
    }

    @Test
    void a_batch_becomes_a_sample_for_each_element() {
        // Given
        String batch = "[{\"ts\":1000,\"seq\":1,\"a\":1},{\"seq\":2,\"a\":2}]";

        // When
        List<Sample> samples = decoded(batch.getBytes(UTF_8), "application/json; charset=utf-8");

        // Then
        assertThat(samples).extracting(Sample::sequence).containsExactly(Optional.of(1L), Optional.of(2L));
        assertThat(samples)
                .extracting(Sample::time)
                .containsExactly(Optional.of(Instant.ofEpochSecond(1)), Optional.empty());
    }

    @Test
    void json_is_recognised_without_a_content_type_and_nothing_else_is() {
        // Given
        byte[] json = "\ufeff \r\n{\"a\":1}".getBytes(UTF_8);
        byte[] other = "a=1".getBytes(UTF_8);

        // When // Then
        assertThat(decode(json, "", "")).isInstanceOf(Decoded.Samples.class);
        assertRejected(decode(other, "", ""), Reason.UNKNOWN_CONTENT_TYPE);
        assertRejected(decode(json, "application/x-\r\nhr-admin: 1", ""), Reason.UNKNOWN_CONTENT_TYPE);
        assertRejected(decode(json, "application/xml", ""), Reason.UNKNOWN_CONTENT_TYPE);
    }

    @Test
    void cbor_is_read_as_json_is() throws IOException {
        // Given
        byte[] cbor = new ObjectMapper(new CBORFactory())
                .writeValueAsBytes(Map.of("ts", 1_750_000_000_000L, "values", Map.of("a", 1, "b", Map.of("c", 2.5))));
        byte[] tagged = HexFormat.of().parseHex("a2" + "627473" + "c1" + "1a684ee180" + "6161" + "01");
        byte[] infinite = HexFormat.of().parseHex("a1" + "6161" + "f97c00");
        byte[] binary = HexFormat.of().parseHex("a1" + "6161" + "4101");
        byte[] surrogates = HexFormat.of().parseHex("a2" + "63eda080" + "01" + "63eda081" + "02");
        byte[] huge = HexFormat.of().parseHex("a1" + "6161" + "c2" + "590400" + "ff".repeat(1024));

        // When // Then
        assertThat(decoded(cbor, "application/cbor").getFirst().values()).isEqualTo(Map.of("a", 1L, "b.c", 2.5));
        assertThat(decoded(tagged, "application/cbor").getFirst().time()).contains(Instant.ofEpochSecond(0x684ee180));
        assertRejected(decode(infinite, "application/cbor", ""), Reason.NUMBER_OUT_OF_RANGE);
        assertRejected(decode(binary, "application/cbor", ""), Reason.UNEXPECTED_SHAPE);
        assertRejected(decode(huge, "application/cbor", ""), Reason.NUMBER_OUT_OF_RANGE);
        assertThat(decode(surrogates, "application/cbor", "")).isInstanceOf(Decoded.Rejected.class);
        assertRejected(decode(new byte[] {(byte) 0xbf}, "application/cbor", ""), Reason.MALFORMED_CBOR);
    }

    static Stream<Arguments> encodings() {
        return Stream.of(
                Arguments.of("gzip", (Compressor) GZIPOutputStream::new),
                Arguments.of("deflate", (Compressor) DeflaterOutputStream::new),
                Arguments.of("zstd", (Compressor) ZstdOutputStream::new));
    }

    interface Compressor {
        OutputStream over(OutputStream out) throws IOException;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("encodings")
    void compressed_payloads_are_inflated_within_the_limit(String encoding, Compressor compressor) throws IOException {
        // Given
        byte[] small = compressed("{\"a\":1}".getBytes(UTF_8), compressor);
        byte[] bomb = compressed(new byte[200_000_000], compressor);

        // When // Then
        assertThat(decode(small, "application/json", encoding)).isInstanceOf(Decoded.Samples.class);
        assertRejected(decode(bomb, "application/json", encoding), Reason.INFLATED_TOO_LARGE);
        assertRejected(
                decode("no such thing".getBytes(UTF_8), "application/json", encoding), Reason.MALFORMED_ENCODING);
        assertRejected(
                decode(java.util.Arrays.copyOf(small, small.length - 3), "application/json", encoding),
                Reason.MALFORMED_ENCODING);
    }

    @Test
    void other_encodings_and_layers_of_them_are_refused() {
        // Given
        byte[] json = "{\"a\":1}".getBytes(UTF_8);

        // When // Then
        assertRejected(decode(json, "application/json", "br"), Reason.UNKNOWN_CONTENT_ENCODING);
        assertRejected(decode(json, "application/json", "gzip, gzip"), Reason.UNKNOWN_CONTENT_ENCODING);
        assertThat(decode(json, "application/json", "identity")).isInstanceOf(Decoded.Samples.class);
    }

    @Test
    void a_zstd_frame_that_announces_a_huge_window_is_refused() {
        // Given
        byte[] frame = Zstd.compress("{\"a\":1}".getBytes(UTF_8));
        byte[] announcing = {frame[0], frame[1], frame[2], frame[3], 0, (byte) (21 << 3), 1, 0, 0};

        // When
        Decoded decoded = decode(announcing, "application/json", "zstd");

        // Then
        assertRejected(decoded, Reason.MALFORMED_ENCODING);
    }

    private static byte[] compressed(byte[] bytes, Compressor compressor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream compressing = compressor.over(out)) {
            compressing.write(bytes);
        }
        return out.toByteArray();
    }

    private static String manyNames(int count) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "" : ",").append("\"m").append(i).append("\":1");
        }
        return json.append('}').toString();
    }

    private List<Sample> decoded(byte[] payload, String contentType) {
        Decoded decoded = decode(payload, contentType, "");
        assertThat(decoded).isInstanceOf(Decoded.Samples.class);
        return ((Decoded.Samples) decoded).list();
    }

    private Decoded decode(byte[] payload, String contentType, String encoding) {
        return decoder.decode(new Payload(
                payload,
                Optional.of(contentType).filter(text -> !text.isEmpty()),
                Optional.of(encoding).filter(text -> !text.isEmpty()),
                NOW));
    }

    private static void assertRejected(Decoded decoded, Reason reason) {
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.detail()).matches("[ -~]{1,120}");
        });
    }

    @Test
    void a_long_name_around_many_short_ones_makes_no_reading_larger_than_a_topic_takes() {
        // Given
        Limits wide = new Limits(2 << 20, 16, 10_000, 1_000, 4_096, 1_024);
        String one = nested("n".repeat(1_000), 5_000);
        String many = "[" + String.join(",", java.util.Collections.nCopies(120, nested("n".repeat(240), 900))) + "]";

        // When // Then
        for (String payload : List.of(one, many)) {
            assertThat(new Decoder(wide, new InMemorySchemaRegistry())
                            .decode(new Payload(
                                    payload.getBytes(UTF_8), Optional.of("application/json"), Optional.empty(), NOW)))
                    .isInstanceOfSatisfying(
                            Decoded.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.READING_TOO_LARGE));
        }
    }

    @Test
    void a_megabyte_of_honest_text_is_decoded() {
        // Given
        StringBuilder payload = new StringBuilder("{\"a\":1");
        for (int i = 0; i < 250; i++) {
            payload.append(",\"t")
                    .append(i)
                    .append("\":\"")
                    .append("x".repeat(4_000))
                    .append('"');
        }

        // When // Then
        assertThat(decoder.decode(new Payload(
                        payload.append('}').toString().getBytes(UTF_8), Optional.empty(), Optional.empty(), NOW)))
                .isInstanceOf(Decoded.Samples.class);
    }

    private static String nested(String name, int values) {
        StringBuilder json = new StringBuilder("{\"").append(name).append("\":{");
        for (int i = 0; i < values; i++) {
            json.append(i == 0 ? "" : ",").append("\"").append(i).append("\":1");
        }
        return json.append("}}").toString();
    }
}
