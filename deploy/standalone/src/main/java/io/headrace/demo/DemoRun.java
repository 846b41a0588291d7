package io.headrace.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.standalone.DataFolder;
import io.headrace.standalone.Logging;
import io.headrace.standalone.Standalone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The demo from beginning to end: a Headrace of its own, the data, the run, the summary. */
public final class DemoRun {
    static final int FLEET = 42;
    static final int READINGS_EACH = 2_400;

    /**
     * Windows close soon after the last reading and the cold tier commits often, so that nobody waits; the data may be
     * years old, so nothing is dropped for its age, and its partitions are wide.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "processors.window.idle-close", "8s",
            "connect.cold.commit-interval", "5s",
            "connect.warm.partition-width", "month",
            "connect.warm.retention-days", "0");

    private final PrintWriter out;
    private final DemoOptions options;
    private final Progress progress;

    public DemoRun(PrintWriter out, DemoOptions options) {
        this.out = out;
        this.options = options;
        this.progress = new Progress(out);
    }

    /**
     * Runs the demo.
     *
     * @param whileUp given the running Headrace after the summary; returns when it may end
     * @return whether everything adds up
     */
    public boolean run(Consumer<AutoCloseable> whileUp) {
        List<DemoDevice> devices = devices();
        Path folder = folder();
        Optional<Path> temporary = options.data().isPresent() ? Optional.empty() : Optional.of(folder);
        progress.step("starting everything in " + folder);
        try (Session session = new Session(start(folder, temporary), temporary)) {
            Runtime.getRuntime().addShutdownHook(new Thread(session::close, "end of demo"));
            return run(session, devices, whileUp);
        } catch (SQLException e) {
            throw new IllegalStateException("the stores can't be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private boolean run(Session session, List<DemoDevice> devices, Consumer<AutoCloseable> whileUp)
            throws SQLException, InterruptedException {
        Standalone standalone = session.standalone();
        out.println("          console: " + standalone.where().controlPlane() + "  (token: "
                + standalone.where().adminToken() + ")");
        Demo demo = new Demo(standalone.where(), options.speed(), progress);
        boolean own = options.series().isEmpty();
        Summary summary = demo.run(devices, own ? Demo.Refusals.TRIED : Demo.Refusals.NOT_TRIED);
        new SummaryPage(out).print(summary);
        options.summary().ifPresent(file -> write(summary, file));
        out.flush();
        whileUp.accept(session);
        return summary.addsUp();
    }

    private Standalone start(Path folder, Optional<Path> temporary) {
        DataFolder data = DataFolder.open(folder);
        Logging.toFolder(data.logs());
        try {
            return Standalone.start(Settings.of(SETTINGS), options.portOffset(), data);
        } catch (RuntimeException e) {
            temporary.ifPresent(Session::delete);
            throw e;
        }
    }

    private List<DemoDevice> devices() {
        if (options.series().isPresent()) {
            return series(options.series().get());
        }
        Instant now = Instant.now();
        SensorNetwork network = SensorNetwork.load(now);
        List<DemoDevice> devices = new ArrayList<>(RealMotes.devices(network));
        devices.addAll(new SimulatedFleet(network).devices(FLEET, READINGS_EACH));
        devices.addAll(new Poison(now).devices());
        return devices;
    }

    private List<DemoDevice> series(Path folder) {
        try {
            SeriesFolder series = SeriesFolder.read(folder);
            series.complaints().forEach(out::println);
            if (series.devices().isEmpty()) {
                throw new ConfigException("--series " + folder + " has no CSV file of timestamp,value");
            }
            return series.devices();
        } catch (IOException e) {
            throw new ConfigException("--series " + folder + " can't be read: " + e);
        }
    }

    private Path folder() {
        try {
            if (options.data().isEmpty()) {
                return Files.createTempDirectory("headrace-demo-");
            }
            Path folder = options.data().get();
            Files.createDirectories(folder);
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isPresent()) {
                    throw new ConfigException(
                            "--data " + folder + " must be an empty folder: the demo counts all that it finds in it");
                }
            }
            return folder;
        } catch (IOException e) {
            throw new ConfigException("the demo's folder can't be made: " + e);
        }
    }

    private static void write(Summary summary, Path file) {
        try {
            Files.writeString(
                    file,
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(summary.json()) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }
}
