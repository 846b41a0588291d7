package io.headrace.sinks.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/** What a connector answers to whoever asks whether settings are right, before it is made. */
public final class Validation {
    private Validation() {}

    /**
     * Every wrong setting with its reason; where each by itself is right, what is wrong between them.
     *
     * @param read reads the settings as the connector will, and throws {@link RefusedSettingsException}
     */
    public static Config of(ConfigDef definition, Map<String, String> settings, Consumer<Map<String, String>> read) {
        List<ConfigValue> values = new ArrayList<>(definition.validate(settings));
        if (values.stream().allMatch(value -> value.errorMessages().isEmpty())) {
            try {
                read.accept(settings);
            } catch (RefusedSettingsException e) {
                e.reasons().forEach((key, reason) -> value(values, key).addErrorMessage(reason));
            }
        }
        return new Config(values);
    }

    /** A key that the definition doesn't have is answered too: one of Connect's own, or one under a prefix. */
    private static ConfigValue value(List<ConfigValue> values, String key) {
        for (ConfigValue value : values) {
            if (value.name().equals(key)) {
                return value;
            }
        }
        ConfigValue added = new ConfigValue(key);
        values.add(added);
        return added;
    }
}
