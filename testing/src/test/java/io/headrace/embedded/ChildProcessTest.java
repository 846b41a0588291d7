package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void closingEndsTheServer() {
        // Given
        ChildProcess child = ChildProcess.start(List.of("/bin/sleep", "600"), Map.of(), "TERM", folder.resolve("out"));
        assertThat(Patience.until(LIMIT, () -> child.server().isPresent())).isTrue();
        ProcessHandle server = child.server().orElseThrow();

        // When
        child.close();

        // Then
        assertThat(server.isAlive()).isFalse();
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aServerThatEndsByItselfIsNoticedAndItsOutputKept() throws IOException {
        // Given
        Path output = folder.resolve("out");

        // When
        ChildProcess child = ChildProcess.start(
                List.of("/bin/sh", "-c", "echo $WORD; echo last words; echo; exit 3"),
                Map.of("WORD", "first"),
                "TERM",
                output);

        // Then
        assertThat(Patience.until(LIMIT, () -> !child.isAlive())).isTrue();
        assertThat(Files.readAllLines(output)).containsExactly("first", "last words", "");
        assertThat(ChildProcess.lastLine(output)).isEqualTo("last words");
    }

    @Test
    void theServerEndsWithAParentThatIsKilled() throws IOException {
        // Given a JVM with a child
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process parent = new ProcessBuilder(
                        java,
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParentProcess.class.getName(),
                        folder.resolve("out").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long pid;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            pid = Long.parseLong(reader.readLine());
        }
        assertThat(ProcessHandle.of(pid)).isPresent();

        // When
        parent.destroyForcibly();

        // Then
        assertThat(Patience.until(LIMIT, () -> ProcessHandle.of(pid).isEmpty())).isTrue();
    }

    @Test
    void anOrphanIsEndedOnlyIfItsCommandLineIsTheExpectedOne() {
        // Given
        ChildProcess child = ChildProcess.start(List.of("/bin/sleep", "601"), Map.of(), "TERM", folder.resolve("out"));
        assertThat(Patience.until(LIMIT, () -> child.server().isPresent())).isTrue();
        ProcessHandle server = child.server().orElseThrow();

        // When, Then
        ChildProcess.endOrphan(server.pid(), "another program");
        assertThat(server.isAlive()).isTrue();
        ChildProcess.endOrphan(server.pid(), "sleep 601");
        assertThat(server.isAlive()).isFalse();
        child.close();
    }
}
