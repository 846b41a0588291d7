package io.headrace.control.audit;

import io.headrace.control.access.Caller;
import java.util.Map;

/** Where changes are written down. A port: a topic in Kafka, or memory in tests. */
@FunctionalInterface
public interface Audit {
    /**
     * Writes one change down; durable when the call returns.
     *
     * @param action a verb and its object, such as {@code device.create}
     * @param subject id of what is changed
     * @param detail names and values for a reader, never a secret
     * @throws io.headrace.control.http.UnavailableException where Kafka didn't take it
     */
    void record(Caller caller, String action, String subject, Map<String, ?> detail);
}
