package io.headrace.demo;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows that long work goes on: on a terminal one line that is written over, else a line now and then. */
final class Progress {
    private static final long QUIET_NS = 10_000_000_000L;

    private final PrintWriter out;
    private final boolean terminal;
    private final long started = System.nanoTime();
    private long last;

    Progress(PrintWriter out) {
        this.out = out;
        this.terminal = isTerminal(System.console());
    }

    private static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    /** A step that begins. */
    synchronized void step(String what) {
        clear();
        out.printf(Locale.ROOT, "%6.1f s  %s%n", elapsedSeconds(), what);
        out.flush();
        last = System.nanoTime();
    }

    /** How far the step is. */
    synchronized void state(String how) {
        if (terminal) {
            clear();
            out.printf(Locale.ROOT, "%6.1f s    %s", elapsedSeconds(), how);
            out.flush();
        } else if (System.nanoTime() - last > QUIET_NS) {
            step("  " + how);
        }
    }

    private void clear() {
        if (terminal) {
            out.print("\r\033[K");
        }
    }

    double elapsedSeconds() {
        return (System.nanoTime() - started) / 1e9;
    }
}
