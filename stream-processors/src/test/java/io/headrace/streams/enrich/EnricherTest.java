package io.headrace.streams.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnricherTest {
    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");
    private static final DeviceProfile NOBODY = device(Map.of(), Map.of(), Map.of());

    private final Map<UnitOutcome, Integer> counts = new EnumMap<>(UnitOutcome.class);

    private Enricher enricher(String... settings) {
        return new Enricher(config(settings), outcome -> counts.merge(outcome, 1, Integer::sum));
    }

    private static EnrichConfig config(String... settings) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            all.put("processors.enrich." + settings[i], settings[i + 1]);
        }
        return EnrichConfig.from(Settings.of(all));
    }

    private static DeviceProfile device(
            Map<String, String> tags, Map<String, String> units, Map<String, List<Calibration>> calibrations) {
        return new DeviceProfile(tags, units, calibrations);
    }

    private static Said said(Map<String, Object> values, Map<String, String> units) {
        return said(values, units, Map.of());
    }

    private static Said said(Map<String, Object> values, Map<String, String> units, Map<String, String> tags) {
        return new Said(values, units, tags, NOW, NOW);
    }

    private static List<Calibration> calibration(double scale, double offset) {
        return List.of(new Calibration(Instant.MIN, scale, offset));
    }

    @Test
    void without_units_and_calibrations_nothing_is_copied() {
        // Given
        Map<String, Object> values = Map.of("t", 1.0);
        DeviceProfile device = device(Map.of("site", "north"), Map.of(), Map.of());

        // When
        Enriched enriched = enricher("unit.t", "Cel").enrich(said(values, Map.of()), device);

        // Then
        assertThat(enriched.values()).isSameAs(values);
        assertThat(enriched.tags()).isSameAs(device.shownTags());
    }

    @Test
    void a_declared_unit_is_converted_to_that_of_its_metric_before_that_of_its_quantity() {
        // When
        Enriched enriched = enricher("unit.outside", "K", "units", "Cel,m/s")
                .enrich(
                        said(
                                Map.of("outside", 50L, "inside", 50L, "wind", 36, "label", "x", "on", true),
                                Map.of(
                                        "outside", "[degF]", "inside", "[degF]", "wind", "km/h", "label", "m", "on",
                                        "/")),
                        NOBODY);

        // Then
        assertThat(enriched.values())
                .isEqualTo(Map.of("outside", 283.15, "inside", 10.0, "wind", 10.0, "label", "x", "on", true));
        assertThat(enriched.tags())
                .isEqualTo(Map.of(
                        "unit.outside",
                        "K",
                        "unit.inside",
                        "Cel",
                        "unit.wind",
                        "m/s",
                        "unit.label",
                        "m",
                        "unit.on",
                        "/"));
        assertThat(counts).isEqualTo(Map.of(UnitOutcome.CONVERTED, 3));
    }

    @Test
    void a_value_that_is_in_its_unit_already_stays_the_very_same_number() {
        // Given
        long precise = (1L << 60) + 1;

        // When
        Enriched enriched = enricher("unit.a", "By", "unit.b", "By", "unit.c", "V.A")
                .enrich(
                        said(Map.of("a", precise, "b", precise, "c", 3L), Map.of("a", "By", "b", "B", "c", "VA")),
                        NOBODY);

        // Then
        assertThat(enriched.values()).isEqualTo(Map.of("a", precise, "b", precise, "c", 3L));
        assertThat(enriched.tags()).isEqualTo(Map.of("unit.a", "By", "unit.b", "By", "unit.c", "V.A"));
    }

    @ParameterizedTest
    @CsvSource({
        "degC, UNKNOWN, unknown, 20",
        "m, INCOMMENSURABLE, incommensurable, 20",
        "Np, INCOMMENSURABLE, incommensurable, 20",
        "[degF], OUT_OF_RANGE, out-of-range, 1e308",
    })
    void a_value_that_cant_be_converted_stays_under_the_unit_that_it_came_in_and_says_why(
            String unit, UnitOutcome outcome, String label, double value) {
        // When
        Enriched enriched = enricher("unit.t", "uCel").enrich(said(Map.of("t", value), Map.of("t", unit)), NOBODY);

        // Then
        assertThat(enriched.values()).isEqualTo(Map.of("t", value));
        assertThat(enriched.tags()).isEqualTo(Map.of("unit.t", unit, "unit-error.t", label));
        assertThat(counts).isEqualTo(Map.of(outcome, 1));
    }

    @Test
    void the_registrys_unit_holds_where_the_payload_gives_none() {
        // Given
        DeviceProfile device = device(Map.of(), Map.of("t", "[degF]", "u", "[degF]", "missing", "m"), Map.of());

        // When
        Enriched enriched =
                enricher("units", "Cel").enrich(said(Map.of("t", 212L, "u", 300L), Map.of("u", "K")), device);

        // Then
        assertThat(enriched.values()).isEqualTo(Map.of("t", 100.0, "u", 26.850000000000023));
        assertThat(enriched.tags()).isEqualTo(Map.of("unit.t", "Cel", "unit.u", "Cel"));
    }

    @Test
    void calibration_comes_after_conversion_and_touches_numbers_alone() {
        // Given
        DeviceProfile device = device(
                Map.of(),
                Map.of("t", "[degF]"),
                Map.of(
                        "t",
                        calibration(2, 0.5),
                        "n",
                        calibration(1, 1),
                        "s",
                        calibration(2, 2),
                        "b",
                        calibration(2, 2)));

        // When
        Enriched enriched = enricher("unit.t", "Cel")
                .enrich(said(Map.of("t", 212L, "n", 41L, "s", "1", "b", true, "other", 1L), Map.of()), device);

        // Then: 212 °F are 100 °C
        assertThat(enriched.values()).isEqualTo(Map.of("t", 200.5, "n", 42.0, "s", "1", "b", true, "other", 1L));
    }

    @Test
    void of_several_calibrations_that_of_the_time_of_observation_holds() {
        // Given
        DeviceProfile device = device(
                Map.of(),
                Map.of(),
                Map.of("t", List.of(new Calibration(NOW, 1, 10), new Calibration(NOW.plusSeconds(60), 1, 20))));
        Enricher enricher = enricher();

        // When // Then
        Map<Long, Object> expected = Map.of(-1L, 0.0, 0L, 10.0, 59L, 10.0, 60L, 20.0, 86_400L, 20.0);
        expected.forEach((seconds, value) -> {
            Said said = new Said(Map.of("t", 0.0), Map.of(), Map.of(), NOW.plusSeconds(seconds), NOW);
            assertThat(enricher.enrich(said, device).values()).isEqualTo(Map.of("t", value));
        });
    }

    @Test
    void a_calibration_beyond_all_doubles_leaves_the_value_and_says_so() {
        // Given
        DeviceProfile device = device(Map.of(), Map.of(), Map.of("t", calibration(1e300, 0)));

        // When
        Enriched enriched = enricher().enrich(said(Map.of("t", 1e300), Map.of()), device);

        // Then
        assertThat(enriched.values()).isEqualTo(Map.of("t", 1e300));
        assertThat(enriched.tags()).isEqualTo(Map.of("calibration-error.t", "out-of-range"));
    }

    @Test
    void the_registrys_tags_win_but_for_those_that_are_left_to_the_payload_and_nobody_spoofs_a_unit() {
        // Given
        Map<String, String> own = Map.of("site", "spoofed", "place", "here", "extra", "e", "unit.t", "K");
        DeviceProfile device = device(Map.of("site", "north", "place", "depot", "type", "pump"), Map.of(), Map.of());

        // When
        Enriched enriched = enricher("payload-tags", "place").enrich(said(Map.of("t", 1L), Map.of(), own), device);

        // Then
        assertThat(enriched.tags()).isEqualTo(Map.of("site", "north", "place", "here", "extra", "e", "type", "pump"));
    }

    @Test
    void a_tag_that_the_registry_is_silent_of_or_doesnt_show_is_no_payloads_to_claim() {
        // Given
        Map<String, String> own = Map.of("site", "north", "owner", "me", "extra", "e");
        DeviceProfile device = device(Map.of("owner", "x"), Map.of(), Map.of());
        EnrichConfig config = config("tags", "site,type");

        // When
        Enriched enriched =
                new Enricher(config, outcome -> {}).enrich(said(Map.of("t", 1L), Map.of(), own), config.shown(device));

        // Then
        assertThat(enriched.tags()).isEqualTo(Map.of("extra", "e"));
    }

    @Test
    void only_the_configured_tags_are_shown() {
        // Given
        DeviceProfile device = device(Map.of("site", "north", "owner", "x"), Map.of("t", "m"), Map.of());

        // When // Then
        DeviceProfile shown = config("tags", "site, type").shown(device);
        assertThat(shown.shownTags()).isEqualTo(Map.of("site", "north"));
        assertThat(shown.tags()).as("formats are chosen by all").isEqualTo(device.tags());
        assertThat(config("tags", "site").shown(device).units()).isEqualTo(Map.of("t", "m"));
        assertThat(config().shown(device)).isSameAs(device);
    }

    @Test
    void who_invents_units_is_no_longer_listened_to_and_nobody_else_suffers() {
        // Given
        Enricher enricher = enricher("unit.t", "Cel");
        DeviceProfile hostile = device(Map.of(), Map.of(), Map.of());

        // When
        for (int i = 0; i < 2_000; i++) {
            enricher.enrich(said(Map.of("t", 1L), Map.of("t", "x" + i)), hostile);
        }
        Said honest = said(Map.of("t", 212L), Map.of("t", "[degF]"));

        // Then
        assertThat(counts).isEqualTo(Map.of(UnitOutcome.UNKNOWN, 2_000));
        assertThat(enricher.enrich(honest, hostile).values()).isEqualTo(Map.of("t", 212L));
        assertThat(enricher.enrich(honest, NOBODY).values()).isEqualTo(Map.of("t", 100.0));
        assertThat(enricher.enrich(honest, hostile).values())
                .as("known by now, thanks to somebody else")
                .isEqualTo(Map.of("t", 100.0));
        Said later = new Said(Map.of("t", 0.0), Map.of("t", "K"), Map.of(), NOW, NOW.plusSeconds(10));
        assertThat(enricher.enrich(later, hostile).values()).isEqualTo(Map.of("t", -273.15));
    }

    @Test
    void errors_are_marked_at_few_values_and_counted_at_all() {
        // Given
        Map<String, Object> values = new HashMap<>();
        Map<String, String> units = new HashMap<>();
        String[] settings = new String[200];
        for (int i = 0; i < 100; i++) {
            values.put("m" + i, (long) i);
            units.put("m" + i, "kg");
            settings[2 * i] = "unit.m" + i;
            settings[2 * i + 1] = "Cel";
        }

        // When
        Enriched enriched = enricher(settings).enrich(said(values, units), NOBODY);

        // Then
        assertThat(enriched.values()).isEqualTo(values);
        assertThat(enriched.tags().keySet())
                .filteredOn(tag -> tag.startsWith("unit-error."))
                .hasSize(32);
        assertThat(counts).isEqualTo(Map.of(UnitOutcome.INCOMMENSURABLE, 100));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unit.t | degC   | processors.enrich.unit.t = degC must be a UCUM code",
                "units  | x      | processors.enrich.units = x must be a UCUM code",
                "units  | Cel,K  | two units of the quantity of K",
                "units  | %      | which may count anything",
                "units  | Hz     | which may count anything",
            })
    void what_cant_be_meant_stops_the_start(String key, String value, String message) {
        assertThatThrownBy(() -> config(key, value))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
