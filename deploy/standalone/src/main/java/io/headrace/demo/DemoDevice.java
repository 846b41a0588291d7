package io.headrace.demo;

import java.util.List;
import java.util.Map;

/**
 * A device of the demo and all that it sends, in order.
 *
 * @param id its id
 * @param tags its tags; those of a derived device say {@code source=simulated}
 * @param wire how it talks
 * @param sends in the order of sending, which needn't be the order of time
 * @param truths abnormal stretches of what it sends
 */
record DemoDevice(String id, Map<String, String> tags, Wire wire, List<Outgoing> sends, List<Truth> truths) {
    DemoDevice {
        tags = Map.copyOf(tags);
        sends = List.copyOf(sends);
        truths = List.copyOf(truths);
    }
}
