package io.headrace.streams.window;

import io.headrace.record.Reading;
import io.headrace.streams.window.shape.Definitions;
import io.headrace.streams.window.shape.Group;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Gives each reading to the groups that its device is in, under their keys. */
final class Grouping implements Processor<String, Reading, String, Reading> {
    private final Definitions definitions;
    private @Nullable ProcessorContext<String, Reading> context;

    Grouping(Definitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public void init(ProcessorContext<String, Reading> context) {
        this.context = context;
    }

    @Override
    public void process(Record<String, Reading> record) {
        for (Group group : definitions.groups(record.value().getTags())) {
            Objects.requireNonNull(context).forward(record.withKey(group.key()));
        }
    }
}
