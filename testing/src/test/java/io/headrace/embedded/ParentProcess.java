package io.headrace.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Program of one test: starts a child, prints its pid and waits to be killed. */
final class ParentProcess {
    private ParentProcess() {}

    public static void main(String[] args) throws InterruptedException {
        ChildProcess child = ChildProcess.start(List.of("/bin/sleep", "600"), Map.of(), "TERM", Path.of(args[0]));
        Patience.until(java.time.Duration.ofSeconds(10), () -> child.server().isPresent());
        System.out.println(child.server().orElseThrow().pid());
        Thread.currentThread().join();
    }
}
