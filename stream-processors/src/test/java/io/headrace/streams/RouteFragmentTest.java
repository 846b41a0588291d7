package io.headrace.streams;

import static io.headrace.streams.Pipeline.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.record.DeviceStatus;
import io.headrace.record.Reading;
import io.headrace.record.Route;
import io.headrace.record.Tier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFragmentTest {
    @TempDir
    private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route"));
        pipeline.register("north-1", DeviceStatus.ENABLED, Map.of("site", "north"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void without_routes_everything_is_warm_and_cold() {
        // Given // When
        pipeline.send("d1", "{\"v\":1}");

        // Then
        assertThat(tiers(one())).containsExactly("warm", "cold");
    }

    @Test
    void the_tiers_and_tags_of_all_matching_routes_are_united() {
        // Given
        pipeline.route(route("a", "values.v > 80", List.of(Tier.HOT), Map.of("level", "high")));
        pipeline.route(route("b", "tags.site == 'north'", List.of(Tier.COLD), Map.of("region", "n")));
        pipeline.route(route("c", "device_id.startsWith('south')", List.of(Tier.WARM), Map.of("region", "s")));

        // When
        pipeline.send("north-1", "{\"v\":80.5}");
        pipeline.send("north-1", "{\"v\":79}");
        pipeline.send("d1", "{\"v\":81}");

        // Then
        List<TestRecord<String, Reading>> readings = pipeline.readings();
        assertThat(readings.stream().map(RouteFragmentTest::tiers))
                .containsExactly(List.of("hot", "cold"), List.of("cold"), List.of("hot"));
        assertThat(readings.getFirst().value().getTags())
                .isEqualTo(Map.of("site", "north", "level", "high", "region", "n"));
    }

    @Test
    void a_fallback_takes_what_no_other_route_matched_and_only_where_its_condition_holds() {
        // Given
        pipeline.route(route("a", "values.v > 80", List.of(Tier.HOT), Map.of()));
        Route fallback = route("z", "channel != 'noise'", List.of(Tier.WARM), Map.of());
        fallback.setFallback(true);
        pipeline.route(fallback);

        // When
        pipeline.send("d1", "{\"v\":81}");
        pipeline.send("d1", "{\"v\":1}");
        pipeline.send("d1", "{\"v\":1}", Headers.CHANNEL, "noise");

        // Then
        assertThat(pipeline.readings().stream().map(RouteFragmentTest::tiers))
                .containsExactly(List.of("hot"), List.of("warm"), List.of());
        assertThat(pipeline.count("headrace.route.readings.unmarked")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"values.v >", "nothing.v > 1", "tags.site > 3", "1 + 1", "'a' == 1", ""})
    void a_route_that_does_not_compile_is_passed_over_and_loses_nothing(String condition) {
        // Given
        pipeline.route(route("bad", condition, List.of(Tier.HOT), Map.of()));

        // When
        pipeline.send("d1", "{\"v\":1}");

        // Then
        assertThat(tiers(one())).containsExactly("warm", "cold");
        assertThat(pipeline.ledger()).containsExactly(Outcome.STORED);
        assertThat(pipeline.meters.get("headrace.route.routes.broken").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void a_route_that_fails_for_a_reading_is_passed_over_for_it_and_counted() {
        // Given
        pipeline.route(route("a", "values.v > 80", List.of(Tier.HOT), Map.of()));
        pipeline.route(route("b", "values.w", List.of(Tier.HOT), Map.of()));

        // When
        pipeline.send("d1", "{\"v\":\"text\",\"w\":1}");
        pipeline.send("d1", "{\"v\":81}");

        // Then
        assertThat(pipeline.readings().stream().map(RouteFragmentTest::tiers))
                .containsExactly(List.of("warm", "cold"), List.of("hot"));
        assertThat(pipeline.count("headrace.route.conditions.failed")).isEqualTo(2);
    }

    @Test
    void a_reading_without_the_value_does_not_match_and_is_no_failure() {
        // Given
        pipeline.route(route("a", "values.v > 80 || tags.site == 'north'", List.of(Tier.HOT), Map.of()));

        // When
        pipeline.send("d1", "{\"w\":1}");
        pipeline.send("north-1", "{\"w\":1}");

        // Then
        assertThat(pipeline.readings().stream().map(RouteFragmentTest::tiers))
                .containsExactly(List.of(), List.of("hot"));
        assertThat(pipeline.count("headrace.route.conditions.failed")).isZero();
    }

    @Test
    void a_loop_without_end_in_sight_is_stopped() {
        // Given
        String nested = "values.all(a, values.all(b, values.all(c, values.all(d, true))))";
        pipeline.route(route("a", nested, List.of(Tier.HOT), Map.of()));
        StringBuilder json = new StringBuilder("{\"v\":1");
        for (int i = 0; i < 200; i++) {
            json.append(",\"m").append(i).append("\":1");
        }

        // When
        pipeline.send("d1", json.append('}').toString());

        // Then
        assertThat(tiers(one())).containsExactly("warm", "cold");
        assertThat(pipeline.count("headrace.route.conditions.failed")).isEqualTo(1);
    }

    @Test
    void changes_and_deletions_take_effect_with_the_next_reading() {
        // Given
        pipeline.route(route("a", "true", List.of(Tier.HOT), Map.of()));
        pipeline.send("d1", "{\"v\":1}");
        Route disabled = route("a", "true", List.of(Tier.HOT), Map.of());
        disabled.setEnabled(false);

        // When
        pipeline.route(route("a", "true", List.of(Tier.WARM), Map.of()));
        pipeline.send("d1", "{\"v\":1}");
        pipeline.route(disabled);
        pipeline.send("d1", "{\"v\":1}");
        pipeline.route(route("a", "true", List.of(Tier.COLD), Map.of()));
        pipeline.send("d1", "{\"v\":1}");
        pipeline.put(pipeline.catalogue.routes(), "a", null);
        pipeline.send("d1", "{\"v\":1}");

        // Then
        assertThat(pipeline.readings().stream().map(RouteFragmentTest::tiers))
                .containsExactly(
                        List.of("hot"),
                        List.of("warm"),
                        List.of("warm", "cold"),
                        List.of("cold"),
                        List.of("warm", "cold"));
    }

    @Test
    void a_named_topic_gets_a_copy_beside_the_reading() {
        // Given
        Route route = route("a", "values.v > 80", List.of(Tier.WARM), Map.of("k", "x"));
        route.setTopic("alarms");
        pipeline.route(route);

        // When
        pipeline.send("d1", "{\"v\":81}");
        pipeline.send("d1", "{\"v\":1}");

        // Then
        assertThat(pipeline.routedTopics.asked).containsExactly("telemetry.routed.alarms");
        assertThat(pipeline.readings()).hasSize(2);
        assertThat(pipeline.all(pipeline.catalogue.routed("alarms")))
                .singleElement()
                .satisfies(copy -> {
                    assertThat(copy.value().getTags()).isEqualTo(Map.of("k", "x"));
                    assertThat(copy.getRecordTime()).isEqualTo(Pipeline.NOW);
                    assertThat(header(copy, Headers.ORIGIN)).isEqualTo("0:0");
                });
    }

    @Test
    void a_topic_that_is_not_there_costs_the_copy_and_not_the_reading() {
        // Given
        pipeline.routedTopics.impossible.add("telemetry.routed.alarms");
        Route route = route("a", "true", List.of(Tier.HOT), Map.of());
        route.setTopic("alarms");
        pipeline.route(route);
        Route illegal = route("b", "true", List.of(Tier.COLD), Map.of());
        illegal.setTopic("../raw");
        pipeline.route(illegal);

        // When
        pipeline.send("d1", "{\"v\":81}");

        // Then
        assertThat(tiers(one())).containsExactly("hot", "cold");
        assertThat(pipeline.count("headrace.route.copies.skipped")).isEqualTo(1);
    }

    @Test
    void a_mark_says_how_long_its_tier_is_to_keep_the_reading_and_the_longest_of_the_routes_counts() {
        // Given
        Route week = route("a", "true", List.of(Tier.HOT, Tier.WARM, Tier.COLD), Map.of());
        week.setKeep(Map.of("HOT", 60, "WARM", 7, "COLD", 3));
        Route month = route("b", "values.v > 80.0", List.of(Tier.WARM), Map.of());
        month.setKeep(Map.of("WARM", 30));
        Route always = route("c", "values.v > 90.0", List.of(Tier.WARM), Map.of());
        List.of(week, month, always).forEach(pipeline::route);

        // When
        List.of(70, 85, 95).forEach(value -> pipeline.send("d1", "{\"v\":" + value + "}"));

        // Then
        assertThat(pipeline.readings())
                .extracting(reading -> header(reading, "hr-tier-hot") + " " + header(reading, "hr-tier-warm") + " "
                        + header(reading, "hr-tier-cold"))
                .containsExactly("60m 7d 3y", "60m 30d 3y", "60m 1 3y");
    }

    private TestRecord<String, Reading> one() {
        return pipeline.readings().getFirst();
    }

    private static List<String> tiers(TestRecord<String, Reading> reading) {
        return Stream.of("hot", "warm", "cold")
                .filter(tier -> header(reading, "hr-tier-" + tier).equals("1"))
                .toList();
    }

    private static Route route(String id, String condition, List<Tier> tiers, Map<String, String> tags) {
        return new Route(id, true, false, condition, tiers, null, tags, Map.of(), Pipeline.NOW);
    }
}
