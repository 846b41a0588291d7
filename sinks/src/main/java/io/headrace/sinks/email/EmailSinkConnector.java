package io.headrace.sinks.email;

import io.headrace.sinks.plugin.UniformSinkConnector;

/**
 * Sends what rules tell people of alerts by e-mail, at least once: {@code telemetry.notifications} goes in. Each mail has
 * the same Message-ID whenever it is sent again.
 */
public final class EmailSinkConnector extends UniformSinkConnector {
    public EmailSinkConnector() {
        super(EmailSinkTask.class, EmailConfig.DEFINITION, EmailConfig::new);
    }
}
