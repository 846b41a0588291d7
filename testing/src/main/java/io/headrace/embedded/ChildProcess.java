package io.headrace.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server in a process of its own that doesn't outlive this JVM. Its parent is a shell that waits for the end of its
 * own standard input, a pipe that only this JVM holds: when the JVM ends, by {@code kill -9} even, the shell reads the
 * end and stops the server.
 */
final class ChildProcess implements AutoCloseable {
    /** Arguments: the signal, the seconds until SIGKILL, the command. Leaves with the command's exit code. */
    private static final String LEASH = """
            signal=$1; seconds=$2; shift 2
            exec 3<&0
            "$@" </dev/null 3<&- & child=$!
            ( read -r _ <&3; kill -s "$signal" "$child" 2>/dev/null; exec 3<&-
              while [ "$seconds" -gt 0 ] && kill -0 "$child" 2>/dev/null; do sleep 1; seconds=$((seconds - 1)); done
              kill -s KILL "$child" 2>/dev/null ) & leash=$!
            exec 3<&-
            wait "$child"; code=$?
            kill -s KILL "$leash" 2>/dev/null
            exit "$code"
            """;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Process shell;

    private ChildProcess(Process shell) {
        this.shell = shell;
    }

    /**
     * @param signal that stops the server in order, such as {@code TERM}
     * @param output takes what the server prints, after what is there already
     * @throws NotStartedException where the system can't start a process
     */
    static ChildProcess start(List<String> command, Map<String, String> environment, String signal, Path output) {
        List<String> leashed = new ArrayList<>(
                List.of("/bin/sh", "-c", LEASH, "leash", signal, Long.toString(STOP_LIMIT.toSeconds())));
        leashed.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(leashed)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .directory(new File("/"));
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new NotStartedException("can't start " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    boolean isAlive() {
        return shell.isAlive();
    }

    /** The server itself, without the shell that watches over it; empty where it has ended. */
    Optional<ProcessHandle> server() {
        try (Stream<ProcessHandle> children = shell.toHandle().children()) {
            return children.filter(child -> child.info()
                            .command()
                            .map(command -> !command.endsWith("sh"))
                            .orElse(false))
                    .findFirst();
        }
    }

    /** Stops the server in order and waits for its end; kills it when it takes longer than 20 s. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(STOP_LIMIT.toSeconds() + 5, TimeUnit.SECONDS)) {
                killAll();
            }
        } catch (IOException pipeBroken) {
            killAll();
        } catch (InterruptedException e) {
            killAll();
            Thread.currentThread().interrupt();
        }
    }

    private void killAll() {
        try (Stream<ProcessHandle> all = shell.descendants()) {
            all.forEach(ProcessHandle::destroyForcibly);
        }
        shell.destroyForcibly();
    }

    /** Last line that says something of what a server printed; for one-line errors. */
    static String lastLine(Path output) {
        try {
            List<String> lines = Files.readAllLines(output);
            return lines.reversed().stream()
                    .filter(line -> !line.isBlank())
                    .findFirst()
                    .orElse("it printed nothing");
        } catch (IOException e) {
            return "its output " + output + " can't be read";
        }
    }

    /**
     * Kills a process that an earlier run left behind.
     *
     * @param pid as that run wrote it down
     * @param mark text that the command line must contain: pids are used again
     */
    static void endOrphan(long pid, String mark) {
        ProcessHandle.of(pid)
                .filter(process -> commandLine(process).contains(mark))
                .ifPresent(orphan -> {
                    orphan.destroy();
                    if (!Patience.until(STOP_LIMIT, () -> !orphan.isAlive())) {
                        orphan.destroyForcibly();
                        Patience.until(STOP_LIMIT, () -> !orphan.isAlive());
                    }
                });
    }

    static String commandLine(ProcessHandle process) {
        return process.info()
                .commandLine()
                .orElseGet(() -> process.info().command().orElse("") + " "
                        + String.join(" ", process.info().arguments().orElse(new String[0])));
    }
}
