package io.headrace.streams.enrich;

import java.time.Instant;
import java.util.Map;

/**
 * What a payload says of one instant.
 *
 * @param values metric name to {@code Double}, {@code Long}, {@code Boolean} or {@code String}
 * @param units metric name to unit, for the metrics whose unit it gives
 * @param tags that it gives itself
 * @param observedAt by which calibrations are chosen
 * @param receivedAt by the gateway's clock
 */
public record Said(
        Map<String, Object> values,
        Map<String, String> units,
        Map<String, String> tags,
        Instant observedAt,
        Instant receivedAt) {}
