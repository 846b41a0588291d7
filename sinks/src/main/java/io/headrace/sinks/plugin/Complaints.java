package io.headrace.sinks.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is wrong between the settings of a connector, so that somebody who puts them right has all of it at once.
 */
public final class Complaints {
    private static final String TOLERANCE = "errors.tolerance";
    private static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";
    private static final String RETRY_TIMEOUT = "errors.retry.timeout";

    private final Map<String, String> reasons = new LinkedHashMap<>();

    /** @param value null, or what hides it, where it is secret */
    public Complaints add(String key, @Nullable Object value, String why) {
        reasons.putIfAbsent(key, String.valueOf(new ConfigException(key, value, why).getMessage()));
        return this;
    }

    /**
     * Complains of how Connect is told to treat records that can't be read, where that would lose some: it passes over
     * them without a trace where it tolerates errors and has no topic for them, and takes an outage of the registry for
     * an error where it doesn't try for ever.
     *
     * @param settings all of the connector's
     */
    public Complaints addLosses(Map<String, ?> settings) {
        if (!"all".equals(settings.get(TOLERANCE))) {
            return this;
        }
        Object topic = settings.get(DEAD_LETTERS);
        if (topic == null || topic.toString().isBlank()) {
            add(DEAD_LETTERS, topic, "must name a topic where " + TOLERANCE + " is all: refused records would be lost");
        }
        Object timeout = settings.get(RETRY_TIMEOUT);
        if (timeout == null || !timeout.toString().strip().equals("-1")) {
            add(
                    RETRY_TIMEOUT,
                    timeout,
                    "must be -1 where " + TOLERANCE
                            + " is all: good records would become dead letters while the registry is away");
        }
        return this;
    }

    /** @throws RefusedSettingsException where there are any */
    public void raise() {
        if (!reasons.isEmpty()) {
            throw new RefusedSettingsException(reasons);
        }
    }
}
