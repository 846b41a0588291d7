package io.headrace.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the system has counted for a process, from {@code /proc}. */
public final class Processor {
    /** Linux counts in hundredths of a second, whatever the kernel's own tick. */
    private static final long MICROS_PER_TICK = 10_000;

    /** User and system time. */
    private static final int OWN = 2;
    /** The same, then that of children that have ended and been waited for. */
    private static final int WITH_ENDED_CHILDREN = 4;

    private Processor() {}

    /** User and system time of all threads so far, microseconds. */
    public static long micros(List<Long> pids) {
        return pids.stream().mapToLong(Processor::micros).sum();
    }

    /** As above of a process, of all that it has started, and of those among them that have ended; microseconds. */
    public static long familyMicros(ProcessHandle process) {
        long micros = microsIn("/proc/" + process.pid() + "/stat", WITH_ENDED_CHILDREN);
        try (Stream<ProcessHandle> all = process.descendants()) {
            for (ProcessHandle each : all.toList()) {
                micros += ofDescendant(each);
            }
        }
        return micros;
    }

    private static long ofDescendant(ProcessHandle process) {
        try {
            return microsIn("/proc/" + process.pid() + "/stat", WITH_ENDED_CHILDREN);
        } catch (BenchException ended) {
            return 0;
        }
    }

    private static long micros(long pid) {
        return microsIn("/proc/" + pid + "/stat", OWN);
    }

    /** Of that, what Java's compilers have taken. */
    public static long compilerMicros(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.mapToLong(Processor::compilerMicros).sum();
        } catch (IOException e) {
            throw new BenchException("can't read the threads of " + pid + ": the process has ended");
        }
    }

    private static long compilerMicros(Path thread) {
        try {
            return read(thread + "/comm").matches("C[12] Compiler.*\\s*") ? microsIn(thread + "/stat", OWN) : 0;
        } catch (BenchException ended) {
            return 0;
        }
    }

    /** @param fields {@link #OWN}, or {@link #WITH_ENDED_CHILDREN} */
    private static long microsIn(String file, int fields) {
        String stat = read(file);
        // The name of the program, in brackets, may have blanks in it.
        List<String> all = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        return all.subList(11, 11 + fields).stream().mapToLong(Long::parseLong).sum() * MICROS_PER_TICK;
    }

    /** Resident memory, KiB. */
    public static long residentKib(long pid) {
        return read("/proc/" + pid + "/status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new BenchException("process " + pid + " has no memory"));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new BenchException("can't read " + file + ": the process has ended");
        }
    }
}
