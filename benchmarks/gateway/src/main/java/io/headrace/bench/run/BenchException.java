package io.headrace.bench.run;

/** A step of a benchmark can't be done. The message is one line for the person who reads the report. */
public final class BenchException extends RuntimeException {
    public BenchException(String message) {
        super(message);
    }
}
