package io.headrace.sinks.plugin;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** A connector of which every task has the same settings, its own: all that is left to say is which those are. */
public abstract class UniformSinkConnector extends SinkConnector {
    private final Class<? extends Task> task;
    private final ConfigDef definition;
    private final Consumer<Map<String, String>> read;
    private Map<String, String> values = Map.of();

    /** @param read reads settings as the tasks will, and throws where they can't be */
    protected UniformSinkConnector(
            Class<? extends Task> task, ConfigDef definition, Consumer<Map<String, String>> read) {
        this.task = task;
        this.definition = definition;
        this.read = read;
    }

    @Override
    public final String version() {
        return PluginVersion.of(getClass());
    }

    @Override
    public final void start(Map<String, String> given) {
        values = Map.copyOf(given);
        read.accept(values);
    }

    @Override
    public final Class<? extends Task> taskClass() {
        return task;
    }

    @Override
    public final List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, values);
    }

    @Override
    public final void stop() {
        // nothing of its own runs
    }

    @Override
    public final ConfigDef config() {
        return definition;
    }

    @Override
    public final Config validate(Map<String, String> given) {
        return Validation.of(definition, given, read);
    }
}
