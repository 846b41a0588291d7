package io.headrace.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The AMQP client of the JavaScript world, from npm; run by node. */
final class Rhea {
    private static final String VERSION = "3.0.5";
    private static final Path FOLDER = Path.of("target", "rhea-" + VERSION).toAbsolutePath();
    private static final long SECONDS = 60;

    private Rhea() {}

    /** Installs it, where node and npm are and npm can be reached; whether it is there. */
    static boolean isInstalled() throws IOException, InterruptedException {
        if (Files.isDirectory(FOLDER.resolve("node_modules/rhea"))) {
            return true;
        }
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(FOLDER.resolve("package.json"), "{\"private\":true}");
            return run(List.of("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "rhea@" + VERSION))
                            .code()
                    == 0;
        } catch (IOException noNpm) {
            return false;
        }
    }

    /**
     * What a run came to.
     *
     * @param code of its end
     * @param output its last line
     */
    record Ended(int code, String output) {}

    /** Sends payloads to {@code telemetry/rhea}; the output says how many were accepted, released and rejected. */
    static Ended send(ForeignClient.Target target, List<String> payloads) throws IOException, InterruptedException {
        Path script = FOLDER.resolve("rhea.js");
        try (var code = Objects.requireNonNull(Rhea.class.getResourceAsStream("rhea.js"))) {
            Files.write(script, code.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(
                "node",
                script.toString(),
                FOLDER.resolve("node_modules").toString(),
                Integer.toString(target.port()),
                target.device(),
                target.key(),
                target.isTls() ? target.ca().toString() : "-"));
        command.addAll(payloads);
        return run(command);
    }

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(FOLDER, "run", ".log");
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Ended(-1, "not over after " + SECONDS + " s");
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        return new Ended(process.exitValue(), lines.isEmpty() ? "" : lines.getLast());
    }
}
