package io.headrace.streams.window.pace;

import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.streams.window.shape.Definitions;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Observation.Source;
import io.headrace.streams.window.timeline.WallTime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** A device by itself: its readings are its time. */
public final class DevicePace implements Pace {
    private final Definitions definitions;

    public DevicePace(Definitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public void init(ProcessorContext<?, ?> context) {
        // its time is all in the timeline
    }

    @Override
    public boolean hasRoom(String subject) {
        return true;
    }

    @Override
    public List<WindowSpec> specs(String subject, Map<String, String> tags) {
        return definitions.of(tags);
    }

    @Override
    public Source observe(String subject, Reading reading, long observedAt, long now) {
        return reading.getClock() == Clock.CORRECTED ? Source.CORRECTED : Source.OWN;
    }

    @Override
    public Map<String, Long> moved(WallTime time) {
        return Map.of();
    }
}
