package io.headrace.control.query;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;

/** What {@code readings} stands for in a statement. */
enum Tier {
    @JsonProperty("warm")
    WARM,
    @JsonProperty("cold")
    COLD,
    /** Every reading that is in one of them or in both, once. */
    @JsonProperty("both")
    BOTH;

    /** As the warm tier's schema has them. */
    private static final String WINDOWS = """
            CREATE VIEW %s AS
            SELECT device_id, metric, window_start AS %s, count, min, max, sum, mean, stddev, first, last, p50, p95, p99,
                revision, provisional
            FROM aggregates
            WHERE kind = 'TUMBLING' AND window_size = INTERVAL 1 %s AND window_name = '' AND group_by IS NULL
            """;

    private static final String OPEN_ALERTS = """
            CREATE VIEW open_alerts AS
            SELECT id, device_id, rule_id, severity, raised_at, received_at, message, member_count, escalation_level,
                acknowledged_by
            FROM alerts
            WHERE state <> 'CLEARED' AND part_of IS NULL
            """;

    private static final String REMAINING_LIFE = """
            CREATE VIEW remaining_life AS
            SELECT *, predicted_at + remaining_hours * INTERVAL 1 HOUR AS ends_at
            FROM (SELECT DISTINCT ON (device_id, model) * FROM predictions ORDER BY device_id, model, predicted_at DESC)
            WHERE remaining_hours IS NOT NULL
            """;

    /** Statements that make the views. */
    List<String> views() {
        List<String> views = new ArrayList<>();
        views.add(WINDOWS.formatted("minutely", "minute", "MINUTE"));
        views.add(WINDOWS.formatted("hourly", "hour", "HOUR"));
        views.add(OPEN_ALERTS);
        views.add(REMAINING_LIFE);
        if (this == WARM) {
            views.add("CREATE VIEW readings AS FROM warm.readings");
        } else if (this == COLD) {
            views.add("CREATE VIEW readings AS SELECT device_id, metric, observed_at, received_at, value, text_value,"
                    + " origin_partition, origin_offset, origin_index FROM cold.readings");
        }
        return views;
    }
}
