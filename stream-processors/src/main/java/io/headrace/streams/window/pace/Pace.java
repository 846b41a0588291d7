package io.headrace.streams.window.pace;

import io.headrace.record.Reading;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Observation;
import io.headrace.streams.window.timeline.WallTime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Whose time it is: a device's own, or that of several. */
public interface Pace {
    /** Loads what is stored. */
    void init(ProcessorContext<?, ?> context);

    /** Whether there is room for it: not for more groups than a task may have. */
    boolean hasRoom(String subject);

    /** Definitions that count a reading. */
    List<WindowSpec> specs(String subject, Map<String, String> tags);

    /** Takes a reading in, and says what it is to the subject's timeline. */
    Observation.Source observe(String subject, Reading reading, long observedAt, long now);

    /** Watermarks that may have moved since the last call, not by what was observed just now. */
    Map<String, Long> moved(WallTime time);
}
