package io.headrace.sinks.plugin;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/**
 * Builds the definition of a plug-in's settings, so that a console shows them in groups, in the order in which they are
 * defined, under names that are their keys in words.
 */
public final class Definition {
    private final ConfigDef definition = new ConfigDef();
    private String group = "";
    private int order;

    /** Begins a group. */
    public Definition group(String name) {
        group = name;
        order = 0;
        return this;
    }

    /** @param value what holds where nothing is given; {@link ConfigDef#NO_DEFAULT_VALUE} where something must be */
    public Definition define(
            String key, ConfigDef.Type type, @Nullable Object value, Importance importance, String documentation) {
        return define(key, type, value, null, importance, documentation);
    }

    /**
     * As above.
     *
     * @param validator of one value, whatever the others are
     */
    public Definition define(
            String key,
            ConfigDef.Type type,
            @Nullable Object value,
            @Nullable Validator validator,
            Importance importance,
            String documentation) {
        definition.define(
                key, type, value, validator, importance, documentation, group, ++order, width(type), inWords(key));
        return this;
    }

    public ConfigDef build() {
        return definition;
    }

    private static Width width(ConfigDef.Type type) {
        return switch (type) {
            case BOOLEAN, INT, SHORT, LONG, DOUBLE -> Width.SHORT;
            case PASSWORD, CLASS -> Width.MEDIUM;
            case STRING, LIST -> Width.LONG;
        };
    }

    private static String inWords(String key) {
        String words = key.replace('.', ' ').replace('-', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1).replaceFirst(" ms$", ", ms");
    }
}
