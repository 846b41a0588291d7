package io.headrace.streams.detect;

import io.headrace.catalogue.Headers;
import io.headrace.record.Anomaly;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Tells what became of anomalies. Of a reading's headers only its origin goes on: the tier marks are the reading's own. */
record AnomalyOutput(ProcessorContext<String, Anomaly> context) {
    /** @param origin of the reading that did it, as its header has it */
    void tell(Anomaly anomaly, String origin, long timestamp) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, origin);
        context.forward(new Record<>(anomaly.getDeviceId(), anomaly, timestamp, headers));
    }

    /** Where no reading did it: with the origin of the onset, with which the id ends. */
    void tell(Anomaly anomaly, long timestamp) {
        String before = anomaly.getDeviceId() + "/" + anomaly.getMetric() + "/";
        tell(anomaly, anomaly.getId().substring(before.length()), timestamp);
    }
}
