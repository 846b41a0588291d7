package io.headrace.bench.run;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process that talks in lines. Ours end when their standard input does, and so never outlive this JVM. */
public final class Child implements AutoCloseable {
    private static final int LAST_LINES = 20;
    private static final int ORDERLY_SECONDS = 10;

    private final String name;
    private final Process process;
    private final int endsWithinSeconds;
    private final BufferedWriter input;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedDeque<String> last = new ConcurrentLinkedDeque<>();

    private Child(String name, Process process, int endsWithinSeconds) {
        this.name = name;
        this.process = process;
        this.endsWithinSeconds = endsWithinSeconds;
        this.input = process.outputWriter();
        Thread.ofPlatform().name(name + "-output").daemon().start(this::read);
    }

    /**
     * Starts a program of ours.
     *
     * @throws BenchException where it isn't there
     */
    public static Child start(String name, List<String> command) {
        return start(name, command, ORDERLY_SECONDS);
    }

    /** Starts somebody else's program, which is ended by force, and all that it started with it. */
    public static Child startForeign(String name, List<String> command) {
        return start(name, command, 0);
    }

    private static Child start(String name, List<String> command, int endsWithinSeconds) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            Child child = new Child(name, process, endsWithinSeconds);
            Runtime.getRuntime().addShutdownHook(new Thread(child::kill));
            return child;
        } catch (IOException e) {
            throw new BenchException(name + " can't be started: " + e.getMessage());
        }
    }

    private void kill() {
        try (Stream<ProcessHandle> all = process.descendants()) {
            all.toList().forEach(ProcessHandle::destroyForcibly);
        }
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last.addLast(line);
                if (last.size() > LAST_LINES) {
                    last.removeFirst();
                }
                lines.add(line);
            }
        } catch (IOException closed) {
            lines.add("");
        }
    }

    public long pid() {
        return process.pid();
    }

    /** Processes that it has started. */
    public List<Long> children() {
        try (Stream<ProcessHandle> all = process.descendants()) {
            return all.map(ProcessHandle::pid).toList();
        }
    }

    /** Writes one line to the process. */
    public void tell(String line) {
        try {
            input.write(line);
            input.newLine();
            input.flush();
        } catch (IOException e) {
            throw new BenchException(name + " has ended: " + lastWords());
        }
    }

    /**
     * Waits for a line.
     *
     * @return the first that fits; those before it are dropped
     * @throws BenchException where none comes in time, or the process ends
     */
    public String await(Predicate<String> wanted, int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            String line = poll();
            if (line != null && wanted.test(line)) {
                return line;
            }
            if (line == null && !process.isAlive() && lines.isEmpty()) {
                throw new BenchException(name + " ended with " + process.exitValue() + ": " + lastWords());
            }
        }
        throw new BenchException(name + " said nothing in " + seconds + " s: " + lastWords());
    }

    private @Nullable String poll() {
        try {
            return lines.poll(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    private String lastWords() {
        return String.join(" | ", last);
    }

    /** Ends the process, by force where it doesn't end by itself. */
    @Override
    public void close() {
        try {
            input.close();
            if (!process.waitFor(endsWithinSeconds, TimeUnit.SECONDS)) {
                kill();
                process.waitFor(ORDERLY_SECONDS, TimeUnit.SECONDS);
            }
        } catch (IOException gone) {
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
