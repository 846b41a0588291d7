package io.headrace.streams.decode.senml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.testing.InMemorySchemaRegistry;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packs are the examples of RFC 8428 where one is named. */
class SenmlFormatTest {
    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");

    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());

    @Test
    void base_fields_resolve_as_in_section_5_1_3() {
        // Given
        String pack = """
                [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
                  "n":"voltage","u":"V","v":120.1},
                 {"n":"current","t":-5,"v":1.2},
                 {"n":"current","t":-4,"v":1.3},
                 {"n":"current","v":1.7}]""";

        // When
        List<Sample> samples = decoded(pack);

        // Then
        assertThat(samples)
                .extracting(sample -> sample.time().orElseThrow())
                .containsExactly(
                        Instant.parse("2010-06-08T18:01:16.001Z"),
                        Instant.parse("2010-06-08T18:01:11.001Z"),
                        Instant.parse("2010-06-08T18:01:12.001Z"));
        String base = "urn:dev:ow:10e2073a0108006:";
        assertThat(samples.getFirst().values()).isEqualTo(Map.of(base + "voltage", 120.1, base + "current", 1.7));
        assertThat(samples.getFirst().units()).isEqualTo(Map.of(base + "voltage", "V", base + "current", "A"));
        assertThat(samples.get(1).values()).isEqualTo(Map.of(base + "current", 1.2));
    }

    @Test
    void values_without_a_time_are_of_now_and_small_times_relative_to_it() {
        // Given
        String pack = "[{\"n\":\"a\",\"v\":1},{\"n\":\"b\",\"t\":0,\"v\":2},{\"n\":\"a\",\"t\":-90.5,\"v\":3}]";

        // When
        List<Sample> samples = decoded(pack);

        // Then
        assertThat(samples)
                .extracting(Sample::time)
                .containsExactly(Optional.empty(), Optional.of(NOW.minusMillis(90_500)));
        assertThat(samples.getFirst().values()).isEqualTo(Map.of("a", 1.0, "b", 2.0));
    }

    @Test
    void values_of_every_kind_resolve() {
        // Given
        String pack = """
                [{"bn":"d:","bv":20,"bs":100,"n":"t","v":1.5},
                 {"n":"on","vb":true},
                 {"n":"label","vs":"x"},
                 {"n":"blob","vd":"aGk"},
                 {"n":"energy","s":5},
                 {"n":"base-only"}]""";

        // When
        List<Sample> samples = decoded(pack);

        // Then
        assertThat(samples.getFirst().values())
                .containsEntry("d:t", 21.5)
                .containsEntry("d:t.sum", 100.0)
                .containsEntry("d:on", true)
                .containsEntry("d:label", "x")
                .containsEntry("d:blob", "aGk")
                .containsEntry("d:energy.sum", 105.0)
                .containsEntry("d:base-only", 20.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"n\":\"a\",\"v\":1}|MALFORMED_SENML",
                "[1]|MALFORMED_SENML",
                "[{\"v\":1}]|MALFORMED_SENML",
                "[{\"n\":\"_a\",\"v\":1}]|MALFORMED_SENML",
                "[{\"n\":\"a b\",\"v\":1}]|MALFORMED_SENML",
                "[{\"n\":\"a\",\"v\":\"1\"}]|MALFORMED_SENML",
                "[{\"n\":\"a\",\"vb\":1}]|MALFORMED_SENML",
                "[{\"n\":\"a\",\"v\":1,\"must_\":1}]|MALFORMED_SENML",
                "[{\"bver\":11,\"n\":\"a\",\"v\":1}]|MALFORMED_SENML",
                "[{\"n\":\"a\",\"v\":1|MALFORMED_JSON",
                "[{\"n\":\"a\",\"v\":1e400}]|NUMBER_OUT_OF_RANGE",
                "[{\"n\":\"a\",\"n\":\"b\",\"v\":1}]|DUPLICATE_NAME",
                "[{\"n\":\"a\",\"v\":1},{\"n\":\"a\",\"v\":2}]|DUPLICATE_NAME",
                "[{\"bn\":\"a\"}]|NO_NUMERIC_VALUE",
                "[]|NO_NUMERIC_VALUE",
                "[{\"n\":\"a\",\"vs\":\"x\"}]|NO_NUMERIC_VALUE"
            })
    void what_is_no_pack_is_refused(String pack, Reason reason) {
        // Given // When
        Decoded decoded = decode(pack.getBytes(UTF_8), "application/senml+json");

        // Then
        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Decoded.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    @Test
    void unknown_labels_are_passed_over() {
        // Given // When
        List<Sample> samples = decoded("[{\"n\":\"a\",\"v\":1,\"future\":{\"x\":[1,2]}}]");

        // Then
        assertThat(samples.getFirst().values()).isEqualTo(Map.of("a", 1.0));
    }

    @Test
    void cbor_labels_are_numbers_as_in_section_6() {
        // Given
        byte[] pack = HexFormat.of()
                .parseHex(
                        "82" // two records
                                + "a5" + "21" + "64" + "643a313a" + "22" + "fb41d303a15b000000" + "00" + "61"
                                + "74" // bn "d:1:", bt, n "t"
                                + "01" + "63" + "43656c" + "02" + "f94d60" // u "Cel", v 21.5
                                + "a2" + "00" + "61" + "68" + "02" + "1828"); // n "h", v 40

        // When
        Decoded decoded = decode(pack, "application/senml+cbor");

        // Then
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Samples.class, samples -> {
            assertThat(samples.list()).hasSize(1);
            assertThat(samples.list().getFirst().values()).isEqualTo(Map.of("d:1:t", 21.5, "d:1:h", 40.0));
            assertThat(samples.list().getFirst().units()).isEqualTo(Map.of("d:1:t", "Cel"));
            assertThat(samples.list().getFirst().time()).contains(Instant.ofEpochSecond(1_276_020_076));
        });
    }

    private List<Sample> decoded(String pack) {
        Decoded decoded = decode(pack.getBytes(UTF_8), "application/senml+json");
        assertThat(decoded).isInstanceOf(Decoded.Samples.class);
        return ((Decoded.Samples) decoded).list();
    }

    private Decoded decode(byte[] pack, String contentType) {
        return decoder.decode(new Payload(pack, Optional.of(contentType), Optional.empty(), NOW));
    }

    @Test
    void a_unit_given_once_for_a_thousand_records_doesnt_make_a_reading_that_no_topic_takes() {
        // Given
        StringBuilder pack =
                new StringBuilder("[{\"bu\":\"").append("u".repeat(200_000)).append("\",\"n\":\"a\",\"v\":1}");
        for (int i = 0; i < 900; i++) {
            pack.append(",{\"n\":\"m").append(i).append("\",\"v\":1}");
        }

        // When
        Decoded decoded = decoder.decode(new Payload(
                pack.append(']').toString().getBytes(UTF_8),
                Optional.of("application/senml+json"),
                Optional.empty(),
                NOW));

        // Then
        assertThat(decoded)
                .isInstanceOfSatisfying(
                        Decoded.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.TEXT_TOO_LONG));
    }
}
