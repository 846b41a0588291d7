package io.headrace.condition;

import io.headrace.record.Reading;
import java.util.Map;

/** What a rule is held against: a reading, and what went before it. For one thread. */
public interface Subject {
    Reading reading();

    /** Of {@link Condition#variables}, made when it is first asked for. */
    Map<String, Object> variables();

    /** What a window holds, the reading included; NaN where it holds no value. */
    double window(WindowUse use);
}
