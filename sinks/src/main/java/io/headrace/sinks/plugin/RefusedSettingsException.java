package io.headrace.sinks.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** Settings each of which may be right, and that are wrong together. */
public final class RefusedSettingsException extends ConfigException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> reasons;

    RefusedSettingsException(Map<String, String> reasons) {
        super(String.join("; ", reasons.values()));
        this.reasons = new LinkedHashMap<>(reasons);
    }

    /** Key to why, in whole sentences that name the key. */
    public Map<String, String> reasons() {
        return reasons;
    }
}
