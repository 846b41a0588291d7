package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.standalone.HealthServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One role against a given Kafka, until Ctrl-C. */
abstract class RoleCommand implements Runnable {
    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "Settings of the role.")
    private Path config = Path.of("");

    /**
     * A running role.
     *
     * @param role ends it
     * @param endpoints a line for each address that it serves
     * @param ready whether it can do its work now
     * @param live false where only a restart helps
     * @param failure why it stopped for good, in one line; empty while it runs
     */
    record Running(
            AutoCloseable role,
            List<String> endpoints,
            BooleanSupplier ready,
            BooleanSupplier live,
            Supplier<Optional<String>> failure) {
        /** Of a role that either runs or waits. */
        Running(AutoCloseable role, List<String> endpoints, BooleanSupplier ready) {
            this(role, endpoints, ready, () -> true, Optional::empty);
        }
    }

    /** Reads the role's part of the settings, refuses keys that nobody knows, and starts. */
    abstract Running start(Settings settings, MeterRegistry meters);

    /** The role's file. */
    final Settings settings() {
        return Settings.load(config);
    }

    final CommandLine line() {
        return spec.commandLine();
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Settings settings = settings();
        var metrics = settings.address("metrics.listen", "127.0.0.1:9400");
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Running running = start(settings, meters);
        HealthServer health = HealthServer.start(metrics, meters, running.ready(), running.live());
        running.endpoints().forEach(out::println);
        out.println("metrics http://" + metrics.getHostString() + ":" + health.port() + "/metrics");
        out.println("ready");
        out.flush();
        UntilStopped.await(
                () -> {
                    running.role().close(); // not ready from here on, which can be asked until it has ended
                    health.close();
                },
                running.failure());
    }
}
