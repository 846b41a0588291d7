package io.headrace.streams.decode;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a payload says of one instant.
 *
 * @param time by the payload; empty where it gives none; to the microsecond, within the years 1 to 9999
 * @param sequence the payload's own counter
 * @param values metric name to {@code Double}, {@code Long}, {@code Boolean} or {@code String}, in the payload's order;
 *     at least one
 * @param units metric name to unit, for the metrics whose unit the payload gives
 * @param tags what the payload says of all of its values
 */
public record Sample(
        Optional<Instant> time,
        Optional<Long> sequence,
        Map<String, Object> values,
        Map<String, String> units,
        Map<String, String> tags) {}
