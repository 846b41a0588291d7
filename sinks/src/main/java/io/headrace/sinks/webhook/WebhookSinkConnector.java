package io.headrace.sinks.webhook;

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
 * Records to one HTTPS target, each as a signed POST of JSON: alerts, but any other record too. At least once, in order
 * for each device; a request that is sent again carries the same {@code webhook-id}, by which the target knows it.
 */
public final class WebhookSinkConnector extends SinkConnector {
    static final String VERSION = PluginVersion.of(WebhookSinkConnector.class);

    private Map<String, String> values = Map.of();

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public void start(Map<String, String> values) {
        this.values = Map.copyOf(values);
        new WebhookConfig(this.values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return WebhookSinkTask.class;
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
        return WebhookConfig.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> values) {
        return Validation.of(WebhookConfig.DEFINITION, values, WebhookConfig::new);
    }
}
