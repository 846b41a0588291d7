package io.headrace.streams.rules.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.rules.check.Check.Outlook;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictedEndTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static Sight sight(Map<String, Object> values) {
        Reading reading = new Reading(
                "d", NOON, NOON, Clock.DEVICE, null, new Origin(0, 0L, 0), null, null, null, values, Map.of());
        return new Sight(reading, use -> Double.NaN);
    }

    @Test
    void is_so_many_hours_after_the_reading_and_has_an_interval() {
        Map<String, Object> values = Map.of(
                "prediction.pump.v2.remaining_hours", 10.0,
                "prediction.pump.v2.low_hours", 7.5,
                "prediction.pump.v2.high_hours", 14.0);

        assertThat(PredictedEnd.of(List.of("temperature", "prediction.pump.v2.low_hours"), sight(values)))
                .contains(new Outlook(
                        micros("2026-01-01T22:00:00Z"),
                        micros("2026-01-01T19:30:00Z"),
                        micros("2026-01-02T02:00:00Z")));
    }

    @Test
    void has_no_latest_where_that_is_beyond_the_models_limit() {
        Map<String, Object> values = Map.of("prediction.pump.remaining_hours", 10.0, "prediction.pump.low_hours", 7.5);

        assertThat(PredictedEnd.of(List.of("prediction.pump.health"), sight(values)))
                .hasValueSatisfying(end -> assertThat(end.latest()).isEqualTo(Long.MAX_VALUE));
    }

    @Test
    void is_none_of_a_rule_about_what_is_measured() {
        Map<String, Object> values = Map.of("prediction.pump.remaining_hours", 10.0, "prediction.pump.low_hours", 7.5);

        assertThat(PredictedEnd.of(List.of("temperature"), sight(values))).isEmpty();
        assertThat(PredictedEnd.of(List.of("prediction.fan.low_hours"), sight(values)))
                .isEmpty();
    }

    private static long micros(String time) {
        return Sight.micros(Instant.parse(time));
    }
}
