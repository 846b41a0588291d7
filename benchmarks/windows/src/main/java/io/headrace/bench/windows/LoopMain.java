package io.headrace.bench.windows;

import java.io.IOException;
import java.time.Duration;

/**
 * The bare loop as a process: reads raw messages, decodes them, writes them as readings, exactly once, on as many threads
 * as the processors have. Arguments: bootstrap servers, topic of raw messages, topic of readings (and consumer
 * group), milliseconds between commits.
 */
final class LoopMain {
    private static final int THREADS = 2;

    private LoopMain() {}

    public static void main(String[] args) throws IOException {
        Duration commit = Duration.ofMillis(Long.parseLong(args[3]));
        BareLoop.Job job = new BareLoop.Job(args[0], args[1], args[2], args[2], commit);
        for (int i = 0; i < THREADS; i++) {
            BareLoop loop = new BareLoop(job, i, THREADS);
            Thread.ofPlatform().name("loop-" + i).daemon().start(() -> run(loop));
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // until whoever started it is done
        }
        System.exit(0);
    }

    private static void run(BareLoop loop) {
        try {
            loop.run();
        } catch (RuntimeException e) {
            System.out.println("the loop failed: " + e);
            System.exit(1);
        }
    }
}
