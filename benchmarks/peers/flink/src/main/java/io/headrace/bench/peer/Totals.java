package io.headrace.bench.peer;

import java.util.HashMap;
import java.util.Map;

/** One device's window: all metrics together, so that a message costs one look into the state. */
public final class Totals {
    public Map<String, Moments> metrics = new HashMap<>();
}
