package io.headrace.sinks.webhook;

import io.headrace.sinks.plugin.UniformSinkConnector;

/**
 * Records to one HTTPS target, each as a signed POST of JSON: alerts, but any other record too. At least once, in order
 * for each device; a request that is sent again carries the same {@code webhook-id}, by which the target knows it.
 */
public final class WebhookSinkConnector extends UniformSinkConnector {
    public WebhookSinkConnector() {
        super(WebhookSinkTask.class, WebhookConfig.DEFINITION, WebhookConfig::new);
    }
}
