package io.headrace.streams.rules;

import io.headrace.record.Alert;
import io.headrace.streams.alerts.AlertMarks;
import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.streams.state.WriteBackStore;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Forgets devices that are erased, and marks their alerts for those who keep them by group and not by device. */
final class RulesEraser implements Processor<String, Long, String, Alert> {
    private final String storeName;
    private final MemoryFormat format;
    private @Nullable ProcessorContext<String, Alert> context;
    private @Nullable WriteBackStore<String, DeviceMemory> store;

    RulesEraser(String storeName, MemoryFormat format) {
        this.storeName = storeName;
        this.format = format;
    }

    @Override
    public void init(ProcessorContext<String, Alert> context) {
        this.context = context;
        this.store = context.getStateStore(storeName);
    }

    @Override
    public void process(Record<String, Long> record) {
        WriteBackStore<String, DeviceMemory> memories = Objects.requireNonNull(store);
        DeviceMemory memory = new Memories(memories, format).find(record.key());
        if (memory != null) {
            for (String rule : memory.rules()) {
                Course course = memory.course(rule);
                course.standing()
                        .filter(alert -> alert.getGroup() != null)
                        .ifPresent(alert ->
                                Objects.requireNonNull(context).forward(AlertMarks.erasure(alert, record.timestamp())));
            }
        }
        Memories.erase(memories, record.key());
    }
}
