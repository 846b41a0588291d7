package io.headrace.streams.enrich;

import java.util.Map;

/**
 * What a reading says.
 *
 * @param values metric name to {@code Double}, {@code Long}, {@code Boolean} or {@code String}
 * @param tags the device's and the payload's, and the unit of each metric that has one
 */
public record Enriched(Map<String, Object> values, Map<String, String> tags) {}
