package io.headrace.bench.peer;

/** One value of one metric. A POJO, as {@link Message}. */
public final class Value {
    public String device = "";
    public String metric = "";
    /** Epoch milliseconds. */
    public long observedAt;

    public double value;
}
