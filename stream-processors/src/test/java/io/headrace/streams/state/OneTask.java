package io.headrace.streams.state;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;

/** What Streams gives to the stores and processors of a task, where a test plays Streams. */
public final class OneTask {
    private OneTask() {}

    /** @param folder for state on disk */
    public static <K, V> MockProcessorContext<K, V> in(Path folder) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "one-task");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        return new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
    }
}
