package io.headrace.sinks.warm;

import io.headrace.sinks.plugin.UniformSinkConnector;

/**
 * Readings, window aggregates, anomalies and alerts into PostgreSQL, each exactly once; any number of tasks. What a
 * record is stored as is said by its schema, so one connector takes all topics. Its progress is in
 * {@code headrace.sink_offsets} under the connector's name, not in Kafka.
 */
public final class WarmSinkConnector extends UniformSinkConnector {
    public WarmSinkConnector() {
        super(WarmSinkTask.class, WarmSinkConfig.DEFINITION, WarmSinkConfig::new);
    }
}
