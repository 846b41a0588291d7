package io.headrace.embedded;

import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.registry.RegistryUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Apicurio Registry as a child process on this JVM's own Java. Subjects are BACKWARD_TRANSITIVE. Schemas are written
 * through before the registry answers: an id that a record carries must not be given away again after a crash.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    /** System property that names the folder where the build unpacked Apicurio. */
    public static final String HOME_PROPERTY = "headrace.apicurio.home";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final ChildProcess process;
    private final Path folder;
    private final int port;

    private EmbeddedRegistry(ChildProcess process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** On a free port. */
    public static EmbeddedRegistry start(Path folder) {
        return start(folder, FreePort.next());
    }

    /**
     * Starts the registry and returns when it answers.
     *
     * @param folder its database, its output and its pid; made where it isn't there
     * @throws NotStartedException where it doesn't answer within 90 s
     */
    public static EmbeddedRegistry start(Path folder, int port) {
        try {
            Files.createDirectories(folder);
            endEarlierRun(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("can't prepare the registry's folder " + folder, e);
        }
        Path output = folder.resolve("registry.log");
        ChildProcess process = ChildProcess.start(command(folder.resolve("schemas"), port), Map.of(), "TERM", output);
        EmbeddedRegistry registry = new EmbeddedRegistry(process, folder, port);
        try {
            registry.awaitReady(output);
            return registry;
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private static List<String> command(Path database, int port) {
        String home = System.getProperty(HOME_PROPERTY);
        if (home == null || !Files.exists(Path.of(home, "quarkus-run.jar"))) {
            throw new NotStartedException("the schema registry isn't unpacked: the system property " + HOME_PROPERTY
                    + " must name a folder with quarkus-run.jar, and is " + home);
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(
                List.of(java, "-Xms48m", "-Xmx160m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(
                "-XX:MaxMetaspaceSize=192m",
                "-XX:ReservedCodeCacheSize=48m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + FreePort.next(),
                "-Dquarkus.log.console.json=false",
                "-Dquarkus.log.level=WARN",
                "-Dapicurio.datasource.url=jdbc:h2:file:" + database + ";WRITE_DELAY=0",
                "-Dapicurio.url.override.host=127.0.0.1",
                "-Dapicurio.url.override.port=" + port,
                "-jar",
                Path.of(home, "quarkus-run.jar").toString()));
        return command;
    }

    private void awaitReady(Path output) {
        RegistryClient client = new RegistryClient(RegistryConfig.of(url()));
        boolean ready = Patience.until(START_LIMIT, () -> !process.isAlive() || answers(client));
        if (!ready || !process.isAlive()) {
            throw new NotStartedException("the schema registry on port " + port
                    + (ready ? " ended: " : " doesn't answer: ") + ChildProcess.lastLine(output));
        }
        process.server().ifPresent(this::writeDown);
    }

    private static boolean answers(RegistryClient client) {
        try {
            client.requireCompatibility("BACKWARD_TRANSITIVE");
            return true;
        } catch (RegistryUnavailableException notYet) {
            return false;
        }
    }

    private void writeDown(ProcessHandle server) {
        try {
            Files.writeString(pidFile(folder), Long.toString(server.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + pidFile(folder), e);
        }
    }

    private static void endEarlierRun(Path folder) throws IOException {
        if (Files.exists(pidFile(folder))) {
            String pid = Files.readString(pidFile(folder)).strip();
            if (pid.matches("\\d{1,18}")) {
                ChildProcess.endOrphan(
                        Long.parseLong(pid), folder.resolve("schemas").toString());
            }
            Files.delete(pidFile(folder));
        }
    }

    private static Path pidFile(Path folder) {
        return folder.resolve("registry.pid");
    }

    /** Base of Confluent's protocol: {@code …/apis/ccompat/v7}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
    }

    public int port() {
        return port;
    }

    /** The server's process; empty once it has ended. */
    public Optional<ProcessHandle> server() {
        return process.server();
    }

    @Override
    public void close() {
        process.close();
        try {
            Files.deleteIfExists(pidFile(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + pidFile(folder), e);
        }
    }
}
