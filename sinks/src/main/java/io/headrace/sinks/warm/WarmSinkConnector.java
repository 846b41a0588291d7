package io.headrace.sinks.warm;

import io.headrace.sinks.plugin.PluginVersion;
import io.headrace.sinks.plugin.Validation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Readings, window aggregates, anomalies and alerts into PostgreSQL, each exactly once; any number of tasks. What a
 * record is stored as is said by its schema, so one connector takes all topics. Its progress is in
 * {@code headrace.sink_offsets} under the connector's name, not in Kafka.
 */
public final class WarmSinkConnector extends SinkConnector {
    static final String VERSION = PluginVersion.of(WarmSinkConnector.class);

    private Map<String, String> values = Map.of();

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public void start(Map<String, String> values) {
        this.values = Map.copyOf(values);
        new WarmSinkConfig(this.values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return WarmSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, values);
    }

    @Override
    public void stop() {
        // nothing of its own runs
    }

    @Override
    public ConfigDef config() {
        return WarmSinkConfig.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> values) {
        return Validation.of(WarmSinkConfig.DEFINITION, values, WarmSinkConfig::new);
    }
}
