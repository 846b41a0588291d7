package io.headrace.bench.peer;

/** One metric of one device in one closed window. */
public final class Result {
    public String device = "";
    public String metric = "";
    /** Epoch milliseconds. */
    public long start;

    public Moments moments = new Moments();
}
