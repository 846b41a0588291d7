package io.headrace.sinks.webhook;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Records to one HTTPS target, each as a signed POST of JSON: alerts, but any other record too. At least once, in order
 * for each device; a request that is sent again carries the same {@code webhook-id}, by which the target knows it.
 */
public final class WebhookSinkConnector extends SinkConnector {
    static final String VERSION = version(WebhookSinkConnector.class);

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

    private static String version(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
