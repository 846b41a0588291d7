package io.headrace.bench.detect;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The clock that counts: other work on the machine doesn't. */
final class Processor {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Processor() {}

    /** Processor time of this thread. */
    static long nanos() {
        return THREADS.getCurrentThreadCpuTime();
    }
}
