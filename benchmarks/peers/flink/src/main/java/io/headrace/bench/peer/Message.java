package io.headrace.bench.peer;

import java.util.HashMap;
import java.util.Map;

/** A decoded message. A POJO as Flink knows it, so that its own serializers do. */
public final class Message {
    public String device = "";
    /** Epoch milliseconds. */
    public long observedAt;

    public Map<String, Double> values = new HashMap<>();
}
