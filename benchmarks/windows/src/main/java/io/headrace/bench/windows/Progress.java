package io.headrace.bench.windows;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Processor;
import io.headrace.bench.system.Broker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** Follows a consumer group through the backlog, by the offsets that it commits. */
record Progress(Broker broker, String group, Child process) {
    private static final long POLL_MILLIS = 50;

    /**
     * What the end of a backlog cost, its beginning left out as a warm-up.
     *
     * @param messages measured
     * @param cpuMicros user and system time of the process for them
     * @param compilerMicros of that, what Java's compilers took: the less, the longer the run
     * @param seconds that they took
     */
    record Cost(long messages, long cpuMicros, long compilerMicros, double seconds) {
        double perCpuSecond() {
            return messages * 1e6 / cpuMicros;
        }

        double perSecond() {
            return messages / seconds;
        }
    }

    /** Waits until all is committed. */
    Cost follow(long warmUp, long all, int limitSeconds) {
        List<Long> pid = List.of(process.pid());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        AtomicLong done = new AtomicLong();
        long[] began = new long[4];
        broker.ask(admin -> {
            while (done.get() < all && System.nanoTime() < deadline) {
                Thread.sleep(POLL_MILLIS);
                done.set(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                        .mapToLong(OffsetAndMetadata::offset)
                        .sum());
                if (began[0] == 0 && done.get() >= warmUp) {
                    began[0] = done.get();
                    began[1] = Processor.micros(pid);
                    began[2] = System.nanoTime();
                    began[3] = Processor.compilerMicros(process.pid());
                }
            }
        });
        if (done.get() < all) {
            throw new BenchException(group + " has done " + done + " of " + all + " in " + limitSeconds + " s");
        }
        double seconds = (System.nanoTime() - began[2]) / 1e9;
        return new Cost(
                all - began[0],
                Processor.micros(pid) - began[1],
                Processor.compilerMicros(process.pid()) - began[3],
                seconds);
    }
}
