package io.headrace.bench.load;

/**
 * What a load saw.
 *
 * @param acknowledged messages acknowledged in the measured window
 * @param seconds length of the window
 * @param cpuMicros user and system time of the system under test in the window
 * @param brokerCpuMicros the broker's
 * @param loadCpuMicros the load's own
 * @param p50 median latency of an acknowledgement, milliseconds; in an open loop from when the message was due
 * @param p99 99 % took at most this, milliseconds
 * @param worst milliseconds
 * @param unanswered messages without an acknowledgement 15 s after the last was sent
 * @param broken connections that the other side closed
 */
public record Outcome(
        long acknowledged,
        double seconds,
        long cpuMicros,
        long brokerCpuMicros,
        long loadCpuMicros,
        double p50,
        double p99,
        double worst,
        long unanswered,
        int broken) {
    public double rate() {
        return acknowledged / seconds;
    }

    /** The number that counts. */
    public double cpuMicrosPerMessage() {
        return acknowledged == 0 ? Double.NaN : (double) cpuMicros / acknowledged;
    }

    public double loadCpuMicrosPerMessage() {
        return acknowledged == 0 ? Double.NaN : (double) loadCpuMicros / acknowledged;
    }

    public double brokerCpuMicrosPerMessage() {
        return acknowledged == 0 ? Double.NaN : (double) brokerCpuMicros / acknowledged;
    }
}
