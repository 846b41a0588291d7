package io.headrace.sinks.cold;

import io.headrace.sinks.plugin.Complaints;
import io.headrace.sinks.plugin.PluginVersion;
import io.headrace.sinks.plugin.Validation;
import java.util.Map;
import org.apache.iceberg.connect.IcebergSinkConnector;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.connect.connector.Task;

/** Iceberg's own sink connector, with its settings, whose tasks make the table and outlast an outage: {@link ColdSinkTask}. */
public final class ColdSinkConnector extends IcebergSinkConnector {
    @Override
    public String version() {
        return PluginVersion.of(ColdSinkConnector.class);
    }

    @Override
    public Config validate(Map<String, String> settings) {
        return Validation.of(
                config(), settings, all -> new Complaints().addLosses(all).raise());
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ColdSinkTask.class;
    }
}
