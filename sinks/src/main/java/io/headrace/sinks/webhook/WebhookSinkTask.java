package io.headrace.sinks.webhook;

import io.headrace.sinks.plugin.PluginVersion;
import io.headrace.sinks.refused.DeadLetters;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's life: the work is {@link Deliveries}'. When {@link #put} returns, its batch is delivered or in the dead
 * letters. Where the target doesn't take it, Connect keeps the batch, stops reading, stays in its group and tries again
 * after a pause, for as long as it takes.
 */
public final class WebhookSinkTask extends SinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSinkTask.class);

    private @Nullable Deliveries deliveries;

    @Override
    public String version() {
        return PluginVersion.of(getClass());
    }

    @Override
    public void start(Map<String, String> values) {
        WebhookConfig config = new WebhookConfig(values);
        deliveries = new Deliveries(
                config,
                new HttpTarget(config, Clock.systemUTC()),
                new DeadLetters(context.errantRecordReporter()),
                Clock.systemUTC());
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        if (deliveries == null) {
            throw new IllegalStateException("not started");
        }
        try {
            deliveries.deliver(records);
        } catch (TargetAwayException e) {
            context.timeout(e.pause().toMillis());
            LOG.warn("{}; trying again in {} ms", e.getMessage(), e.pause().toMillis());
            throw new RetriableException(e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        if (deliveries != null) {
            deliveries.close();
        }
    }
}
