package io.headrace.sinks.email;

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
 * Sends what rules tell people of alerts by e-mail, at least once: {@code telemetry.notifications} goes in. Each mail has
 * the same Message-ID whenever it is sent again.
 */
public final class EmailSinkConnector extends SinkConnector {
    static final String VERSION = PluginVersion.of(EmailSinkConnector.class);

    private Map<String, String> values = Map.of();

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public void start(Map<String, String> values) {
        this.values = Map.copyOf(values);
        new EmailConfig(this.values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return EmailSinkTask.class;
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
        return EmailConfig.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> values) {
        return Validation.of(EmailConfig.DEFINITION, values, EmailConfig::new);
    }
}
